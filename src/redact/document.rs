//! A complete document with its layout, with secrets and comments redacted.

use std::ops::RangeInclusive;

use super::excerpt::Excerpts;
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
    let text = text(document)?;
    let tree = document.tree()?;
    Ok(shown(&Excerpts::new(text, &tree, schema), text, lines))
}

/// Like [`document`], with a mark after each secret and each comment, so that a line diff shows which of them changed.
///
/// # Errors
/// See [`document`].
pub fn marked(document: &Document, schema: Schema, marks: &Marks) -> Result<Shown> {
    let text = text(document)?;
    let tree = document.tree()?;
    Ok(shown(&Excerpts::marked(text, &tree, schema, marks), text, None))
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
    let tree = document.tree()?;
    let excerpts = match marks {
        Some(marks) => Excerpts::marked(text, &tree, schema, marks),
        None => Excerpts::new(text, &tree, schema),
    };
    let index = LineIndex::new(text.as_bytes());
    let mut places: Vec<(usize, usize, usize, &Shown)> = Vec::new();
    for (pointer, inset) in insets {
        let Some(place) = document.place(pointer) else { continue };
        let end = text[..place.value.end].trim_end().len().max(place.value.start);
        let line = |at: usize| index.line_column(text, at).0;
        places.push((
            line(place.value.start),
            line(end.saturating_sub(1).max(place.value.start)),
            place.value.start,
            inset,
        ));
    }
    let mut shown = Lines::with_capacity(text.len() + text.len() / 2);
    let mut shown_line = String::new();
    for line in wanted(text, lines) {
        match places.iter().find(|(from, to, ..)| (*from..=*to).contains(&line)) {
            Some((from, _, begin, inset)) if *from == line => {
                shown.push_shown(&inserted(&excerpts, line, *begin, text, inset));
            }
            Some(_) => {}
            None => {
                excerpts.document_line(line, usize::MAX, &mut shown_line);
                shown.push(&shown_line);
            }
        }
    }
    Ok(shown.finish())
}

/// The text before the value on its line, followed by the document inside it as a literal block.
#[expect(clippy::disallowed_methods, reason = "the redactor itself")]
fn inserted(excerpts: &Excerpts<'_>, line: usize, begin: usize, text: &str, inset: &Shown) -> Shown {
    let mut head = String::new();
    excerpts.document_line(line, begin, &mut head);
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
    let lines: Vec<&str> = inset.as_str().lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let indent = if line.is_empty() { "" } else { indent };
        let feed = if at + 1 < lines.len() { "\n" } else { "" };
        shown.push(&Shown::document([indent, *line, feed].concat()));
    }
    shown
}

fn text(document: &Document) -> Result<&str> {
    std::str::from_utf8(document.bytes()).map_err(|_| {
        Error::new(ErrorKind::Unsupported, "the content is not text").hint("--reveal writes it to stdout as it is")
    })
}

fn shown(excerpts: &Excerpts<'_>, text: &str, lines: Option<(usize, usize)>) -> Shown {
    let mut shown = Lines::with_capacity(text.len() + text.len() / 2);
    let mut shown_line = String::new();
    for line in wanted(text, lines) {
        excerpts.document_line(line, usize::MAX, &mut shown_line);
        shown.push(&shown_line);
    }
    shown.finish()
}

/// The numbers of these lines of the text, or of all.
fn wanted(text: &str, lines: Option<(usize, usize)>) -> RangeInclusive<usize> {
    let last = text.lines().count();
    let (first, last) = lines.map_or((1, last), |(first, until)| (first, until.min(last)));
    first..=last
}
