//! Lines and columns of byte offsets.

use std::ops::Range;

/// Converts byte offsets to lines and columns; created once per text.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<usize>,
    /// How many characters start before each multiple of `STRIDE`: a text can be one long line.
    characters: Vec<usize>,
}

/// The distance in bytes between two counts of characters.
const STRIDE: usize = 1024;

impl LineIndex {
    /// Indexes the lines of `text`.
    pub fn new(text: &[u8]) -> Self {
        let mut starts = vec![0];
        if let Ok(text) = std::str::from_utf8(text) {
            // A search in text passes over many bytes at once.
            starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        } else {
            let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
            starts.extend(ends.map(|(at, _)| at + 1));
        }
        let characters = text.chunks(STRIDE).scan(0, |before, chunk| {
            let here = *before;
            *before += characters_in(chunk);
            Some(here)
        });
        Self { starts, characters: characters.collect() }
    }

    /// Line and column (in characters) of `offset`, both one-based, without an index: for a few offsets of a large text.
    pub(crate) fn line_column_of(text: &str, offset: usize) -> (usize, usize) {
        let offset = offset.min(text.len());
        let before = &text.as_bytes()[..offset];
        let line = count(before, |byte| byte == b'\n') + 1;
        let Range { start, .. } = Self::line_at(text, offset);
        let column = if text.is_char_boundary(offset) { characters_in(&before[start..]) } else { offset - start };
        (line, column + 1)
    }

    /// The bytes of the line with this offset, without its line end, without an index.
    pub(crate) fn line_at(text: &str, offset: usize) -> Range<usize> {
        let (before, behind) = text.as_bytes().split_at(offset.min(text.len()));
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |feed| feed + 1);
        let end = behind.iter().position(|byte| *byte == b'\n').map_or(text.len(), |feed| before.len() + feed);
        let end = if text.as_bytes()[start..end].ends_with(b"\r") { end - 1 } else { end };
        start..end
    }

    /// Line and column (in characters) of `offset`, both one-based.
    pub fn line_column(&self, text: &str, offset: usize) -> (usize, usize) {
        let offset = offset.min(text.len());
        let line = self.line_number(text, offset);
        let start = self.starts[line - 1];
        let column = match text.is_char_boundary(offset) {
            true => self.characters_before(text, offset) - self.characters_before(text, start),
            false => offset - start,
        };
        (line, column + 1)
    }

    /// The line (one-based) of `offset`.
    pub fn line_number(&self, text: &str, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset.min(text.len()))
    }

    fn characters_before(&self, text: &str, offset: usize) -> usize {
        let counted = (offset / STRIDE).min(self.characters.len().saturating_sub(1));
        let rest = text.as_bytes().get(counted * STRIDE..offset).unwrap_or_default();
        self.characters.get(counted).copied().unwrap_or_default() + characters_in(rest)
    }

    /// The bytes of a line (one-based), without its line end.
    pub fn line(&self, text: &str, line: usize) -> Range<usize> {
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(text.len());
        let end = self.starts.get(line).map_or(text.len(), |next| next - 1);
        let end = if text.as_bytes().get(start..end).is_some_and(|line| line.ends_with(b"\r")) { end - 1 } else { end };
        start..end.max(start)
    }
}

/// How many characters start in this part of a UTF-8 text.
fn characters_in(bytes: &[u8]) -> usize {
    count(bytes, |byte| !matches!(byte, 0x80..0xc0))
}

/// How many of the bytes are such, counted in blocks whose sums fit into a byte, so that the processor counts many at once.
fn count(bytes: &[u8], is_such: impl Fn(u8) -> bool) -> usize {
    let in_block = |block: &[u8]| block.iter().fold(0_u8, |sum, byte| sum + u8::from(is_such(*byte)));
    bytes.chunks(usize::from(u8::MAX)).map(|block| usize::from(in_block(block))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_counted_from_one() {
        let text = "aé\r\n\nb";
        let index = LineIndex::new(text.as_bytes());
        // An offset within a character counts by bytes.
        for (offset, expected) in
            [(0, (1, 1)), (1, (1, 2)), (2, (1, 3)), (3, (1, 3)), (5, (2, 1)), (6, (3, 1)), (7, (3, 2)), (99, (3, 2))]
        {
            assert_eq!(index.line_column(text, offset), expected, "{offset}");
            assert_eq!(LineIndex::line_column_of(text, offset), expected, "{offset}");
        }
        let long = "é".repeat(3 * STRIDE) + "\né";
        let long_index = LineIndex::new(long.as_bytes());
        for (offset, expected) in [
            (STRIDE, (1, STRIDE / 2 + 1)),
            (2 * STRIDE + 2, (1, STRIDE + 2)),
            (6 * STRIDE, (1, 3 * STRIDE + 1)),
            (6 * STRIDE + 3, (2, 2)),
        ] {
            assert_eq!(long_index.line_column(&long, offset), expected, "{offset}");
            assert_eq!(LineIndex::line_column_of(&long, offset), expected, "{offset}");
        }
        let inner = LineIndex::new("é\néé".as_bytes());
        assert_eq!(inner.line_column("é\néé", 4), (2, 2));
        for (line, expected) in [(1, "aé"), (2, ""), (3, "b"), (4, "")] {
            assert_eq!(&text[index.line(text, line)], expected, "{line}");
        }
        for offset in 0..=text.len() {
            let line = index.line(text, index.line_number(text, offset));
            assert_eq!(LineIndex::line_at(text, offset), line, "{offset}");
        }
    }
}
