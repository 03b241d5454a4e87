//! Words that may be secrets in the wrong place: `--from-file "$PASSWORD"`, or a pasted key in place of a name.
//!
//! Passwords of ordinary words look like names, so this recognizes only what is random.

use std::path::Path;

/// How long a word is at least if it may be a random secret.
const SHORTEST: usize = 16;
/// How many digits, and nothing else, are more than a number that people type.
const DIGITS: usize = 12;
/// From this length on a word of all kinds of letters is a key, and hex of both kinds of digits.
const KEY_LENGTH: usize = 40;
const HEX_LENGTH: usize = 24;
/// Shorter parts of a random word are not searched for.
const PART: usize = 4;

/// The parts of these arguments that look random, and the arguments that contain a private key. The name of an
/// existing file is not searched.
pub fn in_arguments<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_digest = false;
    for argument in arguments {
        // `--expect` takes the digest of a ciphertext, which is public.
        let is_public = std::mem::replace(&mut is_digest, argument == "--expect") || argument.starts_with("--expect=");
        if is_public {
            continue;
        }
        let mut parts: Vec<String> = Vec::new();
        if is_private_key(argument) {
            parts.extend(argument.lines().filter(|line| line.len() >= SHORTEST).map(str::to_owned));
        }
        let words = argument.split(|letter: char| !(letter.is_ascii_alphanumeric() || "+/=_-".contains(letter)));
        for word in words.map(|word| word.trim_start_matches('-')) {
            // `NAME=value`, where the padding of base64 does not separate.
            let value = word.trim_end_matches('=').rsplit_once('=').map_or(word, |(_, value)| value);
            let value = &word[word.len() - value.len()..];
            // In a JSON Pointer the slashes of base64 are escaped.
            let shortest = if looks_random(value) { PART } else { usize::MAX };
            for part in [word, value].into_iter().chain(value.split('/')) {
                if (looks_random(part) || part.len() >= shortest) && !parts.iter().any(|known| known == part) {
                    parts.push(part.to_owned());
                }
            }
        }
        // Few arguments look random, so the file system is asked last.
        if !parts.is_empty() && !Path::new(argument).exists() {
            found.extend(parts);
        }
    }
    found
}

/// Whether the text contains a private key in PEM or of age.
pub fn is_private_key(text: &str) -> bool {
    // Both end alike, so that most texts are searched once.
    text.contains("KEY-") && (text.contains("PRIVATE KEY-----") || text.contains("AGE-SECRET-KEY-"))
}

/// Whether the text has the form of a random key in base64 or hex.
pub fn is_key(text: &str) -> bool {
    if text.len() < KEY_LENGTH {
        return false;
    }
    let has = |class: fn(&u8) -> bool| text.bytes().any(|byte| class(&byte));
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte);
    let is_mixed = || has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
    is_hex(text) || (text.bytes().all(is_base64) && is_mixed())
}

/// Whether the word is probably random, and not made by a person.
pub fn looks_random(word: &str) -> bool {
    // Public keys of age and ssh.
    if word.starts_with("age1") || word.starts_with("AAAA") {
        return false;
    }
    let has = |class: fn(&u8) -> bool| word.bytes().any(|byte| class(&byte));
    if word.len() >= DIGITS && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return true;
    }
    if is_key(word) || (word.len() >= HEX_LENGTH && is_hex(word)) {
        return true;
    }
    // Words change less often between lowercase, uppercase, and digits.
    let changes = word.as_bytes().windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count();
    let is_mixed = has(u8::is_ascii_alphabetic) && (has(u8::is_ascii_digit) || word.ends_with('='));
    word.len() >= SHORTEST && is_mixed && changes * 100 >= (word.len() - 1) * 45
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_words_are_recognized() {
        for word in [
            "WnE3bWFya2VyOUt4TlVWV1hZWjAxMjM0NTY3",
            "q1OQRg0k8zMJ7e2vT5s3Xw==",
            "5a71376d61726b6572394b78deadbeef",
            "8405719362047718",
            "x7k2m9q4w8e1r5t6",
            "T3ChNoP4ss-w0rd_7xK2",
        ] {
            assert!(looks_random(word), "{word}");
        }
    }

    #[test]
    fn names_are_not() {
        for word in [
            "authelia-main-oidc-clients",
            "identity_providers",
            "/config/secrets/authelia/oidc/jwks/rsa/private.pem",
            "OAuth2ClientSecretV1",
            "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET",
            "token-endpoint-auth-method",
            "media-server-2024-backup",
            "age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq",
            "task-118",
            "Zq7Marker9Kx",
        ] {
            assert!(!looks_random(word), "{word}");
        }
    }

    #[test]
    fn parts_of_arguments_are_found() {
        for (argument, expected) in [
            ("--from-file=WnE3bWFya2VyOUt4TlVWV1hZWjAx", &["WnE3bWFya2VyOUt4TlVWV1hZWjAx"][..]),
            ("clients[WnE3bWFya2VyOUt4TlVWV1hZWjAx].client_name", &["WnE3bWFya2VyOUt4TlVWV1hZWjAx"]),
            ("app-env.age#WnE3bWFya2VyOUt4TlVWV1hZWjAx", &["WnE3bWFya2VyOUt4TlVWV1hZWjAx"]),
            ("set", &[]),
            ("https://auth.example.com/api/oidc/authorization", &[]),
        ] {
            let found = in_arguments([argument]);
            assert!(expected.iter().all(|part| found.iter().any(|one| one == part)), "{argument}: {found:?}");
            assert_eq!(found.is_empty(), expected.is_empty(), "{argument}: {found:?}");
        }
        let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        assert_eq!(in_arguments(["--expect", digest]), Vec::<String>::new());
        assert_eq!(in_arguments([digest]), [digest]);
    }
}
