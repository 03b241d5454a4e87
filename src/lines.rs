//! The lines of a text: their starts, ends, and numbers.

/// The start of the line that contains `at`.
pub(crate) fn start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |feed| feed + 1)
}

/// The end of the line that contains `at`, before its line end.
pub(crate) fn end(text: &str, at: usize) -> usize {
    let feed = text[at..].find('\n').map_or(text.len(), |feed| at + feed);
    if feed > at && feed < text.len() && text.as_bytes()[feed - 1] == b'\r' { feed - 1 } else { feed }
}

/// The start of the next line; the end of the text after the last one.
pub(crate) fn next(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |feed| at + feed + 1)
}

/// The number (one-based) of the line that contains `at`. [`LineIndex`](crate::document::line_index::LineIndex) is for many
/// places of one text.
pub(crate) fn number(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Line and column (in characters) of `at`, both one-based.
pub(crate) fn line_column(text: &str, at: usize) -> (usize, usize) {
    (number(text, at), text[start(text, at)..at].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_before_its_line_end() {
        for (text, at, expected) in [
            ("a\nb", 0, [0, 1, 2]),
            ("a\nb", 1, [0, 1, 2]),
            ("a\nb", 2, [2, 3, 3]),
            ("a\r\nb", 0, [0, 1, 3]),
            ("a\r\nb", 2, [0, 2, 3]),
            ("\r\n", 0, [0, 0, 2]),
            ("\r\n\n", 2, [2, 2, 3]),
            // A carriage return alone does not end a line.
            ("a\r", 0, [0, 2, 2]),
            ("", 0, [0, 0, 0]),
        ] {
            assert_eq!([start(text, at), end(text, at), next(text, at)], expected, "{text:?} {at}");
        }
    }

    #[test]
    fn lines_and_columns_start_at_one() {
        for (at, expected) in [(0, (1, 1)), (2, (1, 2)), (3, (2, 1)), (4, (2, 2))] {
            assert_eq!(line_column("é\nab", at), expected, "{at}");
        }
    }
}
