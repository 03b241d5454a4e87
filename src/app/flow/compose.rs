//! Builds the new text of a file from edits of its own text and of documents inside its values.

use super::edited_document::EditedDocument;
use super::file::{OpenFile, unopened};
use crate::container::{InnerValue, Plaintext};
use crate::document::{Document, Format};
use crate::error::{Error, ErrorKind, Result};
use crate::workspace::{Inner, Target};

/// The new text of `file`, where `edited` are its documents that changed, in any order.
///
/// # Errors
/// `patch` if an edit of an outer document changes a value that another edit is about; errors from putting a document
/// back into its value.
pub(super) fn compose(file: &OpenFile, edited: &[&EditedDocument]) -> Result<Plaintext> {
    let depth = |one: &EditedDocument| one.open.target.as_ref().map_or(0, |target| target.inner.len());
    let mut edited = edited.to_vec();
    edited.sort_by_key(|one| depth(one));
    let mut text = match edited.first() {
        Some(own) if depth(own) == 0 => Plaintext::new(edited.remove(0).after.document().bytes().to_vec()),
        _ => Plaintext::new(file.text().ok_or_else(unopened)?.to_vec()),
    };
    for one in edited {
        let Some(target) = &one.open.target else { continue };
        let place = NestedText { outer: file.target.clone(), inner: &target.inner, format: file.format() };
        let known = one.open.before.as_ref().filter(|_| !one.created).map(Document::bytes);
        // A document that is replaced as a whole need not have been one that can be parsed.
        let unread = if known.is_none() && !one.created { file.inner_text(target)? } else { None };
        let before = known.or(unread.as_ref().map(Plaintext::expose));
        text =
            put(text.expose(), &place, before, one.after.document().bytes()).map_err(|error| one.open.named(error))?;
    }
    Ok(text)
}

/// A value in a text, or in another value.
struct NestedText<'t> {
    outer: Target,
    /// The path from the text to the value.
    inner: &'t [Inner],
    /// The text's format, if its container fixes it.
    format: Option<Format>,
}

/// Replaces `before` by `after` in the text.
fn put(text: &[u8], place: &NestedText<'_>, before: Option<&[u8]>, after: &[u8]) -> Result<Plaintext> {
    let Some((inner, below)) = place.inner.split_first() else { return Ok(Plaintext::new(after.to_vec())) };
    let named = |error: Error| error.in_file(&place.outer);
    let format = place.format.or(inner.outer_format);
    let value = InnerValue::find(&place.outer.document_name(), text, format, &inner.path).map_err(named)?;
    let found = value.text().map_err(named)?;
    if below.is_empty() {
        if found.map(str::as_bytes) != before {
            return Err(Error::new(
                ErrorKind::Patch,
                "the patch replaces this value, and also edits the document in it",
            )
            .hint("do only one of them, or apply two patches"));
        }
        return Ok(Plaintext::new(value.put(after)?.bytes().to_vec()));
    }
    let next = NestedText { outer: place.outer.clone().within(&inner.path), inner: below, format: None };
    let text = put(value.needed().map_err(named)?.as_bytes(), &next, before, after)?;
    Ok(Plaintext::new(value.put(text.expose())?.bytes().to_vec()))
}

/// The text of a file with a document inside one of its values replaced.
///
/// # Errors
/// See [`compose`].
pub(crate) fn with_inner(text: &[u8], target: &Target, before: &[u8], after: &[u8]) -> Result<Plaintext> {
    put(text, &NestedText { outer: target.file(), inner: &target.inner, format: None }, Some(before), after)
}
