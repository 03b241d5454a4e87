//! The type of decrypted text.

use std::fmt;
use std::sync::Arc;

use crate::document::Content;
use crate::memory::Zeroizing;

/// Decrypted content: zeroized on drop, without `Display`; `Debug` prints only its length.
#[derive(Clone)]
pub struct Plaintext(Held);

#[derive(Clone)]
enum Held {
    /// A text, which a document parsed from it shares.
    Text(Arc<Zeroizing<String>>),
    /// What is not UTF-8.
    Bytes(Zeroizing<Vec<u8>>),
}

impl Plaintext {
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(match String::from_utf8(bytes) {
            Ok(text) => Held::Text(Arc::new(Zeroizing::new(text))),
            Err(other) => Held::Bytes(Zeroizing::new(other.into_bytes())),
        })
    }

    /// The bytes, for the document layer.
    pub fn expose(&self) -> &[u8] {
        match &self.0 {
            Held::Text(text) => text.as_bytes(),
            Held::Bytes(bytes) => bytes,
        }
    }

    /// The content, for a document that may share it.
    pub fn content(&self) -> Content<'_> {
        match &self.0 {
            Held::Text(text) => text.into(),
            Held::Bytes(bytes) => bytes.as_slice().into(),
        }
    }

    /// Whether it is empty or contains only white space.
    pub fn is_blank(&self) -> bool {
        self.expose().iter().all(u8::is_ascii_whitespace)
    }
}

impl PartialEq for Plaintext {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Plaintext {}

impl fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plaintext of {} bytes", self.expose().len())
    }
}
