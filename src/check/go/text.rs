//! Text that Go's yaml library parses differently from YAML 1.2. The replacement has the same length, so that every
//! offset stays valid. It is only for checking, and is never written.

use std::borrow::Cow;

use crate::document::{Document, Format};
use crate::error::{ErrorKind, Result};

/// The line breaks of YAML 1.1 that YAML 1.2 dropped: next line, line separator, and paragraph separator.
const BREAKS: [&str; 3] = ["\u{85}", "\u{2028}", "\u{2029}"];

/// Parses a YAML file as the library does: the old line breaks are accepted, and no space is needed between a quoted or
/// bracketed value and a comment.
///
/// # Errors
/// See [`Document::parse`].
pub(in crate::check) fn parse(bytes: &[u8]) -> Result<Document> {
    let mut bytes = with_breaks(bytes);
    let mut comments = 0;
    loop {
        let error = match Document::parse(&bytes, Format::Yaml) {
            Ok(document) => return Ok(document),
            Err(error) => error,
        };
        let place = error.line_column().filter(|_| error.kind() == ErrorKind::Syntax);
        let comment = place.and_then(|(line, column)| comment(&bytes, line, column));
        let Some(comment) = comment.filter(|_| comments < MOST_COMMENTS) else {
            return until_less_indented(&bytes).ok_or(error);
        };
        comments += 1;
        bytes.to_mut()[comment].fill(b' ');
    }
}

/// The text is parsed again for each comment without a space before it, so not for any number of them.
const MOST_COMMENTS: usize = 64;

/// A comment that occurs in no file, inserted where the library stops reading.
const END: &str = "...\n#\u{7ff}\n";

/// The document up to the first line that is a directive or less indented than its first key. The library ends its first
/// document there, and ignores what follows.
fn until_less_indented(bytes: &[u8]) -> Option<Document> {
    let text = std::str::from_utf8(bytes).ok()?;
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let is_directive = |line: &str| line.starts_with("%YAML 1.1") || line.starts_with("%TAG ");
    let holds = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let mut column = None;
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        match column {
            None if line.starts_with(['%', '-', '.']) => {}
            None if holds(line) => column = Some(indent(line)),
            // A directive at the margin ends it too.
            Some(column) if holds(line) && (indent(line) < column || is_directive(line)) => {
                // The library rejects a tab as indentation before it sees where the line starts.
                if line.trim_start_matches(' ').starts_with('\t') {
                    return None;
                }
                let read = [&text[..end], END].concat();
                let document = Document::parse(read.as_bytes(), Format::Yaml).ok()?;
                return document.value().as_map().is_some().then_some(document);
            }
            _ => {}
        }
        end += line.len();
    }
    None
}

/// The one-based line from which the library reads nothing more.
pub(in crate::check) fn unread_from(text: &str) -> Option<usize> {
    text.strip_suffix(END).map(|read| read.matches('\n').count() + 1)
}

/// The text with line feeds instead of the old breaks. Spaces before them belong to a value only in a block scalar.
fn with_breaks(bytes: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(bytes) {
        Ok(text) if BREAKS.iter().any(|each| text.contains(each)) => {
            let mut text = text.to_owned();
            for each in BREAKS {
                text = text.replace(each, &format!("{:>1$}", '\n', each.len()));
            }
            Cow::Owned(text.into_bytes())
        }
        _ => Cow::Borrowed(bytes),
    }
}

/// The comment that starts right after a quote or a bracket.
fn comment(bytes: &[u8], line: usize, column: usize) -> Option<std::ops::Range<usize>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let before: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let line = text[before..].lines().next()?;
    let (at, _) = line.char_indices().nth(column.checked_sub(1)?)?;
    let begins = line[at..].starts_with('#') && line[..at].ends_with(['"', '\'', ']', '}']);
    begins.then_some(before + at..before + line.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Pointer;

    fn value(text: &str) -> Option<String> {
        let document = parse(text.as_bytes()).ok()?;
        assert_eq!(document.bytes().len(), text.len(), "{text:?}");
        let at = Pointer::new(["k"]);
        Some(at.get(document.value()).map(|value| format!("{value:?}")).unwrap_or_default())
    }

    /// Compared with `go.yaml.in/yaml/v3` 3.0.6.
    #[test]
    fn a_comment_needs_no_space_after_quotes_and_brackets() {
        for (text, plain) in [
            ("k: \"a\"#c\n", "k: \"a\"\n"),
            ("k: 'a'#é\nl: [b]#d\nm: {e: 1}#f\n", "k: 'a'\nl: [b]\nm: {e: 1}\n"),
            ("k:\n  - \"a\"#c\n  - b\n", "k:\n  - \"a\"\n  - b\n"),
            ("k: a#c\n", "k: 'a#c'\n"),
        ] {
            let (read, expected) = (parse(text.as_bytes()), parse(plain.as_bytes()).expect("YAML"));
            assert_eq!(read.map(|read| read.value().clone()).ok().as_ref(), Some(expected.value()), "{text:?}");
        }
        assert!(parse(b"k: \"a\"b#c\n").is_err());
    }

    /// Compared with `go.yaml.in/yaml/v3` 3.0.6.
    #[test]
    fn old_line_breaks_break_lines() {
        for each in BREAKS {
            for refused in ["k: a_b\n", "k: |\n  a_b\n", "a_b: 1\n"] {
                assert_eq!(value(&refused.replace('_', each)), None, "{refused} {each:?}");
            }
            for (text, plain) in [
                ("k: a_\n", "k: a\n"),
                ("k: a_\nl: 1\n", "k: a\n"),
                ("# c_k: 1\n", "k: 1\n"),
                ("k: 1 # c_l: 2\n", "k: 1\n"),
                ("k: 1_l: 2\n", "k: 1\n"),
                ("k: [a_,b]\n", "k: [a, b]\n"),
                ("_k: 1\n", "k: 1\n"),
            ] {
                assert_eq!(value(&text.replace('_', each)), value(plain), "{text} {each:?}");
            }
        }
        assert_eq!(value("k: a\u{85}  b\n"), value("k: a b\n"));
        assert_eq!(value("k: 'a\u{85}b'\n"), value("k: a b\n"));
    }

    #[test]
    fn a_document_ends_before_a_line_that_is_less_indented() {
        let read = |text: &str| {
            let document = parse(text.as_bytes()).ok()?;
            unread_from(std::str::from_utf8(document.bytes()).expect("text"))
        };
        for (text, expected) in [
            ("  a: 1\nb: 2\n", Some(2)),
            ("# c\n  a: 1\n\n  b:\n    - x\n # d\n c: 2\n", Some(7)),
            ("---\n  a: 1\nb: 2\n", Some(3)),
            ("a: 1\n%YAML 1.1\n---\nb: 2\n", Some(2)),
            ("a: 1\n", None),
            ("  a: 1\n  b: 2\n", None),
            ("  a: 1\n \tb: 2\n", None),
            ("a: 1\n% b\n", None),
            // The text up to there is not valid YAML.
            ("  a: [1\nb: 2\n", None),
            ("  a: \"x\ny\"\n", None),
        ] {
            assert_eq!(read(text), expected, "{text:?}");
        }
    }
}
