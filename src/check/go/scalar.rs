//! What a YAML scalar is to Go's yaml library, which follows YAML 1.1 in numbers and 1.2 in truth values.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::number::{parse_int, parse_uint, print_float};
use super::tree::Data;
use crate::document::node::{Scalar, Style};

/// The value of a scalar; `tag` is its explicit tag, as written.
pub(super) fn resolve<'a>(scalar: &Scalar<'a>, tag: Option<&str>) -> Data<'a> {
    let text = scalar.text;
    let string = || Data::Text(Cow::Borrowed(text));
    match tag {
        None if scalar.style == Style::Plain => plain(text),
        None => string(),
        Some(tag) => match tag.strip_prefix("!!").or_else(|| tag.strip_prefix("tag:yaml.org,2002:")) {
            Some("null") => Data::Null,
            Some("float") => match plain(text) {
                #[expect(clippy::cast_precision_loss, reason = "Go converts in the same way")]
                Data::Int(value) => Data::Float(value as f64),
                other => other,
            },
            Some("bool" | "int" | "timestamp") => plain(text),
            Some("binary") => match STANDARD.decode(text.as_bytes()) {
                Ok(bytes) => Data::Text(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())),
                Err(_) => string(),
            },
            _ => string(),
        },
    }
}

/// Whether Go reads a scalar with this explicit tag: the content must be what the tag says.
pub(super) fn fits_tag(scalar: &Scalar<'_>, tag: &str) -> bool {
    let text = scalar.text;
    let resolved = plain(text);
    match tag.strip_prefix("!!").or_else(|| tag.strip_prefix("tag:yaml.org,2002:")) {
        Some("null") => matches!(resolved, Data::Null),
        Some("bool") => matches!(resolved, Data::Bool(_)),
        Some("int") => matches!(resolved, Data::Int(_)),
        Some("float") => matches!(resolved, Data::Int(_) | Data::Float(_)),
        Some("timestamp") => matches!(resolved, Data::Time),
        Some("binary") => STANDARD.decode(text.replace(['\r', '\n'], "").as_bytes()).is_ok(),
        _ => true,
    }
}

/// The name that a plain key has below the top of a document: Go reads it as a value, and prints that.
pub(super) fn key_name(text: &str) -> Option<String> {
    match plain(text) {
        Data::Null => Some("<nil>".to_owned()),
        Data::Bool(value) => Some(value.to_string()),
        Data::Int(value) => Some(value.to_string()),
        Data::Float(value) => Some(print_float(value)),
        Data::Time if text.len() <= 10 => {
            let parts: Vec<&str> = text.split('-').collect();
            Some(format!("{:0>4}-{:0>2}-{:0>2} 00:00:00 +0000 UTC", parts[0], parts[1], parts[2]))
        }
        _ => None,
    }
}

/// The value of a plain scalar.
pub(super) fn plain(text: &str) -> Data<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Data::Null,
        "true" | "True" | "TRUE" => return Data::Bool(true),
        "false" | "False" | "FALSE" => return Data::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Data::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Data::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Data::Float(f64::NEG_INFINITY),
        _ => {}
    }
    number(text).unwrap_or(Data::Text(Cow::Borrowed(text)))
}

fn number(text: &str) -> Option<Data<'static>> {
    let first = *text.as_bytes().first()?;
    if first == b'.' {
        return is_float(text).then(|| text.parse().ok().map(Data::Float)).flatten();
    }
    if !(first.is_ascii_digit() || first == b'+' || first == b'-') {
        return None;
    }
    if is_timestamp(text) {
        return Some(Data::Time);
    }
    let digits = text.replace('_', "");
    if let Some(value) = parse_int(&digits) {
        return Some(Data::Int(i128::from(value)));
    }
    if let Some(value) = parse_uint(&digits) {
        return Some(Data::Int(i128::from(value)));
    }
    let value: Option<f64> = is_float(&digits).then(|| digits.parse().ok()).flatten();
    value.filter(|value| value.is_finite()).map(Data::Float)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && digits(fraction),
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    mantissa_fits && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

/// A date (`2006-1-2`), or a date and a time after `T`, `t` or a space.
fn is_timestamp(text: &str) -> bool {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let within = |part: &str, range: std::ops::RangeInclusive<u32>| {
        (1..=2).contains(&part.len()) && part.parse().is_ok_and(|value| range.contains(&value))
    };
    let four_digits = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let spaced = text.contains(' ');
    four_digits && within(month, 1..=12) && within(day, 1..=31) && time.is_none_or(|time| is_time(time, spaced))
}

fn is_time(time: &str, spaced: bool) -> bool {
    let (clock, zone) = match time.find(['Z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => (time, ""),
    };
    let mut parts = clock.split(':');
    let (Some(hour), Some(minute), Some(second), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let whole = second.split_once('.').map_or(second, |(whole, _)| whole);
    let numbers = [(hour, 23), (minute, 59), (whole, 59)];
    let zone_fits = if spaced { zone.is_empty() } else { zone == "Z" || (zone.len() == 6 && !zone.starts_with('Z')) };
    zone_fits && numbers.iter().all(|(part, most)| part.parse::<u32>().is_ok_and(|value| value <= *most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(text: &str) -> i128 {
        match plain(text) {
            Data::Int(value) => value,
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
        assert!(matches!(plain("08"), Data::Float(8.0)));
        assert!(matches!(plain("1e3"), Data::Float(1000.0)));
        assert!(matches!(plain(".5"), Data::Float(0.5)));
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
        assert_eq!(key_name("yes"), None);
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
    fn words_stay_words() {
        for word in
            ["yes", "no", "on", "off", "y", "n", "1h", "1.2.3", "0x", "-", "+", ".", "12:30:45", "tRUE", "1e999"]
        {
            assert!(matches!(plain(word), Data::Text(_)), "{word}");
        }
    }

    #[test]
    fn dates_are_no_strings() {
        for date in
            ["2024-01-02", "2024-1-2", "2024-01-02T03:04:05Z", "2024-01-02 03:04:05", "2024-01-02t3:4:5.5+01:00"]
        {
            assert!(matches!(plain(date), Data::Time), "{date}");
        }
        for text in ["2024-13-02", "24-01-02", "2024-01-02T03:04", "2024-01"] {
            assert!(matches!(plain(text), Data::Text(_)), "{text}");
        }
    }
}
