//! Durations in Authelia's notation: `1h30m`, `2 weeks`, `1 year and 6 months`, or seconds as a bare number.

/// A duration in nanoseconds, as in Go.
pub(in crate::check) type Nanoseconds = i64;

const HOUR: i128 = 3_600_000_000_000;

/// Parses a duration.
///
/// Only numbers that start with 1–9 count, and everything between them that is neither a digit nor a space is a unit:
/// `-1h` is one hour, `pt1h` is an error, and a number without a unit (`1.5`) is ignored.
pub(in crate::check) fn parse(text: &str) -> Option<Nanoseconds> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse::<i64>().ok().map(|seconds| seconds.wrapping_mul(1_000_000_000));
    }
    if text.is_empty() {
        return Some(0);
    }
    let joined = text.replace("and", "").replace(' ', "");
    let parts = parts(&joined)?;
    if parts.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    for (quantity, unit) in parts {
        total = total.checked_add(i128::from(quantity).checked_mul(nanoseconds(unit)?)?)?;
    }
    i64::try_from(total).ok()
}

/// The pairs of number and unit: a digit 1–9, more digits, then at least one character that is neither a digit nor a
/// space.
fn parts(text: &str) -> Option<Vec<(i64, &str)>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| matches!(c, '1'..='9')) {
        let number = &rest[start..];
        let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
        let after = &number[digits..];
        let unit = after.find(|c: char| c.is_ascii_digit() || is_space(c)).unwrap_or(after.len());
        if unit == 0 {
            rest = after;
            continue;
        }
        found.push((number[..digits].parse().ok()?, &after[..unit]));
        rest = &after[unit..];
    }
    Some(found)
}

/// What Go's `\s` matches.
fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\x0c' | '\r' | ' ')
}

fn nanoseconds(unit: &str) -> Option<i128> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" | "millisecond" | "milliseconds" => 1_000_000,
        "s" | "second" | "seconds" => 1_000_000_000,
        "m" | "minute" | "minutes" => 60_000_000_000,
        "h" | "hour" | "hours" => HOUR,
        "d" | "day" | "days" => HOUR * 24,
        "w" | "week" | "weeks" => HOUR * 24 * 7,
        "M" | "month" | "months" => HOUR * 24 * 30,
        "y" | "year" | "years" => HOUR * 24 * 365,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i64> {
        parse(text).map(|nanoseconds| nanoseconds / 1_000_000_000)
    }

    #[test]
    fn notations() {
        for (text, expected) in [
            ("1h30m", 5400),
            ("1 hour and 30 minutes", 5400),
            ("1d12h", 129_600),
            ("1M", 2_592_000),
            ("1 month", 2_592_000),
            ("2 weeks", 1_209_600),
            ("1y", 31_536_000),
            ("1 year", 31_536_000),
            ("5 seconds", 5),
            ("2 days", 172_800),
            ("3600", 3600),
            ("", 0),
            ("-1h", 3600),
            ("1h\t2m\n", 3720),
            ("10h", 36_000),
            // A number without a unit is ignored.
            ("5 1h", 183_600),
            ("5\t1h", 3600),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text:?}");
        }
        for (text, expected) in
            [("3ns", 3), ("2us", 2000), ("2µs", 2000), ("2μs", 2000), ("5ms", 5_000_000), ("5 milliseconds", 5_000_000)]
        {
            assert_eq!(parse(text), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn a_duration_has_an_end() {
        assert_eq!(parse("9223372036854775807ns"), Some(i64::MAX));
        for too_long in
            ["9223372036854775807ns1ns", "292 years and 25 weeks", "9223372036854775808", "1h9223372036854775808ns"]
        {
            assert_eq!(parse(too_long), None, "{too_long}");
        }
    }

    #[test]
    fn invalid_durations() {
        for wrong in ["1 fortnight", "PT1H", "1.5", "none", "0s", "h", "1h30q"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
