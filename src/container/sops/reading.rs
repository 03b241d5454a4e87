//! Interprets a written scalar: as Go does, which decides how a plaintext leaf is included in the MAC, and as YAML 1.2
//! does, which decides the type of a newly encrypted value.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::plain::{Plain, Type};
use super::sheet::Leaf;
use super::store::Store;
use crate::document::Value;
use crate::document::go::number::{parse_int, parse_uint};
use crate::document::go::timestamp::is_timestamp;
use crate::document::node::Style;
use crate::document::outline::meaning;
use crate::error::{Error, ErrorKind, Result};

/// The number of digits up to which a float is shown without an exponent.
const MOST_DIGITS: usize = 24;

const CORE: &str = "tag:yaml.org,2002:";

/// The value of a plain scalar in Go.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Go {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer that only fits an unsigned type, which sops rejects.
    Large,
    Float(f64),
    /// A timestamp, in RFC 3339.
    Time(String),
    String,
}

/// Parses a plain scalar like Go's YAML library, which follows YAML 1.1 for numbers and 1.2 for booleans.
pub(super) fn go_plain(text: &str) -> Go {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Go::Null,
        "true" | "True" | "TRUE" => return Go::Bool(true),
        "false" | "False" | "FALSE" => return Go::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Go::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Go::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Go::Float(f64::NEG_INFINITY),
        _ => {}
    }
    let first = text.as_bytes().first().copied().unwrap_or_default();
    if first == b'.' {
        let bytes = text.as_bytes();
        let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let separates = text.match_indices('_').all(|(at, _)| is_digit(at - 1) && is_digit(at + 1));
        return float(&text.replace('_', "")).filter(|_| separates).map_or(Go::String, Go::Float);
    }
    if !(first.is_ascii_digit() || first == b'+' || first == b'-') {
        return Go::String;
    }
    if is_timestamp(text) {
        return timestamp(text).map_or(Go::String, Go::Time);
    }
    let digits = text.replace('_', "");
    if let Some(value) = parse_int(&digits) {
        return Go::Int(value);
    }
    if parse_uint(&digits).is_some() {
        return Go::Large;
    }
    float(&digits).map_or(Go::String, Go::Float)
}

fn float(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// A timestamp of YAML in RFC 3339.
fn timestamp(text: &str) -> Option<String> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, time),
        None => (text, "0:0:0"),
    };
    let (clock, zone) = time.find(['Z', '+', '-']).map_or((time, "Z"), |at| time.split_at(at));
    let date: Vec<String> = date.split('-').map(|part| format!("{part:0>2}")).collect();
    let (whole, fraction) = clock.split_once(['.', ',']).map_or((clock, ""), |(whole, fraction)| (whole, fraction));
    let clock: Vec<String> = whole.split(':').map(|part| format!("{part:0>2}")).collect();
    let point = if fraction.is_empty() { "" } else { "." };
    let text = format!("{}T{}{point}{fraction}{zone}", date.join("-"), clock.join(":"));
    Plain::time(&text).and_then(|plain| plain.as_str().map(str::to_owned))
}

/// A plaintext leaf as sops includes it in the MAC; `None` for null.
///
/// # Errors
/// `unsupported` for integers that sops cannot represent.
pub(super) fn as_go(leaf: &Leaf, store: Store) -> Result<Option<Plain>> {
    let text = leaf.text.as_str();
    match store {
        Store::Json | Store::Binary => return Ok(json(leaf)),
        Store::Dotenv | Store::Ini => return Ok(Some(Plain::string(text))),
        Store::Yaml => {}
    }
    let tag = leaf.tag.as_deref().map(|tag| tag.strip_prefix(CORE).unwrap_or("!"));
    let plain = match tag {
        None if leaf.style == Style::Plain => go_plain(text),
        Some("binary") => return Ok(Some(Plain::string(binary(text)))),
        Some("null" | "bool" | "int" | "timestamp") => go_plain(text),
        Some("float") => match go_plain(text) {
            #[expect(clippy::cast_precision_loss, reason = "Go converts in the same way")]
            Go::Int(value) => Go::Float(value as f64),
            other => other,
        },
        _ => Go::String,
    };
    Ok(match plain {
        Go::Null => None,
        Go::Bool(value) => Some(Plain::bool(value)),
        Go::Int(value) => Some(Plain::int(value)),
        Go::Large => return Err(too_large()),
        Go::Float(value) => Some(Plain::float(value)),
        Go::Time(text) => Plain::time(&text),
        Go::String => Some(Plain::string(text)),
    })
}

fn json(leaf: &Leaf) -> Option<Plain> {
    let text = leaf.text.as_str();
    match text {
        _ if leaf.style != Style::Plain => Some(Plain::string(text)),
        "null" | "" => None,
        "true" => Some(Plain::bool(true)),
        "false" => Some(Plain::bool(false)),
        _ => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(value), _) => Some(Plain::int(value)),
            (_, Ok(value)) => Some(Plain::float(value)),
            _ => Some(Plain::string(text)),
        },
    }
}

/// A leaf of a view as it will be encrypted; `None` for null.
///
/// # Errors
/// `unsupported` for integers beyond 64 bits.
pub(super) fn as_core(leaf: &Leaf, store: Store) -> Result<Option<Plain>> {
    let text = leaf.text.as_str();
    if !matches!(store, Store::Yaml | Store::Json) {
        return Ok(Some(Plain::string(text)));
    }
    if leaf.tag.as_deref().and_then(|tag| tag.strip_prefix(CORE)) == Some("binary") {
        return Ok(Some(Plain::string(binary(text))));
    }
    Ok(match meaning(text, leaf.style, leaf.tag.as_deref()) {
        // A scalar is neither a list nor a map.
        Value::Null | Value::List(_) | Value::Map(_) => None,
        Value::Bool(value) => Some(Plain::bool(value)),
        Value::Number(number) => {
            let based = text.starts_with("0x") || text.starts_with("0o");
            let float = text.starts_with(['.', '-', '+']) && text.contains(['.', 'n', 'N'])
                || !based && text.contains(['.', 'e', 'E']);
            match number.as_i64() {
                Some(value) if !float => Some(Plain::int(value)),
                _ if float => Some(Plain::float(number.as_f64())),
                _ => return Err(too_large()),
            }
        }
        Value::String(string) => Some(Plain::string(string.as_str())),
    })
}

/// The timestamp in a plain scalar, if it replaces another timestamp.
pub(super) fn as_time(leaf: &Leaf) -> Option<Plain> {
    let plain = leaf.style == Style::Plain && leaf.tag.is_none();
    match go_plain(leaf.text.as_str()) {
        Go::Time(text) if plain => Plain::time(&text),
        _ => None,
    }
}

fn binary(text: &str) -> Vec<u8> {
    let text: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(text.as_bytes()).unwrap_or_default()
}

/// A decrypted value as a value of a document, where times have no type of their own.
pub(super) fn value_of(plain: &Plain) -> Option<Value> {
    let text = plain.as_str()?;
    Some(match plain.kind() {
        Type::Int => Value::Number(crate::document::Number::new(text)),
        Type::Float => Value::Number(crate::document::Number::new(match text {
            "+Inf" => ".inf",
            "-Inf" => "-.inf",
            "NaN" => ".nan",
            // Hundreds of digits would not help.
            digits if digits.len() > MOST_DIGITS => {
                let number: f64 = digits.parse().ok()?;
                return Some(Value::Number(crate::document::Number::new(format!("{number:e}"))));
            }
            digits => digits,
        })),
        Type::Bool => Value::Bool(text == "True"),
        Type::Str | Type::Bytes | Type::Time | Type::Comment => Value::string(text),
    })
}

fn too_large() -> Error {
    Error::new(ErrorKind::Unsupported, "sops supports 64-bit integers, and this one is larger")
        .hint("write it in quotes, as a string")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_have_the_same_value_as_in_go() {
        for (text, expected) in [
            ("x", Go::String),
            ("yes", Go::String),
            ("1_000", Go::Int(1000)),
            ("0b11", Go::Int(3)),
            ("012", Go::Int(10)),
            ("0o17", Go::Int(15)),
            ("0x1F", Go::Int(31)),
            ("1:30", Go::String),
            ("9223372036854775807", Go::Int(i64::MAX)),
            ("9223372036854775808", Go::Large),
            ("18446744073709551616", Go::Float(18_446_744_073_709_551_616.0)),
            ("1.50", Go::Float(1.5)),
            (".5", Go::Float(0.5)),
            ("1e3", Go::Float(1000.0)),
            ("-.inf", Go::Float(f64::NEG_INFINITY)),
            ("~", Go::Null),
            ("2001-12-14", Go::Time("2001-12-14T00:00:00Z".to_owned())),
            ("2001-12-14t21:59:43.10-05:00", Go::Time("2001-12-14T21:59:43.1-05:00".to_owned())),
            ("2001-1-4 1:59:43", Go::Time("2001-01-04T01:59:43Z".to_owned())),
        ] {
            assert_eq!(go_plain(text), expected, "{text}");
        }
    }
}
