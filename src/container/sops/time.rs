//! Timestamps as parsed and formatted by Go (RFC 3339).

use jiff::civil::DateTime;

/// A timestamp with its shortest fraction, and `Z` for an offset of zero; `None` if `text` is not RFC 3339.
pub(super) fn nanoseconds(text: &str) -> Option<String> {
    let parts = Parts::read(text)?;
    // Go keeps nine digits.
    let fraction = parts.fraction.get(..9).unwrap_or(parts.fraction).trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{}{point}{fraction}{}", parts.seconds, parts.zone))
}

/// A timestamp in seconds, in the form in which `lastmodified` is authenticated; `None` if `text` is not RFC 3339.
pub(super) fn seconds(text: &str) -> Option<String> {
    Parts::read(text).map(|parts| format!("{}{}", parts.seconds, parts.zone))
}

struct Parts<'a> {
    seconds: &'a str,
    fraction: &'a str,
    zone: &'a str,
}

impl<'a> Parts<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (seconds, rest) = text.split_at_checked("2006-01-02T15:04:05".len())?;
        let shape = "dddd-dd-ddTdd:dd:dd";
        if !fits(seconds, shape) || &seconds[17..] > "59" {
            return None;
        }
        // Rejects days that a month does not have, and hours past 23.
        seconds.parse::<DateTime>().ok()?;
        let at = rest.find(['Z', '+', '-'])?;
        let (fraction, zone) = rest.split_at(at);
        let fraction = match fraction.strip_prefix('.') {
            Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => digits,
            None if fraction.is_empty() => "",
            _ => return None,
        };
        let zone = match zone {
            "Z" | "+00:00" | "-00:00" => "Z",
            _ if fits(&zone[1..], "dd:dd") && &zone[1..3] <= "23" && &zone[4..] <= "59" => zone,
            _ => return None,
        };
        Some(Self { seconds, fraction, zone })
    }
}

/// Whether the text has a digit for each `d` and every other character as it is.
fn fits(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, wanted)| match wanted {
            b'd' => byte.is_ascii_digit(),
            _ => byte == wanted,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_printed_as_go_prints_them() {
        for (text, nanos, whole) in [
            ("2026-11-28T07:19:46Z", "2026-11-28T07:19:46Z", "2026-11-28T07:19:46Z"),
            ("2026-11-28T07:19:46+00:00", "2026-11-28T07:19:46Z", "2026-11-28T07:19:46Z"),
            ("2026-11-28T07:19:46.120-05:30", "2026-11-28T07:19:46.12-05:30", "2026-11-28T07:19:46-05:30"),
            ("2026-11-28T07:19:46.0000000001Z", "2026-11-28T07:19:46Z", "2026-11-28T07:19:46Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ] {
            assert_eq!((nanoseconds(text).as_deref(), seconds(text).as_deref()), (Some(nanos), Some(whole)));
        }
    }

    #[test]
    fn anything_else_is_not_a_timestamp() {
        for text in [
            "",
            "now",
            "2026-11-28",
            "2026-11-28 07:19:46Z",
            "2026-11-28T07:19:46",
            "2026-11-31T07:19:46Z",
            "2026-11-28T24:00:00Z",
            "2026-11-28T07:19:60Z",
            "2026-11-28T07:19:46.Z",
            "2026-11-28T07:19:46.xZ",
            "2026-11-28T07:19:46+25:00",
            "2026-11-28T07:19:46+1:00",
            "2026-11-28T07:19:46Zx",
            "2026-11-28T07:19:46ü",
            "ä026-11-28T07:19:4Z",
            "2026-11-28T07:19:46+",
        ] {
            assert_eq!(nanoseconds(text), None, "{text}");
        }
    }
}
