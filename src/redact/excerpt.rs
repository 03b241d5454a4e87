//! Single lines of a document, with comments and everything that is not public redacted.

use std::ops::Range;

use super::marks::Marks;
use crate::document::node::{Data, Node};
use crate::document::{LineIndex, Pointer};
use crate::schema::{PlaceId, Places, Schema};
use crate::shown::Shown;
use crate::shown::held_back::{is_held_back, without_credentials};

/// A document whose lines can be shown.
pub struct Excerpts<'t> {
    text: &'t str,
    index: LineIndex,
    /// The bytes of keys and scalars, in order.
    spans: Vec<Span>,
    /// Marks for secrets and comments, if wanted.
    marks: Option<&'t Marks>,
}

/// A key or a scalar in the text.
struct Span {
    bytes: Range<usize>,
    /// Whether it may be shown.
    public: bool,
    /// What is shown in its place, if that is more than one sign: few of the spans of a large document have any.
    instead: Option<Box<Instead>>,
}

/// What is shown instead of a part of the text.
#[derive(Default)]
struct Instead {
    /// The text of a public scalar without the credentials in its URL, if it has any.
    part: Option<String>,
    /// The mark that replaces the secret.
    mark: String,
}

impl Span {
    fn new(bytes: &Range<usize>, public: bool, part: Option<String>, mark: Option<String>) -> Self {
        let has_any = part.is_some() || mark.is_some();
        let instead = has_any.then(|| Box::new(Instead { part, mark: mark.unwrap_or_default() }));
        Self { bytes: bytes.clone(), public, instead }
    }

    /// The text of a public scalar without the credentials in its URL, if it has any.
    fn part(&self) -> Option<&str> {
        self.instead.as_ref().and_then(|instead| instead.part.as_deref())
    }

    /// The mark that replaces the secret.
    fn mark(&self) -> &str {
        self.instead.as_ref().map_or("", |instead| &instead.mark)
    }
}

impl<'t> Excerpts<'t> {
    /// Prepares `text`, whose parsed form is `tree`.
    pub fn new(text: &'t str, tree: &Node<'_>, schema: Schema) -> Self {
        Self::with(text, tree, schema, None)
    }

    /// Like [`Excerpts::new`], with a mark for each secret and each comment, so that a changed one shows as changed.
    pub fn marked(text: &'t str, tree: &Node<'_>, schema: Schema, marks: &'t Marks) -> Self {
        Self::with(text, tree, schema, Some(marks))
    }

    fn with(text: &'t str, tree: &Node<'_>, schema: Schema, marks: Option<&'t Marks>) -> Self {
        // A key and a value have about as many bytes.
        let mut spans = Vec::with_capacity(text.len() / 24);
        collect(tree, Places::ROOT, (text, &mut Places::new(schema)), marks, &mut spans);
        // An alias shares the bytes of what it repeats: what is secret at one place is secret at all of them.
        spans.sort_by_key(|span| (span.bytes.start, span.bytes.end, span.public));
        spans.dedup_by(|next, kept| next.bytes == kept.bytes);
        Self { text, index: LineIndex::new(text.as_bytes()), spans, marks }
    }

    /// Line `line` with its secrets blotted out, and where `column` is then; both counted from one.
    #[expect(clippy::disallowed_methods, reason = "the redactor itself")]
    pub fn line(&self, line: usize, column: usize) -> (Shown, usize) {
        let mut text = String::new();
        let column = self.redacted(line, column, usize::MAX, &mut text);
        (Shown::public(text), column)
    }

    /// Writes the part of a line before the byte at `until` to `shown`, as a line of the document, in which tabs stay.
    pub(super) fn document_line(&self, line: usize, until: usize, shown: &mut String) {
        shown.clear();
        self.redacted(line, 1, until, shown);
    }

    /// Writes the redacted line to an empty text, and returns where `column` is then.
    fn redacted(&self, line: usize, column: usize, until: usize, shown: &mut String) -> usize {
        let mut range = self.index.line(self.text, line);
        range.end = range.end.min(until.max(range.start));
        let source = &self.text[range.clone()];
        let target = source.char_indices().nth(column.saturating_sub(1)).map_or(range.end, |(at, _)| range.start + at);
        let mut moved = None;
        let mut at = range.start;
        // The spans that begin at or before what is shown next.
        let mut started = self.spans.partition_point(|span| span.bytes.start <= at);
        while at < range.end {
            if at >= target {
                moved.get_or_insert_with(|| shown.chars().count() + 1);
            }
            started += self.spans[started..].iter().take_while(|span| span.bytes.start <= at).count();
            at = self.step(at, &self.spans[..started], &range, shown);
        }
        shown.truncate(shown.trim_end().len());
        moved.unwrap_or(column)
    }

    /// Shows the piece at `at`, and returns the start of the next one.
    fn step(&self, at: usize, started: &[Span], line: &Range<usize>, shown: &mut String) -> usize {
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
        // Between keys and values only YAML's own notation is shown.
        shown.push(if " \t-:,[]{}?|>='\"".contains(next) { next } else { '…' });
        at + next.len_utf8()
    }
}

fn collect(
    node: &Node<'_>,
    place: PlaceId,
    (text, places): (&str, &mut Places),
    marks: Option<&Marks>,
    spans: &mut Vec<Span>,
) {
    match &node.data {
        Data::Scalar(scalar) => {
            let source = text.get(node.span.clone()).unwrap_or_default();
            let part = without_credentials(source);
            // A URL over several lines, or with escapes in it, is hidden entirely.
            let hides_part = part.is_none() && without_credentials(scalar.text).is_some();
            let broken = part.is_some() && source.contains('\n');
            let public = places.is_public(place) && !is_held_back(scalar.text) && !hides_part && !broken;
            let marked = marks.filter(|_| !public || part.is_some());
            let mark = marked.map(|marks| marks.of(places.pointer(place), scalar.text));
            spans.push(Span::new(&node.span, public, part, mark));
        }
        Data::List(items) => {
            for (index, item) in items.iter().enumerate() {
                let item_at = places.item(place, index);
                collect(item, item_at, (text, places), marks, spans);
            }
        }
        Data::Map(entries) => {
            for entry in entries {
                let below = places.entry(place, entry.key);
                for key in std::iter::once(&entry.key_span).chain(&entry.key_again) {
                    let source = text.get(key.clone()).unwrap_or_default();
                    let collection = entry.key.is_empty() || source.starts_with(['{', '[', '?', '-', '*', '&']);
                    let public = !collection && places.shows_key(below) && !is_held_back(entry.key);
                    let mark = marks.filter(|_| !public).map(|marks| marks.of(places.pointer(place), source));
                    spans.push(Span::new(key, public, None, mark));
                }
                collect(&entry.value, below, (text, places), marks, spans);
            }
        }
    }
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
