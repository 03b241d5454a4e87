//! The value of a YAML scalar in Go's yaml library, which follows YAML 1.1 for numbers and 1.2 for booleans.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::number::{parse_int, parse_uint, print_float};
use super::timestamp::is_timestamp;
use super::value::GoData;
use crate::document::node::{Scalar, Style};

/// The value of a scalar; `tag` is its explicit tag, as written.
pub(super) fn resolve<'a>(scalar: &Scalar<'a>, tag: Option<&str>) -> GoData<'a> {
    let text = scalar.text;
    let string = || GoData::Text(Cow::Borrowed(text));
    // A lone `!` says nothing.
    match tag.filter(|tag| *tag != "!") {
        None if scalar.style == Style::Plain => plain(text),
        None => string(),
        Some(tag) => match tag.strip_prefix("!!").or_else(|| tag.strip_prefix("tag:yaml.org,2002:")) {
            Some("null") => GoData::Null,
            Some("float") => match plain(text) {
                #[expect(clippy::cast_precision_loss, reason = "Go converts in the same way")]
                GoData::Int(value) => GoData::Float(value as f64),
                other => other,
            },
            Some("bool" | "int" | "timestamp") => plain(text),
            Some("binary") => match decode_base64(text) {
                Some(bytes) => GoData::Text(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())),
                None => string(),
            },
            _ => string(),
        },
    }
}

/// Go skips line breaks in base64.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.replace(['\r', '\n'], "")).ok()
}

/// Whether Go accepts a scalar with this explicit tag, which the content must match.
pub(super) fn fits_tag(scalar: &Scalar<'_>, tag: &str) -> bool {
    let text = scalar.text;
    let resolved = plain(text);
    match tag.strip_prefix("!!").or_else(|| tag.strip_prefix("tag:yaml.org,2002:")) {
        Some("null") => matches!(resolved, GoData::Null),
        Some("bool") => matches!(resolved, GoData::Bool(_)),
        Some("int") => matches!(resolved, GoData::Int(_)),
        Some("float") => matches!(resolved, GoData::Int(_) | GoData::Float(_)),
        Some("timestamp") => matches!(resolved, GoData::Time),
        Some("binary") => decode_base64(text).is_some(),
        _ => true,
    }
}

/// The name of a plain key below the top of a document: Go parses it as a value, and formats that.
pub(super) fn key_name(text: &str) -> Option<String> {
    match plain(text) {
        GoData::Null => Some("<nil>".to_owned()),
        GoData::Bool(value) => Some(value.to_string()),
        GoData::Int(value) => Some(value.to_string()),
        GoData::Float(value) => Some(print_float(value)),
        GoData::Time if text.len() <= 10 => {
            let parts: Vec<&str> = text.split('-').collect();
            Some(format!("{:0>4}-{:0>2}-{:0>2} 00:00:00 +0000 UTC", parts[0], parts[1], parts[2]))
        }
        _ => None,
    }
}

/// The value of a plain scalar.
pub(super) fn plain(text: &str) -> GoData<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return GoData::Null,
        "true" | "True" | "TRUE" => return GoData::Bool(true),
        "false" | "False" | "FALSE" => return GoData::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return GoData::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return GoData::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return GoData::Float(f64::NEG_INFINITY),
        _ => {}
    }
    number(text).unwrap_or(GoData::Text(Cow::Borrowed(text)))
}

fn number(text: &str) -> Option<GoData<'static>> {
    let first = *text.as_bytes().first()?;
    if first == b'.' {
        // Here an underscore must be between digits.
        let is_digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
        let separates = |(at, _): (usize, &str)| is_digit(at - 1) && is_digit(at + 1);
        return float(text).filter(|_| text.match_indices('_').all(separates));
    }
    if !(first.is_ascii_digit() || first == b'+' || first == b'-') {
        return None;
    }
    if is_timestamp(text) {
        return Some(GoData::Time);
    }
    let digits = text.replace('_', "");
    if let Some(value) = parse_int(&digits) {
        return Some(GoData::Int(i128::from(value)));
    }
    if let Some(value) = parse_uint(&digits) {
        return Some(GoData::Int(i128::from(value)));
    }
    float(&digits)
}

/// A number with a fraction or an exponent, unless it overflows. The words for infinity and NaN are not numbers here.
fn float(text: &str) -> Option<GoData<'static>> {
    let value: f64 = text.replace('_', "").parse().ok()?;
    value.is_finite().then_some(GoData::Float(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(text: &str) -> i128 {
        match plain(text) {
            GoData::Int(value) => value,
            other => panic!("{text} is {other:?}"),
        }
    }

    #[test]
    fn numbers_are_read_as_go_reads_them() {
        assert_eq!(int("017"), 15);
        assert_eq!(int("0o17"), 15);
        assert_eq!(int("1_000"), 1000);
        assert_eq!(int("0x_1F"), 31);
        assert_eq!(int("-3"), -3);
        assert_eq!(int("18446744073709551615"), 18_446_744_073_709_551_615);
        assert!(matches!(plain("08"), GoData::Float(8.0)));
        assert!(matches!(plain("1e3"), GoData::Float(1000.0)));
        assert_eq!(int("+5"), 5);
        for (text, expected) in [
            (".5", 0.5),
            (".5_5", 0.55),
            ("+.5", 0.5),
            ("5.", 5.0),
            ("1.e3", 1000.0),
            ("-.5E-1", -0.05),
            ("1_0.5", 10.5),
            ("-.inf", f64::NEG_INFINITY),
            ("+.Inf", f64::INFINITY),
        ] {
            assert!(matches!(plain(text), GoData::Float(value) if value.to_bits() == expected.to_bits()), "{text}");
        }
        assert!(matches!(plain(".NaN"), GoData::Float(value) if value.is_nan()));
        assert!(matches!(plain("False"), GoData::Bool(false)));
    }

    #[test]
    fn a_tag_decides_the_type() {
        let said = |text: &str, style: Style, tag: &str| {
            format!("{:?}", resolve(&Scalar { text, style }, Some(tag).filter(|tag| !tag.is_empty())))
        };
        for (text, style, tag, expected) in [
            ("5", Style::Plain, "", "Int(5)"),
            ("5", Style::Double, "", r#"Text("5")"#),
            ("~", Style::Plain, "!!null", "Null"),
            ("5", Style::Plain, "!!float", "Float(5.0)"),
            ("5.5", Style::Plain, "!!float", "Float(5.5)"),
            ("5", Style::Single, "!!int", "Int(5)"),
            ("true", Style::Single, "tag:yaml.org,2002:bool", "Bool(true)"),
            ("2024-01-02", Style::Single, "!!timestamp", "Time"),
            ("aGk=", Style::Plain, "!!binary", r#"Text("hi")"#),
            ("aGk=\n", Style::Literal, "!!binary", r#"Text("hi")"#),
            ("?", Style::Plain, "!!binary", r#"Text("?")"#),
            ("5", Style::Plain, "!!str", r#"Text("5")"#),
            ("5", Style::Plain, "!own", r#"Text("5")"#),
            ("5", Style::Plain, "!", "Int(5)"),
            ("", Style::Plain, "!", "Null"),
            ("", Style::Single, "!", r#"Text("")"#),
        ] {
            assert_eq!(said(text, style, tag), expected, "{tag} {text}");
        }
    }

    #[test]
    fn keys_are_values_printed() {
        for (text, name) in [
            ("~", "<nil>"),
            ("True", "true"),
            ("0x1F", "31"),
            ("1.50", "1.5"),
            ("1e21", "1e+21"),
            ("1e-5", "1e-05"),
            (".inf", "+Inf"),
            ("2020-1-2", "2020-01-02 00:00:00 +0000 UTC"),
        ] {
            assert_eq!(key_name(text).as_deref(), Some(name), "{text}");
        }
        for text in ["yes", "2020-01-02T03:04:05Z"] {
            assert_eq!(key_name(text), None, "{text}");
        }
    }

    #[test]
    fn a_tag_and_its_content_must_agree() {
        let fits = |text: &str, tag: &str| fits_tag(&Scalar { text, style: Style::Plain }, tag);
        for (text, tag) in [
            ("true", "!!bool"),
            ("5", "!!int"),
            ("5", "!!float"),
            ("~", "!!null"),
            ("aGk=", "!!binary"),
            ("x", "!own"),
            ("x", "!!str"),
        ] {
            assert!(fits(text, tag), "{tag} {text}");
        }
        for (text, tag) in [
            ("yes", "!!bool"),
            ("5.5", "!!int"),
            ("x", "!!float"),
            ("x", "!!null"),
            ("?", "!!binary"),
            ("x", "!!timestamp"),
        ] {
            assert!(!fits(text, tag), "{tag} {text}");
        }
    }

    #[test]
    fn dates_are_not_strings() {
        assert!(matches!(plain("2024-01-02"), GoData::Time));
        assert!(matches!(plain("2024-13-02"), GoData::Text(_)));
    }

    #[test]
    fn words_are_kept() {
        for word in [
            "yes", "no", "on", "off", "y", "n", "1h", "1.2.3", "0x", "-", "+", ".", "12:30:45", "tRUE", "1e999",
            ".5e999", "._5", "0.5e", "+inf", "-nan", ".5_", ".5._5", "nan",
        ] {
            assert!(matches!(plain(word), GoData::Text(_)), "{word}");
        }
    }
}
