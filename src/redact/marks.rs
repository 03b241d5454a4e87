//! Keyed marks: two secrets are the same where their marks are, for those who have the key; to others a mark tells nothing.

use crate::memory::Zeroizing;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::document::Pointer;
use crate::document::pointer::list_index;
use crate::error::{Error, Kind, Result};
use crate::hex::hex;

/// How many bytes of the HMAC a mark shows, in hex: two secrets have the same mark by chance once in 16 million times.
const BYTES: usize = 3;
/// How long the key is, in bytes.
pub const KEY_LENGTH: usize = 32;

/// Makes marks with one key, which stays in the repository's git folder.
pub struct Marks(Zeroizing<[u8; KEY_LENGTH]>);

impl Marks {
    /// Takes the key.
    pub fn new(key: [u8; KEY_LENGTH]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// Marks that mean something in this run only.
    ///
    /// # Errors
    /// `io` if the system gives no randomness.
    pub fn random() -> Result<Self> {
        let mut key = Zeroizing::new([0; KEY_LENGTH]);
        getrandom::fill(&mut key[..]).map_err(|error| Error::new(Kind::Io, format!("no randomness: {error}")))?;
        Ok(Self(key))
    }

    /// The mark of the text at this place (RFC 2104 with SHA-256, cut). The same text under another key of the file has
    /// another mark, so that nobody sees where a secret is used twice; positions in lists do not count, since items move.
    pub fn of(&self, place: &Pointer, text: &str) -> String {
        // A key of any length is taken, so this cannot fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0[..]) else { return String::new() };
        for token in place.tokens().iter().filter(|token| list_index(token).is_none()) {
            mac.update(token.as_bytes());
            mac.update(&[0]);
        }
        mac.update(&[1]);
        mac.update(text.as_bytes());
        hex(&mac.finalize().into_bytes()[..BYTES])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_tell_the_same_secret_by_key_place_and_text() {
        let (one, other) = (Marks::new([1; KEY_LENGTH]), Marks::new([2; KEY_LENGTH]));
        let at = |pointer: &str| Pointer::parse(pointer).expect("a pointer");
        let mark = one.of(&at("/clients/0/secret"), "a");
        assert_eq!(mark.len(), 2 * BYTES);
        assert_eq!(mark, one.of(&at("/clients/3/secret"), "a"));
        for different in [
            one.of(&at("/clients/0/secret"), "b"),
            one.of(&at("/clients/0/token"), "a"),
            other.of(&at("/clients/0/secret"), "a"),
        ] {
            assert_ne!(mark, different);
        }
    }
}
