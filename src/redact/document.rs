//! A whole document, its layout kept, its secrets and comments blotted out.

use super::excerpt::Excerpts;
use super::marks::Marks;
use crate::document::Document;
use crate::error::{Error, Kind, Result};
use crate::schema::Schema;
use crate::shown::Shown;

/// The document's text line by line, or the lines from the first to the last one given (counted from one). A secret
/// stands as `…`, a comment as `# …`; what is not understood is not shown.
///
/// # Errors
/// `unsupported`, for content that is no text, or aliases that expand without bound.
pub fn document(document: &Document, schema: Schema, lines: Option<(usize, usize)>) -> Result<Shown> {
    let text = text(document)?;
    let tree = document.tree()?;
    Ok(shown(&Excerpts::new(text, &tree, schema), text, lines))
}

/// As [`document`], with a mark behind each secret and each comment, so that a line diff shows which of them changed.
///
/// # Errors
/// As [`document`].
pub fn marked(document: &Document, schema: Schema, marks: &Marks) -> Result<Shown> {
    let text = text(document)?;
    let tree = document.tree()?;
    Ok(shown(&Excerpts::marked(text, &tree, schema, marks), text, None))
}

fn text(document: &Document) -> Result<&str> {
    std::str::from_utf8(document.bytes()).map_err(|_| {
        Error::new(Kind::Unsupported, "the content is no text").hint("--reveal writes it to stdout as it is")
    })
}

fn shown(excerpts: &Excerpts<'_>, text: &str, lines: Option<(usize, usize)>) -> Shown {
    let last = text.lines().count();
    let (first, last) = lines.map_or((1, last), |(first, until)| (first, until.min(last)));
    let shown: Vec<Shown> = (first..=last).map(|line| excerpts.line(line, 1).0).collect();
    Shown::join(&shown, "\n")
}
