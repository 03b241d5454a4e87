//! The kind of a client secret: a digest that Authelia can verify, or plain text.

use base64::Engine;
use base64::alphabet::Alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::sync::OnceLock;

/// Why a text that starts with `$` is not a digest, in a few words.
pub type DigestError = &'static str;

const FORMAT: DigestError = "it has too few or too many parts for a digest of its kind";
const SALT_OR_KEY: DigestError = "its salt or key is damaged";
const PARAMETERS: DigestError = "its cost parameters are damaged";

/// Whether the text is plain, not a digest (`$plaintext$…` and everything that does not start with `$`).
///
/// # Errors
/// Why a text that starts with `$` is not a digest, in a few words.
pub fn is_plain(text: &str) -> Result<bool, DigestError> {
    if !text.starts_with('$') {
        return Ok(true);
    }
    let parts: Vec<&str> = text.split('$').collect();
    let &[_, kind, ref rest @ ..] = parts.as_slice() else { return Err(FORMAT) };
    if rest.is_empty() {
        return Err(FORMAT);
    }
    match kind {
        "plaintext" if rest.iter().all(|part| part.is_empty()) && rest.len() == 1 => Err("it is empty"),
        "plaintext" => Ok(true),
        "argon2id" | "argon2i" | "argon2d" => argon2(rest).map(|()| false),
        "2b" | "2a" | "2x" | "2y" => bcrypt(rest).map(|()| false),
        "bcrypt-sha256" => bcrypt_sha256(rest).map(|()| false),
        "pbkdf2" | "pbkdf2-sha1" | "pbkdf2-sha224" | "pbkdf2-sha256" | "pbkdf2-sha384" | "pbkdf2-sha512" => {
            pbkdf2(rest).map(|()| false)
        }
        "scrypt" => scrypt(rest).map(|()| false),
        "y" => yescrypt(rest).map(|()| false),
        "5" | "6" => sha_crypt(rest).map(|()| false),
        _ => Err("its kind is unknown to Authelia"),
    }
}

fn argon2(parts: &[&str]) -> Result<(), DigestError> {
    let &[version, parameters, salt, key] = parts else { return Err(FORMAT) };
    for (name, value) in pairs(parameters)?.into_iter().chain(pairs(version)?) {
        let fits = match name {
            "v" => value == "19" || value.trim_start_matches('0') == "19",
            "k" | "m" | "t" | "p" => is_number(value) && value.parse::<u32>().is_ok(),
            _ => false,
        };
        if !fits {
            return Err(PARAMETERS);
        }
    }
    encoded(&standard(), salt, key)
}

fn bcrypt(parts: &[&str]) -> Result<(), DigestError> {
    let &[cost, secret] = parts else { return Err(FORMAT) };
    integer(cost)?;
    let salt = secret.as_bytes().get(..22).filter(|_| secret.len() == 53);
    if salt.is_some_and(is_bcrypt_alphabet) { Ok(()) } else { Err(SALT_OR_KEY) }
}

fn bcrypt_sha256(parts: &[&str]) -> Result<(), DigestError> {
    let &[parameters, salt, key] = parts else { return Err(FORMAT) };
    for (name, value) in pairs(parameters)? {
        match name {
            "v" | "t" => {}
            "r" => integer(value)?,
            _ => return Err(PARAMETERS),
        }
    }
    if salt.len() == 22 && is_bcrypt_alphabet(salt.as_bytes()) && key.len() == 31 { Ok(()) } else { Err(SALT_OR_KEY) }
}

fn pbkdf2(parts: &[&str]) -> Result<(), DigestError> {
    let &[rounds, salt, key] = parts else { return Err(FORMAT) };
    integer(rounds)?;
    encoded(&adapted(), salt, key)
}

fn scrypt(parts: &[&str]) -> Result<(), DigestError> {
    let &[parameters, salt, key] = parts else { return Err(FORMAT) };
    for (name, value) in pairs(parameters)? {
        if !matches!(name, "ln" | "r" | "p") {
            return Err(PARAMETERS);
        }
        integer(value)?;
    }
    encoded(&standard(), salt, key)
}

fn yescrypt(parts: &[&str]) -> Result<(), DigestError> {
    let &[setting, _, key] = parts else { return Err(FORMAT) };
    if setting.len() != 3 || !setting.starts_with('j') {
        return Err(PARAMETERS);
    }
    if is_yescrypt_key(key.as_bytes()) { Ok(()) } else { Err(SALT_OR_KEY) }
}

/// Six bits per character, the lowest first: four characters are three bytes, and the remaining bits at the end must be
/// zero.
fn is_yescrypt_key(key: &[u8]) -> bool {
    let value = |byte: &u8| match byte {
        b'.' | b'/' => Some(byte - b'.'),
        b'0'..=b'9' => Some(byte - b'0' + 2),
        b'A'..=b'Z' => Some(byte - b'A' + 12),
        b'a'..=b'z' => Some(byte - b'a' + 38),
        _ => None,
    };
    let Some(values) = key.iter().map(value).collect::<Option<Vec<u8>>>() else { return false };
    !values.is_empty()
        && match values.as_chunks::<4>().1 {
            [] => true,
            [_, last] => *last < 4,
            [_, _, last] => *last < 16,
            _ => false,
        }
}

fn sha_crypt(parts: &[&str]) -> Result<(), DigestError> {
    let (parameters, key) = match parts {
        [_, key] => (None, key),
        [parameters, _, key] => (Some(*parameters), key),
        _ => return Err(FORMAT),
    };
    for (name, value) in parameters.map(pairs).transpose()?.into_iter().flatten() {
        if name != "rounds" || !is_number(value) || value.parse::<u32>().is_err() {
            return Err(PARAMETERS);
        }
    }
    if key.is_empty() { Err(SALT_OR_KEY) } else { Ok(()) }
}

/// Splits `m=65536,t=3` into pairs.
fn pairs(text: &str) -> Result<Vec<(&str, &str)>, DigestError> {
    text.split(',').map(|pair| pair.split_once('=').ok_or(PARAMETERS)).collect()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What `strconv.Atoi` accepts.
fn integer(text: &str) -> Result<(), DigestError> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if is_number(digits) && text.parse::<i64>().is_ok() { Ok(()) } else { Err(PARAMETERS) }
}

fn is_bcrypt_alphabet(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"./".contains(byte))
}

fn encoded(alphabet: &GeneralPurpose, salt: &str, key: &str) -> Result<(), DigestError> {
    let decode = |text: &str| alphabet.decode(text.replace(['\r', '\n'], "")).map_err(|_| SALT_OR_KEY);
    decode(salt)?;
    if decode(key)?.is_empty() { Err(SALT_OR_KEY) } else { Ok(()) }
}

/// Go ignores the remaining bits at the end.
fn lenient() -> GeneralPurposeConfig {
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true)
}

fn standard() -> GeneralPurpose {
    GeneralPurpose::new(&base64::alphabet::STANDARD, lenient())
}

/// Base64 with `.` instead of `+`.
fn adapted() -> GeneralPurpose {
    static ALPHABET: OnceLock<Option<Alphabet>> = OnceLock::new();
    let alphabet =
        ALPHABET.get_or_init(|| Alphabet::new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./").ok());
    GeneralPurpose::new(alphabet.as_ref().unwrap_or(&base64::alphabet::STANDARD), lenient())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests() {
        for digest in [
            "$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR",
            "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2g",
            "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
            "$6$rounds=50000$saltsalt$key",
            "$5$saltsalt$key",
            "$scrypt$ln=16,r=8,p=1$c2FsdA$a2V5",
        ] {
            assert_eq!(is_plain(digest), Ok(false), "{digest}");
        }
        for plain in ["secret", " $6$x$y", "$plaintext$secret", "$plaintext$a$b"] {
            assert_eq!(is_plain(plain), Ok(true), "{plain}");
        }
    }

    #[test]
    fn damaged() {
        for text in [
            "$",
            "$foo",
            "$foo$bar",
            "$base64$aW5zZWN1cmU",
            "$plaintext$",
            "$pbkdf2-sha512$310000$short",
            "$pbkdf2-sha512$x$c8p78n7p$JNRB",
            "$argon2id$v=19$m=65536,t=3,p=4$abc",
            "$argon2id$v=16$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2g",
            "$2b$12$short",
            "$6$rounds=50000$saltsalt$",
        ] {
            assert!(is_plain(text).is_err(), "{text}");
        }
    }
}
