//! The type of decrypted text.

use std::fmt;

use crate::memory::Zeroizing;

/// Decrypted content: zeroized on drop, without `Display`; `Debug` prints only its length.
#[derive(Clone, PartialEq, Eq)]
pub struct Plaintext(Zeroizing<Vec<u8>>);

impl Plaintext {
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for the document layer.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Whether it is empty or contains only white space.
    pub fn is_blank(&self) -> bool {
        self.0.iter().all(u8::is_ascii_whitespace)
    }
}

impl fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plaintext of {} bytes", self.0.len())
    }
}
