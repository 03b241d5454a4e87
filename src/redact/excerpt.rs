//! Single lines of a document, with comments and everything that is not public redacted.

use std::ops::Range;
use std::sync::OnceLock;

use super::marks::Marks;
use super::spans::{Span, Spans};
use crate::document::node::Node;
use crate::document::{Document, LineIndex, Pointer};
use crate::error::Result;
use crate::schema::Schema;
use crate::shown::Shown;

/// A document whose lines can be shown.
pub struct Excerpts<'t> {
    text: &'t str,
    /// The lines, for those that are shown in no order.
    index: OnceLock<LineIndex>,
    /// The bytes of keys and scalars, in order.
    spans: Vec<Span>,
    /// Marks for secrets and comments, if wanted.
    marks: Option<&'t Marks>,
}

/// How far the spans were passed by lines that are shown in order.
#[derive(Default)]
pub(super) struct Passed {
    /// The number of spans that begin before or at what is shown next.
    started: usize,
}

impl<'t> Excerpts<'t> {
    /// Prepares `text`, whose parsed form is `tree`.
    pub fn new(text: &'t str, tree: &Node<'_>, schema: Schema) -> Self {
        let mut spans = Spans::new(text, schema, None);
        tree.visit(&mut spans);
        Self { text, index: OnceLock::new(), spans: spans.finish(), marks: None }
    }

    /// Prepares a document, whose text is `text`. With `marks`, each secret and each comment has a mark, so that a changed one
    /// shows as changed.
    ///
    /// # Errors
    /// See [`Document::tree`].
    pub(super) fn of(text: &'t str, document: &Document, schema: Schema, marks: Option<&'t Marks>) -> Result<Self> {
        let mut spans = Spans::new(text, schema, marks);
        document.visit(&mut spans)?;
        Ok(Self { text, index: OnceLock::new(), spans: spans.finish(), marks })
    }

    /// Line `line` with its secrets blotted out, and where `column` is then; both counted from one.
    #[expect(clippy::disallowed_methods, reason = "the redactor itself")]
    pub fn line(&self, line: usize, column: usize) -> (Shown, usize) {
        let index = self.index.get_or_init(|| LineIndex::new(self.text.as_bytes()));
        let range = index.line(self.text, line);
        let source = &self.text[range.clone()];
        let target = source.char_indices().nth(column.saturating_sub(1)).map_or(range.end, |(at, _)| range.start + at);
        let started = self.spans.partition_point(|span| span.bytes.start <= range.start);
        let mut text = String::new();
        let moved = self.redacted(range, target, &mut Passed { started }, &mut text);
        (Shown::public(text), moved.unwrap_or(column))
    }

    /// Writes a line of the document to `shown`, or the part of it at these bytes; tabs stay. It must be below the lines that
    /// were `passed`.
    pub(super) fn document_line(&self, line: Range<usize>, passed: &mut Passed, shown: &mut String) {
        shown.clear();
        let start = line.start;
        self.redacted(line, start, passed, shown);
    }

    /// Writes the redacted line to an empty text, and returns in which column the byte at `target` is then.
    fn redacted(&self, line: Range<usize>, target: usize, passed: &mut Passed, shown: &mut String) -> Option<usize> {
        let mut moved = None;
        let mut at = line.start;
        while at < line.end {
            if at >= target {
                moved.get_or_insert_with(|| shown.chars().count() + 1);
            }
            let begun = |span: &&Span| span.bytes.start <= at;
            passed.started += self.spans[passed.started..].iter().take_while(begun).count();
            // Up to here nothing else begins.
            let next = self.spans.get(passed.started).map_or(line.end, |span| span.bytes.start.min(line.end));
            let next = if at < target { next.min(target) } else { next };
            at = self.step(at..next, &self.spans[..passed.started], &line, shown);
        }
        shown.truncate(shown.trim_end().len());
        moved
    }

    /// Shows the piece at the start of these bytes, and returns the start of the next one.
    fn step(&self, here: Range<usize>, started: &[Span], line: &Range<usize>, shown: &mut String) -> usize {
        let at = here.start;
        let inside = started.iter().rev().take(4).find(|span| span.bytes.contains(&at));
        if let Some(span) = inside {
            let end = span.bytes.end.min(line.end);
            let piece = &self.text[at..end];
            let blank = piece.len() - piece.trim_start().len();
            shown.push_str(&piece[..blank]);
            let part = span.part();
            if span.public && part.is_none() {
                shown.push_str(&piece[blank..]);
            } else if let Some(part) = part.filter(|_| span.public) {
                shown.push_str(part);
                shown.push_str(span.mark());
            } else {
                shown.push('…');
                // The mark replaces the complete secret once, however many lines it has.
                if self.text[span.bytes.start..at].trim().is_empty() {
                    shown.push_str(span.mark());
                }
            }
            return end;
        }
        // Between keys and values only YAML's own notation is shown.
        let notation = self.text.as_bytes()[here].iter().take_while(|byte| is_notation(**byte)).count();
        if notation > 0 {
            shown.push_str(&self.text[at..at + notation]);
            return at + notation;
        }
        let Some(next) = self.text[at..].chars().next() else { return line.end };
        if next == '#' || next == ';' {
            shown.push(next);
            shown.push_str(" …");
            if let Some(marks) = self.marks {
                shown.push_str(&marks.of(&Pointer::root(), self.text[at..line.end].trim_end()));
            }
            return line.end;
        }
        if at == line.start && self.text[at..line.end].starts_with("export ") {
            shown.push_str("export");
            return at + "export".len();
        }
        shown.push('…');
        at + next.len_utf8()
    }
}

/// Whether YAML itself has a meaning for the character beside keys and scalars.
fn is_notation(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'-' | b':' | b',' | b'[' | b']' | b'{' | b'}' | b'?' | b'|' | b'>' | b'=' | b'\'' | b'"'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};

    #[test]
    fn a_column_moves_with_the_text_before_it_on_every_line() {
        let text = "# one\nsession: { secret: 'a long secret', domain: d }\n";
        let document = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
        let tree = document.tree().expect("a tree");
        let excerpts = Excerpts::new(text, &tree, Schema::Authelia);
        let column = "session: { secret: 'a long secret', ".len() + 1;
        let (line, moved) = excerpts.line(2, column);
        assert!(!line.as_str().contains("long"), "{line}");
        let shown: String = line.as_str().chars().skip(moved - 1).collect();
        assert!(shown.starts_with("domain"), "{line}");
        assert!(moved < column);
    }
}
