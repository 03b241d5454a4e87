//! A document inside a string value, seen through the container of the outer file. The view is the string; an edited
//! view replaces the string in the outer view, where nothing else changes.

use super::{Back, Opened, Plaintext, Sealed, Sealing};
use crate::document::{self, Document, Format, Path, Pointer, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::KeyName;

/// A string value in a text, or the place of one that does not exist yet.
pub struct InnerValue {
    document: Document,
    pointer: Pointer,
}

impl InnerValue {
    /// Finds the value at `path` in `text`, which is in `format`, or in the one guessed from its name and content.
    ///
    /// # Errors
    /// Errors from reading the text; `path` if a step above the value does not exist.
    pub fn find(name: &str, text: &[u8], format: Option<Format>, path: &str) -> Result<Self> {
        let document = document::read_guessed(name, text, format)?;
        let is_inside = !path.is_empty() && path != ".";
        if document.format().is_opaque() && format.is_none() && is_inside && !document.bytes().is_empty() {
            let message = "the content may be one secret, not a document with values";
            return Err(Error::new(ErrorKind::Path, message)
                .at_path(KeyName::shown(path))
                .hint("if it is a document, agepatch.toml says its format: [files.\"NAME\"] with format = \"yaml\""));
        }
        let pointer = document.format().locate(path, document.value(), Path::resolve)?;
        Ok(Self { document, pointer })
    }

    /// The text that contains it.
    pub fn outer(&self) -> &Document {
        &self.document
    }

    /// Its place in the text.
    pub fn pointer(&self) -> &Pointer {
        &self.pointer
    }

    /// The string; `None` if the place is empty.
    ///
    /// # Errors
    /// `unsupported` if another type of value is there.
    pub fn text(&self) -> Result<Option<&str>> {
        match self.pointer.get(self.document.value()) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(other) => {
                let message = shown!("this is {}, but only a string can contain a document", other.type_name());
                Err(Error::new(ErrorKind::Unsupported, message).at_path(&self.pointer))
            }
        }
    }

    /// The string, which must exist.
    ///
    /// # Errors
    /// `path` if it does not, with the nearest names; see [`Self::text`].
    pub fn needed(&self) -> Result<&str> {
        self.text()?.ok_or_else(|| document::nearest::missing(self.document.value(), &self.pointer))
    }

    /// The outer text with another string at this place.
    ///
    /// # Errors
    /// `unsupported` if the outer text cannot hold it.
    pub fn put(&self, view: &[u8]) -> Result<Document> {
        let text = std::str::from_utf8(view).map_err(|_| {
            Error::new(ErrorKind::Unsupported, "the new content is not UTF-8, and a value is text")
                .at_path(&self.pointer)
        })?;
        let mut session = self.document.edit();
        session.revise(&self.pointer, text)?;
        session.finish()
    }
}

/// The document inside the string value at `path` of the view of `outer`.
///
/// # Errors
/// See [`InnerValue::find`] and [`InnerValue::needed`].
pub fn descend(outer: Opened, name: &str, format: Option<Format>, path: &str) -> Result<Opened> {
    let value = InnerValue::find(name, outer.text.expose(), outer.format.or(format), path)?;
    let text = Plaintext::new(value.needed()?.as_bytes().to_vec());
    let identity = outer.identity.clone();
    let mut opened = Opened::new(text, ValueBack { outer, value });
    opened.identity = identity;
    Ok(opened)
}

/// Writes back into the outer view, and from there into the file.
struct ValueBack {
    outer: Opened,
    value: InnerValue,
}

impl Back for ValueBack {
    fn back(&self, view: &[u8], sealing: &Sealing<'_>) -> Result<Sealed> {
        self.outer.back(self.value.put(view)?.bytes(), sealing)
    }
}
