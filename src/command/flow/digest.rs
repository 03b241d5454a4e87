//! Digests of client secrets in Authelia's notation for PBKDF2: until `authelia` has them all.

use base64::Engine;
use base64::alphabet::Alphabet;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use pbkdf2::pbkdf2_hmac;
use sha2::Sha512;

use crate::document::Text;
use crate::error::{Error, Kind, Result};

/// What Authelia recommends for client secrets.
const ROUNDS: u32 = 310_000;
/// The most rounds that are tried when a digest is compared.
const MOST_ROUNDS: u32 = 10_000_000;
/// The bytes of the salt and of the key.
const SALT: usize = 16;
const KEY: usize = 64;

/// A digest of the secret; `current`, where it is one already.
///
/// # Errors
/// `io`, where the operating system gives no randomness.
pub(super) fn of(secret: &Text, current: Option<&str>) -> Result<Text> {
    if let Some(current) = current.filter(|current| fits(secret, current)) {
        return Ok(Text::new(current));
    }
    let mut salt = [0_u8; SALT];
    getrandom::fill(&mut salt)
        .map_err(|error| Error::new(Kind::Io, format!("the operating system gives no random numbers: {error}")))?;
    let base64 = base64()?;
    let key = derive(secret, &salt, ROUNDS, KEY);
    Ok(Text::new(format!("$pbkdf2-sha512${ROUNDS}${}${}", base64.encode(salt), base64.encode(key))))
}

/// Whether the text is a PBKDF2-SHA512 digest of the secret.
fn fits(secret: &Text, digest: &str) -> bool {
    let mut parts = digest.strip_prefix("$pbkdf2-sha512$").unwrap_or_default().split('$');
    let (Some(rounds), Some(salt), Some(key)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let rounds = rounds.parse().ok().filter(|rounds| (1..=MOST_ROUNDS).contains(rounds));
    let (Some(rounds), Ok(base64)) = (rounds, base64()) else { return false };
    match (base64.decode(salt), base64.decode(key)) {
        (Ok(salt), Ok(key)) if (1..=1024).contains(&key.len()) => derive(secret, &salt, rounds, key.len()) == key,
        _ => false,
    }
}

fn derive(secret: &Text, salt: &[u8], rounds: u32, length: usize) -> Vec<u8> {
    let mut key = vec![0; length];
    pbkdf2_hmac::<Sha512>(secret.as_str().as_bytes(), salt, rounds, &mut key);
    key
}

/// Base64 with `.` for `+`, without padding.
fn base64() -> Result<GeneralPurpose> {
    let alphabet = Alphabet::new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./")
        .map_err(|error| Error::new(Kind::Unsupported, error.to_string()))?;
    Ok(GeneralPurpose::new(
        &alphabet,
        GeneralPurposeConfig::new()
            .with_encode_padding(false)
            .with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireNone),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_fits_its_secret_alone_and_is_kept() {
        let secret = Text::new("insecure_secret");
        // Authelia's documentation gives this one for that secret.
        let known = "$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng";
        assert!(of(&secret, Some(known)).unwrap().as_str() == known);
        let other = of(&Text::new("other"), Some(known)).unwrap();
        assert!(fits(&Text::new("other"), other.as_str()));
        assert!(!fits(&secret, other.as_str()));
        assert!(!fits(&secret, "$pbkdf2-sha512$0$$") && !fits(&secret, "x"));
    }
}
