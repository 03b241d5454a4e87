//! Random secrets.

use crate::memory::Zeroizing;

use crate::document::Text;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;

/// The default length of a generated secret: Authelia's recommendation for client secrets, and the maximum that bcrypt
/// reads. 72 characters out of 64 are 432 bits.
pub const DEFAULT_LENGTH: usize = 72;
/// The maximum length of a generated secret.
const LONGEST: usize = 4096;
/// The alphabet of base64url (RFC 4648, section 5): safe in URLs, forms, headers, shells, and every file format.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A secret of `length` characters from the operating system's randomness, with six bits each. It starts with a letter
/// or digit, so that no program takes it for an option.
///
/// # Errors
/// `patch` for a length of zero or beyond 4096; `io` if the operating system provides no randomness.
pub fn generate(length: usize) -> Result<Text> {
    if !(1..=LONGEST).contains(&length) {
        return Err(Error::new(ErrorKind::Patch, "a secret of this length cannot be generated").hint(shown!(
            "from 1 to {} characters; {} is usual",
            LONGEST,
            DEFAULT_LENGTH
        )));
    }
    let mut secret = Zeroizing::new(String::with_capacity(length));
    let mut bytes = Zeroizing::new([0_u8; 64]);
    while secret.len() < length {
        getrandom::fill(&mut bytes[..]).map_err(|error| {
            Error::new(ErrorKind::Io, shown!("the system's random number generator failed: {}", error))
        })?;
        for byte in bytes.iter() {
            // 64 divides 256, so every character is equally likely.
            let character = char::from(ALPHABET[usize::from(byte % 64)]);
            let fits = !secret.is_empty() || character.is_ascii_alphanumeric();
            if fits && secret.len() < length {
                secret.push(character);
            }
        }
    }
    Ok(Text::new(std::mem::take(&mut *secret)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_have_their_length_and_differ() {
        for length in [1, 12, DEFAULT_LENGTH, 1000] {
            let secret = generate(length).expect("random");
            assert_eq!(secret.as_str().len(), length);
            assert!(secret.as_str().starts_with(|c: char| c.is_ascii_alphanumeric()));
            assert!(secret.as_str().bytes().all(|byte| ALPHABET.contains(&byte)));
        }
        assert!(generate(DEFAULT_LENGTH).expect("random") != generate(DEFAULT_LENGTH).expect("random"));
        // The complete alphabet is used, and no secret starts like an option.
        let long = generate(LONGEST).expect("random");
        assert!(ALPHABET.iter().all(|letter| long.as_str().as_bytes().contains(letter)));
        for _ in 0..2000 {
            assert!(generate(1).expect("random").as_str().starts_with(|c: char| c.is_ascii_alphanumeric()));
        }
        for length in [0, LONGEST + 1] {
            assert_eq!(generate(length).expect_err("refused").kind(), ErrorKind::Patch);
        }
    }
}
