//! The lines in which two texts differ.

use std::ops::Range;

use super::same_ends::{same_end, same_start};

/// The whole lines that differ in another text: before and after them both are the same, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The bytes in the text before.
    pub(crate) before: Range<usize>,
    /// The bytes in the text after.
    pub(crate) after: Range<usize>,
}

impl Difference {
    /// Compares two texts.
    pub(crate) fn of(before: &[u8], after: &[u8]) -> Self {
        let start = line_start(&before[..same_start(before, after)]);
        let mut same = same_end(&before[start..], &after[start..]);
        // What is the same behind must begin with a line in both.
        if ![before, after]
            .into_iter()
            .all(|text| same == text.len() - start || line_start(&text[..text.len() - same]) == text.len() - same)
        {
            let behind = &before[before.len() - same..];
            same -= behind.iter().position(|byte| *byte == b'\n').map_or(behind.len(), |feed| feed + 1);
        }
        Self { before: start..before.len() - same, after: start..after.len() - same }
    }
}

/// The begin of the last line of a text; its end, where that is behind a line end.
fn line_start(text: &[u8]) -> usize {
    text.iter().rposition(|byte| *byte == b'\n').map_or(0, |feed| feed + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_differ_in_whole_lines() {
        let long = "x\n".repeat(4096);
        for (before, after, expected) in [
            ("a\nb\nc\n", "a\nx\nc\n", ("b\n", "x\n")),
            ("a\nb\nc\n", "a\nb1\nc\n", ("b\n", "b1\n")),
            ("a\nb\nc\n", "a\nb\nb\nc\n", ("", "b\n")),
            ("a\nb\nc\n", "a\nc\n", ("b\n", "")),
            ("a\n  c\n", "a\n  b\n  c\n", ("", "  b\n")),
            ("a\nb", "a\nbc", ("b", "bc")),
            ("a\nb", "a\nb\n", ("b", "b\n")),
            ("a\nb\n", "a\nb", ("b\n", "b")),
            ("a\n", "a\n", ("", "")),
            ("", "a\n", ("", "a\n")),
            ("a", "", ("a", "")),
            ("ab\n", "b\n", ("ab\n", "b\n")),
            ("a\nxb\n", "a\nb\n", ("xb\n", "b\n")),
        ] {
            for around in ["", long.as_str()] {
                let texts = [before, after].map(|text| [around, text].concat());
                let found = Difference::of(texts[0].as_bytes(), texts[1].as_bytes());
                let differs = (&texts[0][found.before.clone()], &texts[1][found.after.clone()]);
                assert_eq!(differs, expected, "{before:?} {after:?}");
                let [before, after] = texts;
                assert_eq!(before[..found.before.start], after[..found.after.start]);
                assert_eq!(before[found.before.end..], after[found.after.end..]);
            }
        }
    }
}
