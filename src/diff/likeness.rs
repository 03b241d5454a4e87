//! The similarity of two texts.

use similar::TextDiff;

/// The similarity from which two texts count as versions of one file, as in git's `-M`.
pub const ALIKE: f32 = 0.5;

/// The fraction of equal lines, from 0 to 1; for bytes that are not text, 0 or 1.
pub fn likeness(old: &[u8], new: &[u8]) -> f32 {
    if old == new {
        return 1.0;
    }
    match (std::str::from_utf8(old), std::str::from_utf8(new)) {
        (Ok(old), Ok(new)) => TextDiff::from_lines(old, new).ratio(),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::likeness;

    #[test]
    fn lines_are_counted_and_other_bytes_are_the_same_or_not() {
        for (old, new, expected) in [
            (&b"a\nb\n"[..], &b"a\nb\n"[..], 1.0),
            (b"a\nb\n", b"a\nc\n", 0.5),
            (b"a\n", b"b\n", 0.0),
            (b"\xff", b"\xff", 1.0),
            (b"\xff\na\n", b"\xfe\na\n", 0.0),
        ] {
            assert!((likeness(old, new) - expected).abs() < 0.001, "{old:?} {new:?}");
        }
    }
}
