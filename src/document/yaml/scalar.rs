//! The values of plain scalars: the YAML 1.2 core schema (YAML 1.2.2, section 10.3.2).

use crate::document::value::{Number, Value};

pub(super) fn plain(text: &str) -> Value {
    keyword(text).or_else(|| number(text).map(Value::Number)).unwrap_or_else(|| Value::string(text))
}

/// The value of a word that is not a string.
fn keyword(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        _ => None,
    }
}

/// Whether a plain scalar is a string. Most start with a letter, which no number does.
pub(super) fn is_string(text: &str) -> bool {
    let is_word = text.starts_with(|first: char| first.is_ascii_alphabetic());
    keyword(text).is_none() && (is_word || number(text).is_none())
}

/// Parses a number of the core schema into JSON's notation.
fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let (sign, unsigned) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    match unsigned {
        ".inf" | ".Inf" | ".INF" => return Some(Number::new(format!("{sign}.inf"))),
        ".nan" | ".NaN" | ".NAN" if text == unsigned => return Some(Number::new(".nan")),
        _ => {}
    }
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|part| {
        let part = part.strip_prefix(['+', '-']).unwrap_or(part);
        !part.is_empty() && digits(part)
    });
    let has_digits = !whole.is_empty() || fraction.is_some_and(|part| !part.is_empty());
    if !has_digits || !digits(whole) || !fraction.is_none_or(digits) || !exponent_fits {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        trimmed => trimmed,
    };
    let fraction = fraction.filter(|part| !part.is_empty()).map_or(["", ""], |part| [".", part]);
    let exponent = exponent.map_or(["", ""], |part| ["e", part]);
    Some(Number::new([&[sign, whole], &fraction[..], &exponent[..]].concat().concat()))
}

fn radix(digits: &str, radix: u32) -> Option<Number> {
    let fits = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    let value = fits.then(|| u128::from_str_radix(digits, radix).ok()).flatten()?;
    Some(Number::new(value.to_string()))
}

/// Whether a string may be unquoted: no reader takes it for another type (the core schema or YAML 1.1), and it contains
/// no indicators. In a flow collection commas and brackets are indicators.
pub(super) fn may_be_plain(text: &str, in_flow: bool) -> bool {
    let indicator = matches!(text, "-" | "?") || ["- ", "? ", " "].iter().any(|start| text.starts_with(start));
    let starts_well = !indicator && !text.starts_with(|c: char| "*&!|>@`%{}[],#'\"".contains(c));
    let inside_well = !text.contains(": ")
        && !text.contains(" #")
        && (!in_flow || !(text.contains([',', '[', ']', '{', '}']) || text.starts_with(':') || text.contains('?')));
    // Readers differ about other white space than spaces.
    let ends_well = !text.ends_with(':') && text.trim().len() == text.len();
    plain(text).as_str().is_some() && !is_other_in_yaml_1_1(text) && starts_well && inside_well && ends_well
}

/// Whether YAML 1.1 has another type where the core schema has a string: `yes`, `1_000`, `0b1`, `12:30`, `2024-01-01`
/// (yaml.org/type).
fn is_other_in_yaml_1_1(text: &str) -> bool {
    let boolean = matches!(text, "y" | "Y" | "n" | "N")
        || ["yes", "no", "on", "off"].iter().any(|word| {
            text == *word
                || text == word.to_ascii_uppercase()
                || text == format!("{}{}", &word[..1].to_ascii_uppercase(), &word[1..])
        });
    // The value and merge types, and words that end a document for simple readers.
    let special =
        matches!(text, "=" | "<<" | "---" | "...") || ["--- ", "... "].iter().any(|mark| text.starts_with(mark));
    boolean || special || is_old_number(text.strip_prefix(['+', '-']).unwrap_or(text)) || is_timestamp(text)
}

fn all(text: &str, accepts: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(accepts)
}

fn digits(text: &str) -> bool {
    all(text, |byte| byte.is_ascii_digit())
}

/// A number of YAML 1.1 without its sign.
fn is_old_number(text: &str) -> bool {
    let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    let spaced = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    if let Some(rest) = text.strip_prefix("0b") {
        return all(rest, |byte| matches!(byte, b'0' | b'1' | b'_'));
    }
    if let Some(rest) = text.strip_prefix("0x") {
        return all(rest, |byte| byte.is_ascii_hexdigit() || byte == b'_');
    }
    if let Some((whole, rest)) = text.split_once(':') {
        // Base 60: `12:30:45`, `1:30.5`.
        let (minutes, fraction) = rest.split_once('.').map_or((rest, None), |(minutes, rest)| (minutes, Some(rest)));
        let sixty = |part: &str| digits(part) && (part.len() == 1 || part.len() == 2 && part.as_bytes()[0] < b'6');
        let leads = first && spaced(whole) && (fraction.is_some() || !whole.starts_with('0'));
        return leads && minutes.split(':').all(sixty) && fraction.is_none_or(spaced);
    }
    let (mantissa, exponent) =
        text.split_once(['e', 'E']).map_or((text, None), |(before, after)| (before, Some(after)));
    let exponent_fits = exponent.is_none_or(|part| part.strip_prefix(['+', '-']).is_some_and(digits));
    match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            let starts =
                if whole.is_empty() { fraction.starts_with(|c: char| c.is_ascii_digit() || c == '_') } else { first };
            starts && spaced(whole) && spaced(fraction) && exponent_fits
        }
        None => first && spaced(mantissa) && exponent.is_none(),
    }
}

/// A date (`2024-01-01`), or a date with a time.
fn is_timestamp(text: &str) -> bool {
    let (date, time) = match text.find(['T', 't', ' ', '\t']) {
        Some(at) => (&text[..at], Some(text[at + 1..].trim_start())),
        None => (text, None),
    };
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let short = |part: &str| digits(part) && part.len() <= 2;
    if year.len() != 4 || !digits(year) || !short(month) || !short(day) {
        return false;
    }
    // Go also accepts a month and a day with one digit.
    let Some(time) = time else { return true };
    let zone = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let clock: Vec<&str> = time[..zone].trim_end().split(':').collect();
    let [hour, minute, second] = clock[..] else { return false };
    let (second, fraction) = second.split_once('.').unwrap_or((second, ""));
    let offset = time[zone..].trim_start_matches(['Z', '+', '-']);
    let two = |part: &str| digits(part) && part.len() == 2;
    short(hour)
        && two(minute)
        && two(second)
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && (offset.is_empty() || offset.split(':').all(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_json_notation() {
        let cases = [
            ("12", "12"),
            ("+12", "12"),
            ("-0", "-0"),
            ("017", "17"),
            ("0x1F", "31"),
            ("0o17", "15"),
            ("1.", "1"),
            (".5", "0.5"),
            ("1e3", "1e3"),
            ("-1.50E+2", "-1.50e+2"),
            ("-.inf", "-.inf"),
            (".NaN", ".nan"),
        ];
        for (text, expected) in cases {
            match plain(text) {
                Value::Number(number) => assert_eq!(number.as_str(), expected, "{text}"),
                other => panic!("{text} was read as {}", other.type_name()),
            }
        }
    }

    #[test]
    fn texts_that_only_resemble_other_types_are_strings() {
        for text in [
            "yes", "no", "on", "1_000", "1.2.3", ".", "-", "+", "e3", "1e", "0x", "0xG", "-0x1F", "0x+1F", "-.nan",
            "12:30", "nULL",
        ] {
            assert!(plain(text).as_str().is_some(), "{text}");
        }
    }

    #[test]
    fn strings_are_distinguished_from_other_types() {
        for text in ["client_id", "on", "nan", "truer", "1_000", "-"] {
            assert!(is_string(text), "{text}");
        }
        for text in ["8080", "", "~", "null", "True", "FALSE", ".inf", "0x1F", "-1"] {
            assert!(!is_string(text), "{text}");
        }
    }

    #[test]
    fn strings_that_look_like_other_types_need_quotes() {
        for text in [
            "",
            "yes",
            "Off",
            "1e3",
            "1_000",
            "12:30:45",
            "2024-01-01",
            "2024-01-01T10:00:00Z",
            "0b1",
            "-",
            "- x",
            "a: b",
            "a #b",
            "a:",
            " a",
            "[a",
            "*a",
        ] {
            assert!(!may_be_plain(text, false), "{text}");
        }
        for text in [
            "client_secret_basic",
            "https://a.example.com/b?c=d#e",
            "$pbkdf2-sha512$310000$a.b/c",
            "a b",
            "1st",
            "--verbose",
            "a, b [c]",
        ] {
            assert!(may_be_plain(text, false), "{text}");
        }
        assert!(!may_be_plain("a, b", true));
    }

    /// <https://yaml.org/type/int.html>, <https://yaml.org/type/float.html>, <https://yaml.org/type/timestamp.html>
    #[test]
    fn numbers_and_times_of_yaml_1_1_need_quotes_and_similar_texts_do_not() {
        let quoted = "0b1 0b1_0 0x1_F 0x_ 1_000 -1_0 1_0.5 .5_ 1_0.5e+3 1:3 1:30 1_2:30 12:30:45 0:30.5 1:30. 2024-01-01 \
            2024-01-01T10:00:00Z 2024-1-1t1:00:00 2024-01-01T10:00:00.25 2024-01-01T10:00:00.5+02:00 2024-01-01T10:00:00-5 2024-1-1 2024-01-1 2024-1-01 ._5 +._";
        for text in quoted.split(' ').chain(["2024-1-1 10:00:00", "2024-01-01\t10:00:00", "2024-01-01 10:00:00 +02:00"])
        {
            assert!(!may_be_plain(text, false), "{text}");
        }
        let plain = "0b 0b12 0xG_ 1_000e3 _1 1_0.5e3 1_0.5e+x 1x.5 x.5 1.2.3 1:60 1:305 1:x x:30 1x:30 _1:30 0:30 1:30.x \
            1:30:60 24-01-01 202x-01-01 2024-0x-01 2024-01-0x 2024-01 2024-01-01-01 \
            202-1-1T10:00:00 20x4-1-1T10:00:00 2024-001-1T10:00:00 2024-x-1T10:00:00 2024-1-001T10:00:00 2024-1-xT10:00:00 \
            2024-01-01T100:00:00 2024-01-01Tx:00:00 2024-01-01T10:0:00 2024-01-01T10:xx:00 2024-01-01T10:00:0 \
            2024-01-01T10:00:xx 2024-01-01T10:00 2024-01-01T10:00:00.x 2024-01-01T10:00:00+123 2024-01-01T10:00:00+02:xx";
        for text in plain.split(' ').chain(["2024-1-1 10:00", "2024-01-01 noon"]) {
            assert!(may_be_plain(text, false), "{text}");
        }
    }
}
