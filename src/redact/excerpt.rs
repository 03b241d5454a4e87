//! Single lines of a document, for findings: what is not public by schema is blotted out, and so are comments.

use std::ops::Range;

use crate::document::node::{Data, Node};
use crate::document::{LineIndex, Pointer};
use crate::schema::Schema;
use crate::shown::Shown;

/// A document whose lines can be shown.
pub struct Excerpts<'t> {
    text: &'t str,
    index: LineIndex,
    /// The bytes of keys and scalars in order, and whether each may be shown.
    spans: Vec<(Range<usize>, bool)>,
}

impl<'t> Excerpts<'t> {
    /// Prepares `text`, of which `tree` is the meaning.
    pub fn new(text: &'t str, tree: &Node, schema: Schema) -> Self {
        let mut spans = Vec::new();
        collect(tree, &Pointer::root(), schema, &mut spans);
        spans.sort_by_key(|(span, _)| span.start);
        Self { text, index: LineIndex::new(text.as_bytes()), spans }
    }

    /// Line `line` with its secrets blotted out, and where `column` is then; both counted from one.
    pub fn line(&self, line: usize, column: usize) -> (Shown, usize) {
        let range = self.index.line(self.text, line);
        let source = &self.text[range.clone()];
        let target = source.char_indices().nth(column.saturating_sub(1)).map_or(range.end, |(at, _)| range.start + at);
        let mut shown = String::new();
        let mut moved = None;
        let mut at = range.start;
        while at < range.end {
            if at >= target {
                moved.get_or_insert(shown.chars().count() + 1);
            }
            at = self.step(at, &range, &mut shown);
        }
        (Shown::vouched(shown.trim_end()), moved.unwrap_or(column))
    }

    /// Shows what stands at `at`, and gives where the next piece begins.
    fn step(&self, at: usize, line: &Range<usize>, shown: &mut String) -> usize {
        let before = self.spans.partition_point(|(span, _)| span.start <= at);
        let inside = self.spans[..before].iter().rev().take(4).find(|(span, _)| span.contains(&at));
        if let Some((span, public)) = inside {
            let end = span.end.min(line.end);
            let piece = &self.text[at..end];
            let blank = piece.len() - piece.trim_start().len();
            shown.push_str(&piece[..blank]);
            shown.push_str(if *public { &piece[blank..] } else { "…" });
            return end;
        }
        let Some(next) = self.text[at..].chars().next() else { return line.end };
        if next == '#' {
            shown.push_str("# …");
            return line.end;
        }
        if at == line.start && self.text[at..line.end].starts_with("export ") {
            shown.push_str("export");
            return at + "export".len();
        }
        // Between keys and values only the notation of YAML itself is shown.
        shown.push(if " \t-:,[]{}?|>='\"".contains(next) { next } else { '…' });
        at + next.len_utf8()
    }
}

fn collect(node: &Node, pointer: &Pointer, schema: Schema, spans: &mut Vec<(Range<usize>, bool)>) {
    match &node.data {
        Data::Scalar(_) if node.span.is_empty() => {}
        Data::Scalar(_) => spans.push((node.span.clone(), schema.is_public(pointer))),
        Data::List(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &pointer.child(index.to_string()), schema, spans);
            }
        }
        Data::Map(entries) => {
            for entry in entries {
                spans.push((entry.key_span.clone(), true));
                collect(&entry.value, &pointer.child(entry.key.clone()), schema, spans);
            }
        }
    }
}
