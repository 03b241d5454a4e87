//! Lines and columns of byte offsets.

use std::ops::Range;

/// Converts byte offsets to lines and columns; created once per text.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Indexes the lines of `text`.
    pub fn new(text: &[u8]) -> Self {
        let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(ends).collect() }
    }

    /// Line and column (in characters) of `offset`, both one-based.
    pub fn line_column(&self, text: &str, offset: usize) -> (usize, usize) {
        let offset = offset.min(text.len());
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        let column = text.get(start..offset).map_or(offset - start, |before| before.chars().count());
        (line, column + 1)
    }

    /// The bytes of a line (one-based), without its line end.
    pub fn line(&self, text: &str, line: usize) -> Range<usize> {
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(text.len());
        let end = self.starts.get(line).map_or(text.len(), |next| next - 1);
        let end = if text.as_bytes().get(start..end).is_some_and(|line| line.ends_with(b"\r")) { end - 1 } else { end };
        start..end.max(start)
    }
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
        }
        let inner = LineIndex::new("é\néé".as_bytes());
        assert_eq!(inner.line_column("é\néé", 4), (2, 2));
        for (line, expected) in [(1, "aé"), (2, ""), (3, "b"), (4, "")] {
            assert_eq!(&text[index.line(text, line)], expected, "{line}");
        }
    }
}
