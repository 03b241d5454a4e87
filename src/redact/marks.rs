//! Keyed marks: equal secrets have equal marks. Without the key, a mark reveals nothing.

use crate::memory::Zeroizing;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::document::Pointer;
use crate::document::pointer::list_index;
use crate::error::{Error, ErrorKind, Result};
use crate::hex::hex;
use crate::shown;

/// The number of bytes of the HMAC in a mark, in hex: two secrets have the same mark by chance once in 16 million
/// times.
const BYTES: usize = 3;
/// The length of the key in bytes.
pub const KEY_LENGTH: usize = 32;

/// Computes marks with one key, which is kept in the repository's git folder.
pub struct Marks {
    /// The HMAC with the key in it, from which each mark starts.
    begun: Option<Hmac<Sha256>>,
}

impl Marks {
    pub fn new(key: [u8; KEY_LENGTH]) -> Self {
        let key = Zeroizing::new(key);
        // HMAC accepts a key of any length, so this cannot fail.
        Self { begun: Hmac::new_from_slice(&key[..]).ok() }
    }

    /// Marks that are valid only during this run.
    ///
    /// # Errors
    /// `io` if the system provides no randomness.
    pub fn random() -> Result<Self> {
        let mut key = Zeroizing::new([0; KEY_LENGTH]);
        getrandom::fill(&mut key[..]).map_err(|error| {
            Error::new(ErrorKind::Io, shown!("the system's random number generator failed: {}", error))
        })?;
        Ok(Self::new(*key))
    }

    /// The mark of the text at this place (truncated HMAC-SHA256, RFC 2104). The same text under another key of the
    /// file has another mark, so that reuse of a secret is not visible; list positions are ignored, since items move.
    pub fn of(&self, place: &Pointer, text: &str) -> String {
        let Some(mut mac) = self.begun.clone() else { return String::new() };
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
    fn marks_identify_a_secret_by_key_place_and_text() {
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
