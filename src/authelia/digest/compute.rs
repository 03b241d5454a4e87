//! Verifies secrets against digests, and computes digests of new secrets.
//!
//! The cost is checked before anything is computed, since a digest can demand more than a machine has.

use crate::memory::Zeroizing;
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::alphabet::{Alphabet, STANDARD};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use pbkdf2::pbkdf2_hmac;
use sha2::{Digest, Sha256, Sha512};
use yescrypt::PasswordVerifier;

use super::notation;
use crate::document::Text;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;

/// The rounds of PBKDF2-SHA512 that Authelia uses for client secrets.
const ROUNDS: u32 = 310_000;
/// The length in bytes of a new digest's salt and key.
const SALT: usize = 16;
const KEY: usize = 64;

/// The limits on rounds of PBKDF2 and SHA-crypt, on memory in KiB, and on passes over it.
const MOST_ROUNDS: u32 = 20_000_000;
const MOST_MEMORY: u64 = 2 * 1024 * 1024;
const MOST_PASSES: u32 = 64;
/// The limit on bcrypt's cost; each step doubles the time.
const MOST_COST: u32 = 17;

/// The number of bytes of a secret that bcrypt reads.
const BCRYPT_READS: usize = 72;

/// The result of verifying a secret against a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    Yes,
    /// It matches in the 72 bytes that bcrypt reads; the rest is ignored.
    Truncated,
    No,
}

/// Verifies `secret` against `digest`: a digest of any kind that Authelia reads, or the secret in plain text.
///
/// # Errors
/// `unsupported` for an invalid digest, or one with an excessive cost; the message contains neither.
pub fn fit(secret: &str, digest: &str) -> Result<Fit> {
    match notation::is_plain(digest) {
        Ok(true) => {
            let plain = digest.strip_prefix("$plaintext$").unwrap_or(digest);
            return Ok(if equal(plain.as_bytes(), secret.as_bytes()) { Fit::Yes } else { Fit::No });
        }
        Ok(false) => {}
        Err(why) => {
            return Err(Error::new(ErrorKind::Unsupported, shown!("the client's secret is not a digest: {}", why)));
        }
    }
    let parts: Vec<&str> = digest.split('$').collect();
    let fits = match *parts.as_slice() {
        [_, kind, rounds, salt, key] if kind.starts_with("pbkdf2") => pbkdf2(secret, kind, rounds, salt, key),
        [_, kind, version, parameters, salt, key] if kind.starts_with("argon2") => {
            argon2(secret, kind, &[version, parameters], salt, key)
        }
        [_, "2a" | "2b" | "2x" | "2y", cost, _] => {
            let fits = bounded(cost, MOST_COST).and_then(|_| bcrypt::verify(secret, digest).ok());
            return match fits.ok_or_else(too_costly)? {
                true if secret.len() > BCRYPT_READS => Ok(Fit::Truncated),
                true => Ok(Fit::Yes),
                false => Ok(Fit::No),
            };
        }
        [_, "bcrypt-sha256", parameters, salt, key] => bcrypt_sha256(secret, parameters, salt, key),
        [_, "scrypt", parameters, salt, key] => scrypt(secret, parameters, salt, key),
        [_, "y", parameters, ..] => yescrypt(secret, parameters, digest),
        [_, "5" | "6", ..] => sha_crypt(secret, digest),
        _ => None,
    };
    Ok(if fits.ok_or_else(too_costly)? { Fit::Yes } else { Fit::No })
}

fn too_costly() -> Error {
    Error::new(ErrorKind::Unsupported, "the digest's parameters are damaged, or cost more than is reasonable")
        .hint("`agepatch client rotate ID` generates a new secret with a digest of the usual cost")
}

/// A digest of the secret in the form that Authelia recommends for clients (`$pbkdf2-sha512$310000$…`), or `current` if
/// that matches.
///
/// # Errors
/// `io` if the operating system provides no randomness.
pub fn fresh(secret: &Text, current: Option<&str>) -> Result<Text> {
    let fits = |current: &&str| {
        current.starts_with('$')
            && !current.starts_with("$plaintext$")
            && matches!(fit(secret.as_str(), current), Ok(Fit::Yes))
    };
    if let Some(current) = current.filter(fits) {
        return Ok(Text::new(current));
    }
    let mut salt = [0_u8; SALT];
    getrandom::fill(&mut salt)
        .map_err(|error| Error::new(ErrorKind::Io, shown!("the system's random number generator failed: {}", error)))?;
    let mut key = [0_u8; KEY];
    pbkdf2_hmac::<Sha512>(secret.as_str().as_bytes(), &salt, ROUNDS, &mut key);
    let base64 = adapted();
    Ok(Text::new(format!("$pbkdf2-sha512${ROUNDS}${}${}", base64.encode(salt), base64.encode(key))))
}

fn pbkdf2(secret: &str, kind: &str, rounds: &str, salt: &str, key: &str) -> Option<bool> {
    let rounds = bounded(rounds, MOST_ROUNDS).filter(|rounds| *rounds > 0)?;
    let (salt, key) = (adapted().decode(salt).ok()?, adapted().decode(key).ok()?);
    let mut derived = vec![0; bounded_length(key.len())?];
    let secret = secret.as_bytes();
    match kind {
        "pbkdf2" | "pbkdf2-sha1" => pbkdf2_hmac::<sha1::Sha1>(secret, &salt, rounds, &mut derived),
        "pbkdf2-sha224" => pbkdf2_hmac::<sha2::Sha224>(secret, &salt, rounds, &mut derived),
        "pbkdf2-sha256" => pbkdf2_hmac::<Sha256>(secret, &salt, rounds, &mut derived),
        "pbkdf2-sha384" => pbkdf2_hmac::<sha2::Sha384>(secret, &salt, rounds, &mut derived),
        "pbkdf2-sha512" => pbkdf2_hmac::<Sha512>(secret, &salt, rounds, &mut derived),
        _ => return None,
    }
    Some(equal(&derived, &key))
}

fn argon2(secret: &str, kind: &str, parameters: &[&str], salt: &str, key: &str) -> Option<bool> {
    let algorithm = match kind {
        "argon2id" => Algorithm::Argon2id,
        "argon2i" => Algorithm::Argon2i,
        _ => Algorithm::Argon2d,
    };
    let parameters: Vec<(&str, &str)> = parameters.iter().flat_map(|part| pairs(part)).collect();
    let number =
        |name: &str| parameters.iter().find(|(found, _)| *found == name).and_then(|(_, value)| value.parse().ok());
    let memory = number("m").filter(|memory| u64::from(*memory) <= MOST_MEMORY)?;
    let passes = number("t").filter(|passes| *passes <= MOST_PASSES)?;
    let (salt, key) = (standard().decode(salt).ok()?, standard().decode(key).ok()?);
    let params = Params::new(memory, passes, number("p")?, Some(bounded_length(key.len())?)).ok()?;
    let mut derived = vec![0; key.len()];
    let argon2 = Argon2::new(algorithm, Version::V0x13, params);
    argon2.hash_password_into(secret.as_bytes(), &salt, &mut derived).ok()?;
    Some(equal(&derived, &key))
}

/// bcrypt over a SHA-256 of the complete secret, in passlib's notation: version 2 keys it with the salt.
fn bcrypt_sha256(secret: &str, parameters: &str, salt: &str, key: &str) -> Option<bool> {
    let parameters = pairs(parameters);
    let get = |name: &str| parameters.iter().find(|(found, _)| *found == name).map(|(_, value)| *value);
    let cost = bounded(get("r")?, MOST_COST)?;
    let hash = match get("v") {
        Some("1") | None => Zeroizing::new(Sha256::digest(secret.as_bytes()).to_vec()),
        _ => {
            let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(salt.as_bytes()).ok()?;
            mac.update(secret.as_bytes());
            Zeroizing::new(mac.finalize().into_bytes().to_vec())
        }
    };
    let password = Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(&*hash));
    bcrypt::verify(password.as_bytes(), &format!("${}${cost:02}${salt}{key}", get("t").unwrap_or("2b"))).ok()
}

fn scrypt(secret: &str, parameters: &str, salt: &str, key: &str) -> Option<bool> {
    let parameters = pairs(parameters);
    let number = |name: &str| {
        parameters.iter().find(|(found, _)| *found == name).and_then(|(_, value)| value.parse::<u32>().ok())
    };
    let (log_n, r, p) = (number("ln").filter(|log_n| *log_n < 32)?, number("r")?, number("p")?);
    let memory = (1_u64 << log_n).checked_mul(u64::from(r))? / 8;
    if memory > MOST_MEMORY || p > MOST_PASSES {
        return None;
    }
    let (salt, key) = (standard().decode(salt).ok()?, standard().decode(key).ok()?);
    let params = scrypt::Params::new(u8::try_from(log_n).ok()?, r, p).ok()?;
    let mut derived = vec![0; bounded_length(key.len())?];
    scrypt::scrypt(secret.as_bytes(), &salt, &params, &mut derived).ok()?;
    Some(equal(&derived, &key))
}

fn yescrypt(secret: &str, parameters: &str, digest: &str) -> Option<bool> {
    const ALPHABET: &str = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    // After the flavour come log₂(N) and the block size, each minus one; larger ones take more than one character.
    let mut costs = parameters.chars().skip(1).map(|character| ALPHABET.find(character)).take(2);
    let (log_n, r) = (costs.next()?? + 1, costs.next()?? + 1);
    if log_n > 30 || r > 47 || (1_u64 << log_n) * r as u64 / 8 > MOST_MEMORY {
        return None;
    }
    match yescrypt::Yescrypt::default().verify_password(secret.as_bytes(), digest) {
        Ok(()) => Some(true),
        Err(yescrypt::password_hash::Error::PasswordInvalid) => Some(false),
        Err(_) => None,
    }
}

fn sha_crypt(secret: &str, digest: &str) -> Option<bool> {
    let rounds = digest.split('$').find_map(|part| part.strip_prefix("rounds="));
    if rounds.is_some_and(|rounds| bounded(rounds, MOST_ROUNDS).is_none()) {
        return None;
    }
    match sha_crypt::ShaCrypt::default().verify_password(secret.as_bytes(), digest) {
        Ok(()) => Some(true),
        Err(sha_crypt::password_hash::Error::PasswordInvalid) => Some(false),
        Err(_) => None,
    }
}

/// Splits `m=65536,t=3` into pairs.
fn pairs(text: &str) -> Vec<(&str, &str)> {
    text.split(',').filter_map(|pair| pair.split_once('=')).collect()
}

fn bounded(text: &str, most: u32) -> Option<u32> {
    text.parse().ok().filter(|number| *number <= most)
}

fn bounded_length(length: usize) -> Option<usize> {
    Some(length).filter(|length| (1..=1024).contains(length))
}

/// Compares in constant time.
fn equal(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |differs, (left, right)| differs | (left ^ right)) == 0
}

fn lenient() -> GeneralPurposeConfig {
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true)
}

fn standard() -> GeneralPurpose {
    GeneralPurpose::new(&STANDARD, lenient())
}

/// Base64 with `.` instead of `+`.
fn adapted() -> GeneralPurpose {
    let alphabet = Alphabet::new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./");
    GeneralPurpose::new(&alphabet.unwrap_or(STANDARD), lenient())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_matches_only_its_secret_and_is_kept() {
        let secret = Text::new("insecure_secret");
        // The example in Authelia's documentation.
        let known = "$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng";
        assert!(fresh(&secret, Some(known)).expect("random numbers").as_str() == known);
        let other = fresh(&Text::new("other"), Some(known)).expect("random numbers");
        assert_eq!(fit("other", other.as_str()).expect("a digest"), Fit::Yes);
        assert_eq!(fit("insecure_secret", other.as_str()).expect("a digest"), Fit::No);
        // A plain secret is replaced by a digest, although it matches.
        assert!(
            fresh(&secret, Some("$plaintext$insecure_secret")).expect("random numbers").as_str().starts_with("$pbkdf2")
        );
    }

    #[test]
    fn costs_are_limited_before_anything_is_computed() {
        for digest in [
            "$pbkdf2-sha512$2000000000$c2FsdHNhbHQ$a2V5a2V5",
            "$argon2id$v=19$m=4294967295,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2g",
            "$argon2id$v=19$m=65536,t=4294967295,p=4$c2FsdHNhbHQ$aGFzaGhhc2g",
            "$2b$31$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
            "$scrypt$ln=30,r=8,p=1$c2FsdA$a2V5",
            "$6$rounds=4294967295$saltsalt$key",
            "$y$jWzz$UsDqlN5gEAudMKq87qQgQ1$XdwnzEQ",
        ] {
            assert_eq!(fit("x", digest).expect_err("far too much").kind(), ErrorKind::Unsupported, "{digest}");
        }
    }

    #[test]
    fn secrets_longer_than_bcrypt_reads_are_reported() {
        let long = "a".repeat(80);
        let digest = bcrypt::hash(&long[..72], 4).expect("a digest");
        assert_eq!(fit(&long, &digest).expect("a digest"), Fit::Truncated);
        assert_eq!(fit(&long[..72], &digest).expect("a digest"), Fit::Yes);
        assert_eq!(fit(&long[..71], &digest).expect("a digest"), Fit::No);
    }
}
