//! What a document is parsed from.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::memory::Zeroizing;

/// The bytes of a document, or a text that the document may share instead of copying it.
#[derive(Clone, Copy)]
pub struct Content<'c> {
    bytes: &'c [u8],
    text: Option<&'c Arc<Zeroizing<String>>>,
}

impl<'c> From<&'c [u8]> for Content<'c> {
    fn from(bytes: &'c [u8]) -> Self {
        Self { bytes, text: None }
    }
}

impl<'c, const LENGTH: usize> From<&'c [u8; LENGTH]> for Content<'c> {
    fn from(bytes: &'c [u8; LENGTH]) -> Self {
        bytes.as_slice().into()
    }
}

impl<'c> From<&'c Vec<u8>> for Content<'c> {
    fn from(bytes: &'c Vec<u8>) -> Self {
        bytes.as_slice().into()
    }
}

impl<'c> From<&'c Arc<Zeroizing<String>>> for Content<'c> {
    fn from(text: &'c Arc<Zeroizing<String>>) -> Self {
        Self { bytes: text.as_bytes(), text: Some(text) }
    }
}

impl<'c> Content<'c> {
    /// The bytes.
    pub fn bytes(self) -> &'c [u8] {
        self.bytes
    }

    /// Whether it is a text that can be shared without a copy.
    pub(super) fn is_shared(self) -> bool {
        self.text.is_some()
    }

    /// The text; `None` if the bytes are not UTF-8.
    pub(super) fn as_str(self) -> Option<&'c str> {
        match self.text {
            Some(text) => Some(text),
            None => std::str::from_utf8(self.bytes).ok(),
        }
    }

    /// A copy of the text.
    ///
    /// # Errors
    /// `syntax`, with the line, if the bytes are not UTF-8.
    pub(super) fn copied(self) -> Result<Zeroizing<String>> {
        match self.text {
            Some(text) => Ok(Zeroizing::clone(text)),
            None => std::str::from_utf8(self.bytes).map(|text| Zeroizing::new(text.to_owned())).map_err(|error| {
                let line = self.bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
                Error::new(ErrorKind::Syntax, "the text is not UTF-8").at(line, 1)
            }),
        }
    }

    /// The text, to be shared, which must not be changed.
    ///
    /// # Errors
    /// See [`Self::copied`].
    pub(super) fn shared(self) -> Result<Arc<Zeroizing<String>>> {
        match self.text {
            Some(text) => Ok(Arc::clone(text)),
            None => self.copied().map(Arc::new),
        }
    }
}
