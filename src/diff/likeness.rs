//! How much two texts have in common.

use similar::TextDiff;

/// How much of the lines of two texts must be the same for them to be versions of one file, as for git's `-M`.
pub const ALIKE: f32 = 0.5;

/// Which part of the lines is the same in both, from 0 to 1; bytes that are no text are the same or not.
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
