//! Go's parsing of numbers and booleans (`strconv`).

/// `strconv.ParseInt(text, 0, 64)`: a sign, a prefix `0x`, `0o`, `0b`, or `0` for the base, underscores between digits.
pub(crate) fn parse_int(text: &str) -> Option<i64> {
    let (negative, magnitude) = sign(text);
    let value = i128::from(parse_uint(magnitude)?);
    i64::try_from(if negative { -value } else { value }).ok()
}

/// `strconv.ParseUint(text, 0, 64)`.
pub(crate) fn parse_uint(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (base, digits, prefixed) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..], true),
        [b'0', b'o', ..] => (8, &lower[2..], true),
        [b'0', b'b', ..] => (2, &lower[2..], true),
        [b'0', _, ..] => (8, &lower[1..], true),
        _ => (10, lower.as_str(), false),
    };
    let underscored = if prefixed { digits.strip_prefix('_').unwrap_or(digits) } else { digits };
    if underscored.split('_').any(str::is_empty) || underscored.starts_with('+') {
        return None;
    }
    u64::from_str_radix(&underscored.replace('_', ""), base).ok()
}

/// `strconv.ParseBool`.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// `strconv.FormatFloat(value, 'f', -1, 64)`: never an exponent.
pub(crate) fn format_float(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value.is_sign_positive() { "+Inf".to_owned() } else { "-Inf".to_owned() }
    } else {
        format!("{value}")
    }
}

/// `fmt.Sprint(value)`: the shortest digits, with an exponent of at least two digits if it is below -4 or above 20.
pub(crate) fn print_float(value: f64) -> String {
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e').filter(|_| value.is_finite()) else {
        return format_float(value);
    };
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..21).contains(&exponent) => {
            let sign = if exponent.is_negative() { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => format_float(value),
    }
}

fn sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases() {
        assert_eq!(parse_int("017"), Some(15));
        assert_eq!(parse_int("0o17"), Some(15));
        assert_eq!(parse_int("0x1F"), Some(31));
        assert_eq!(parse_int("-0b11"), Some(-3));
        assert_eq!(parse_int("1_000"), Some(1000));
        assert_eq!(parse_int("0_17"), Some(15));
        assert_eq!(parse_int("+5"), Some(5));
        assert_eq!(parse_int("0"), Some(0));
        for wrong in ["", "-", "08", "1__0", "_1", "1_", "0x", "++1", "1.0", "9223372036854775808"] {
            assert_eq!(parse_int(wrong), None, "{wrong}");
        }
        assert_eq!(parse_int("-9223372036854775808"), Some(i64::MIN));
    }
}
