//! A whole document, its layout kept, its secrets and comments blotted out.

use super::excerpt::Excerpts;
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
    let text = std::str::from_utf8(document.bytes()).map_err(|_| {
        Error::new(Kind::Unsupported, "the content is no text").hint("--reveal writes it to stdout as it is")
    })?;
    let tree = document.tree()?;
    let excerpts = Excerpts::new(text, &tree, schema);
    let last = text.lines().count();
    let (first, last) = lines.map_or((1, last), |(first, until)| (first, until.min(last)));
    let shown: Vec<Shown> = (first..=last).map(|line| excerpts.line(line, 1).0).collect();
    Ok(Shown::join(&shown, "\n"))
}
