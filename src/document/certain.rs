//! Decides whether the guessed format of a content is certain, so that its names may be printed.
//!
//! A random secret parses as a variable or an entry surprisingly often: a quarter of all outputs of `openssl rand
//! -base64 32` look like `abc…=`, where the "name" is the secret. So a guess counts only with several entries whose
//! names a person or a program would choose; a single line is one secret.

use super::format::Format;
use super::value::{Map, Value};

/// A trailing `=` after a name of this length may be base64 padding.
const PADDED: usize = 12;
/// A longer name is unlikely to be chosen by anybody.
const LONGEST: usize = 64;

/// Whether the names in `value`, parsed from `text` in the guessed `format`, may be printed.
pub(super) fn are_names(text: &str, format: Format, value: &Value) -> bool {
    match value {
        _ if format.is_opaque() => true,
        Value::Map(map) if map.is_empty() => true,
        Value::Map(map) => {
            let several = lines(text) > 1 || (format == Format::Json && is_strict_json(text));
            several && entries(value) > 1 && has_content(value) && are_plausible(map)
        }
        Value::List(items) => {
            let maps: Vec<&Map> = items.iter().filter_map(Value::as_map).collect();
            (lines(text) > 1 || is_strict_json(text)) && maps.iter().all(|map| are_plausible(map))
        }
        // It contains no names.
        _ => true,
    }
}

/// Whether the guessed names could be names, so that a user who knows one of them may edit its value.
pub(super) fn may_be_names(value: &Value) -> bool {
    value.as_map().is_none_or(are_plausible)
}

/// Whether a text that does not parse is so clearly a document that an error may name its keys.
pub(super) fn is_faulty_document(text: &str) -> bool {
    let names = text.lines().filter_map(|line| {
        let (name, rest) = line.trim_start().trim_start_matches("- ").split_once(':')?;
        (rest.is_empty() || rest.starts_with(' ')).then_some(name)
    });
    let (mut all, mut plausible) = (0, 0);
    for name in names {
        all += 1;
        plausible += usize::from(is_plausible(name.trim_matches(['"', '\''])));
    }
    plausible > 1 && plausible == all
}

/// The number of lines with content other than comments.
fn lines(text: &str) -> usize {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';'])).take(2).count()
}

fn is_strict_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// The number of entries in maps, up to two.
fn entries(value: &Value) -> usize {
    match value {
        Value::Map(map) => map.iter().take(2).map(|(_, value)| 1 + entries(value)).sum(),
        Value::List(items) => items.iter().take(2).map(entries).sum(),
        _ => 0,
    }
}

/// Whether any value has content.
fn has_content(value: &Value) -> bool {
    match value {
        Value::Map(map) => map.is_empty() || map.iter().any(|(_, value)| has_content(value)),
        Value::List(items) => items.is_empty() || items.iter().any(has_content),
        scalar => scalar.scalar_str().is_some_and(|text| !text.bytes().all(|byte| byte == b'=')),
    }
}

fn are_plausible(map: &Map) -> bool {
    map.iter().all(|(key, value)| {
        let name = key.text();
        let padding = name.len() >= PADDED && value.as_str().is_some_and(|text| text.bytes().all(|byte| byte == b'='));
        key.is_string() && !padding && is_plausible(name)
    })
}

/// Whether somebody would choose this name: words of letters with few digits in between, unlike random text.
fn is_plausible(name: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || "_-.@:*$/#".contains(c);
    if name.is_empty() || name.len() > LONGEST || !name.chars().all(allowed) || !name.contains(char::is_alphabetic) {
        return false;
    }
    let (mut letters, mut digits, mut words, mut gaps, mut last) = (0, 0, 0, 0, Kind::Between);
    for character in name.chars() {
        let kind = Kind::of(character);
        let continues = kind == last || (last == Kind::Upper && kind == Kind::Lower);
        letters += usize::from(kind != Kind::Between);
        digits += usize::from(kind == Kind::Digit);
        gaps += usize::from(kind == Kind::Between);
        words += usize::from(kind != Kind::Between && !continues);
        last = kind;
    }
    // In random text, every second character is of another kind than the one before; for short names that is not
    // conclusive.
    match letters {
        0..=4 => true,
        5..=11 => words * 2 <= letters + 1,
        _ => words * 3 <= letters + 1 + gaps && digits * 2 <= letters,
    }
}

/// The kind of a character in a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lower,
    Upper,
    Digit,
    Between,
}

impl Kind {
    fn of(character: char) -> Self {
        match character {
            c if c.is_numeric() => Self::Digit,
            c if c.is_uppercase() => Self::Upper,
            c if c.is_alphabetic() => Self::Lower,
            _ => Self::Between,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    #[test]
    fn names_that_people_choose_and_others() {
        for name in [
            "a",
            "k8s",
            "TOKEN",
            "API_KEY",
            "apiKey",
            "S3_ACCESS_KEY_ID",
            "oauth2ClientId",
            "POSTGRES_PASSWORD_2",
            "identity_providers",
            "media.example.com",
            "home-assistant",
            "HTTPServer",
            "x509_cert",
            "AWS_S3_BUCKET",
            "password_hash_argon2id",
            "*.example.com",
            "me@example.com",
            "OIDC_CLIENT_SECRET",
            "printer#2",
        ] {
            assert!(is_plausible(name), "{name}");
        }
        for name in [
            "",
            "123456",
            "correct horse",
            "Tr0ub4dor&3",
            "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol",
            "aB3xQz9LmPq2RtYv",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "550e8400-e29b-41d4-a716-446655440000",
            "{x}",
            "xK9mQ2pL",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        ] {
            assert!(!is_plausible(name), "{name}");
        }
    }

    #[test]
    fn several_entries_are_a_document_and_one_line_is_a_secret() {
        let certain = |text: &str, format| {
            let document = Document::parse(text.as_bytes(), format).expect(text);
            are_names(text, format, document.value())
        };
        for (text, format) in [
            ("A=1\nB=2\n", Format::Dotenv),
            ("# c\nA=\nB=2\n", Format::Dotenv),
            ("a: 1\nb: 2\n", Format::Yaml),
            ("oidc:\n  clients: []\n", Format::Yaml),
            ("- a\n- b\n", Format::Yaml),
            ("[server]\nport = 80\n", Format::Toml),
            ("{\"user\": \"u\", \"password\": \"p\"}", Format::Json),
            ("'text'", Format::Yaml),
        ] {
            assert!(certain(text, format), "{text}");
        }
        for (text, format) in [
            ("A=1\n", Format::Dotenv),
            ("# c\nA=1\n", Format::Dotenv),
            ("K7gNU3sdoOL0wNhqoVWhr3g6s1xYv72ol=\nabcdefghijklmnop==\n", Format::Dotenv),
            ("abcdefghijklmnop=\nponmlkjihgfedcba=\n", Format::Dotenv),
            ("MyPass:\n", Format::Yaml),
            ("MyPass:\nOther:\n", Format::Yaml),
            ("correct horse: battery\nstaple horse: x\n", Format::Yaml),
            ("{secret}", Format::Json),
            ("{\nsecret\n}", Format::Json),
            ("{secret, other: x}", Format::Json),
            ("a = 'b'\n", Format::Toml),
        ] {
            assert!(!certain(text, format), "{text}");
        }
    }

    #[test]
    fn a_faulty_document_and_a_secret() {
        assert!(is_faulty_document("a: [1\nb: 2\n"));
        for secret in ["a: [1\n", "correct horse: [x\nb: 2\nc: 3\n", "x\ny\n", ""] {
            assert!(!is_faulty_document(secret), "{secret}");
        }
    }
}
