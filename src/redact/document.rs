//! A complete document with its layout, with secrets and comments redacted.

use std::ops::{Range, RangeInclusive};

use super::excerpt::{Excerpts, Passed};
use super::marks::Marks;
use crate::document::{Document, LineIndex, Pointer};
use crate::error::{Error, ErrorKind, Result};
use crate::lines;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{Lines, Shown};

/// The document's text line by line, or only the given lines (one-based, inclusive). A secret becomes `…`, a comment `#
/// …`; text that is not understood is hidden.
///
/// # Errors
/// `unsupported` for content that is not text, or aliases that expand without bound.
pub fn document(document: &Document, schema: Schema, lines: Option<(usize, usize)>) -> Result<Shown> {
    with_insets(document, schema, lines, None, &[])
}

/// Like [`document`], with a mark after each secret and each comment, so that a line diff shows which of them changed.
///
/// # Errors
/// See [`document`].
pub fn marked(document: &Document, schema: Schema, marks: &Marks) -> Result<Shown> {
    with_insets(document, schema, None, Some(marks), &[])
}

/// Like [`document`], with the documents inside its values inserted, each redacted by its own schema: `insets` are
/// their places and texts. With `marks` like [`marked`].
///
/// # Errors
/// See [`document`].
pub fn with_insets(
    document: &Document,
    schema: Schema,
    lines: Option<(usize, usize)>,
    marks: Option<&Marks>,
    insets: &[(Pointer, Shown)],
) -> Result<Shown> {
    let text = text(document)?;
    let excerpts = Excerpts::of(text, document, schema, marks)?;
    let index = LineIndex::new(if insets.is_empty() { &[] } else { text.as_bytes() });
    let insets = insets.iter().filter_map(|(pointer, shown)| Inset::at(pointer, shown, document, text, &index));
    let insets: Vec<Inset<'_>> = insets.collect();
    let (first, last) = lines.unwrap_or((1, usize::MAX));
    // What is shown instead of a secret is mostly shorter.
    let mut shown = Lines::with_capacity(text.len() + 1);
    let mut passed = Passed::default();
    let mut shown_line = String::new();
    let wanted = lines_of(text).zip(1..=last).filter(|(_, number)| *number >= first);
    for (line, number) in wanted {
        match insets.iter().find(|inset| inset.lines.contains(&number)) {
            Some(inset) if *inset.lines.start() == number => {
                let head = line.start..line.end.min(inset.begin.max(line.start));
                excerpts.document_line(head, &mut passed, &mut shown_line);
                shown.push_shown(&inserted(&shown_line, inset, text));
            }
            Some(_) => {}
            None => {
                excerpts.document_line(line, &mut passed, &mut shown_line);
                shown.push(&shown_line);
            }
        }
    }
    Ok(shown.finish())
}

/// The document inside a value, which is shown in its place.
struct Inset<'i> {
    /// The lines of the value.
    lines: RangeInclusive<usize>,
    /// Where the value begins.
    begin: usize,
    shown: &'i Shown,
}

impl<'i> Inset<'i> {
    fn at(pointer: &Pointer, shown: &'i Shown, document: &Document, text: &str, index: &LineIndex) -> Option<Self> {
        let Range { start: begin, end } = document.place(pointer)?.value;
        let end = text[..end].trim_end().len().max(begin);
        let line = |at: usize| index.line_number(text, at);
        Some(Self { lines: line(begin)..=line(end.saturating_sub(1).max(begin)), begin, shown })
    }
}

/// The bytes of each line, without its line end.
fn lines_of(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let whole = text.split_inclusive('\n').map(move |line| {
        let bytes = start..start + line.len();
        start = bytes.end;
        (bytes, line)
    });
    whole.map(|(bytes, line)| {
        let line = line.strip_suffix('\n').unwrap_or(line);
        bytes.start..bytes.start + line.strip_suffix('\r').unwrap_or(line).len()
    })
}

/// The text before the value on its line, followed by the document inside it as a literal block.
#[expect(clippy::disallowed_methods, reason = "the redactor itself")]
fn inserted(head: &str, inset: &Inset<'_>, text: &str) -> Shown {
    let begin = inset.begin;
    let head = Shown::document(head);
    let source = lines::start(text, begin);
    let white = text[source..].len() - text[source..].trim_start_matches([' ', '\t']).len();
    let indent = &text[source..source + white];
    let deeper = [indent, "  "].concat();
    // The lines of a block scalar begin where the document does.
    let is_quoted = text[begin..].starts_with(['"', '\'']);
    let (mut shown, indent) = match (head.is_empty(), is_quoted) {
        (true, false) => (Shown::default(), indent),
        (true, true) => (Shown::document([indent, "|\n"].concat()), deeper.as_str()),
        (false, _) => (shown!("{} |\n", head), deeper.as_str()),
    };
    let lines: Vec<&str> = inset.shown.as_str().lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let indent = if line.is_empty() { "" } else { indent };
        let feed = if at + 1 < lines.len() { "\n" } else { "" };
        shown.push(&Shown::document([indent, *line, feed].concat()));
    }
    shown
}

fn text(document: &Document) -> Result<&str> {
    document.text().ok_or_else(|| {
        Error::new(ErrorKind::Unsupported, "the content is not text").hint("--reveal writes it to stdout as it is")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;

    #[test]
    fn each_line_is_the_same_alone_and_among_the_others() {
        for text in [
            "# one\nsession: { secret: 'a long secret', domain: d } # two\n\ntheme: dark",
            "theme: |\n  two\n\n  lines\nsession:\r\n  secret: \"x\\\n    y\"\r\n",
            "identity_providers:\n  oidc:\n    clients:\n    - client_id: &a ä\n      client_secret: *a\n    - {x: '?'}\n",
            "a: &a 1\nb: [*a, !!str 2, 'https://u:p@x/?y=z']\n\n\n",
            "\n",
            "",
        ] {
            let document = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
            let marks = Marks::random().expect("randomness");
            for marks in [None, Some(&marks)] {
                let shown = |lines| with_insets(&document, Schema::Authelia, lines, marks, &[]).expect("it is shown");
                let whole = shown(None).as_str().to_owned();
                let lines: Vec<&str> = if text.is_empty() { Vec::new() } else { whole.split('\n').collect() };
                assert_eq!(lines.len(), text.lines().count(), "{text:?}");
                for (index, line) in lines.iter().enumerate() {
                    assert_eq!(shown(Some((index + 1, index + 1))).as_str(), *line, "{text:?}");
                    if marks.is_none() {
                        let excerpts = Excerpts::new(text, &document.tree().expect("a tree"), Schema::Authelia);
                        assert_eq!(excerpts.line(index + 1, 1).0.as_str(), *line, "{text:?}");
                    }
                }
                assert_eq!(shown(Some((lines.len() + 1, usize::MAX))).as_str(), "");
            }
        }
    }
}
