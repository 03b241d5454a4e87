//! Rejects comments in JSON, which YAML would parse as keys.

use crate::document::line_index::LineIndex;
use crate::error::{Error, ErrorKind, Result};

/// Rejects `//` and `/* */` outside strings: in YAML, `// c "a"` would be a key.
///
/// # Errors
/// `syntax`, with the place of the comment.
pub(super) fn refuse_comments(text: &str) -> Result<()> {
    let Some(at) = comment(text) else { return Ok(()) };
    let (line, column) = LineIndex::new(text.as_bytes()).line_column(text, at);
    Err(Error::new(ErrorKind::Syntax, "JSON with comments is not supported")
        .at(line, column)
        .hint("remove the comments, or edit the file as one text: --format raw"))
}

/// Whether a text whose format nobody stated is JSON with comments: brackets, and outside of strings a `//` or `/*` that
/// cannot be part of an address.
pub fn has_json_comments(text: &str) -> bool {
    let mut begin = text.trim_start_matches('\u{feff}').trim_start();
    let head = begin;
    while let Some(comment) = ["//", "/*"].iter().find(|mark| begin.starts_with(**mark)) {
        let end = if *comment == "//" { begin.find('\n') } else { begin.find("*/").map(|end| end + 2) };
        begin = end.map_or("", |end| &begin[end..]).trim_start();
    }
    if !begin.starts_with(['{', '[']) {
        return false;
    }
    let mut at = 0;
    let is_mark = |at: usize| head[..at].ends_with([' ', '\t', '\n', '{', '}', '[', ']', ',', '"']);
    while let Some(found) = comment(&head[at..]).map(|found| at + found) {
        if found == 0 || is_mark(found) {
            return true;
        }
        at = found + 2;
    }
    false
}

/// The start of the first comment.
fn comment(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'/' if matches!(bytes.get(at + 1), Some(b'/' | b'*')) => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};

    #[test]
    fn a_text_without_a_name_is_json_with_comments_or_yaml() {
        for (text, expected) in [
            ("{\n  // c \"a\"\n  \"a\": 1\n}", true),
            ("{\"a\": true, // c\n \"b\": 2}", true),
            ("// head\n/* more\n */\n{\"a\": 1}", true),
            ("[1, /* two */ 2]", true),
            ("{\"a\": \"// no\", \"b\": \"https://x\"}", false),
            ("[https://a.example.com, https://b.example.com]", false),
            ("{a: https://a.example.com, \"b\": 1}", false),
            ("a: 1 // x\n", false),
            ("// only a comment\n", false),
            ("/* open", false),
        ] {
            assert_eq!(has_json_comments(text), expected, "{text}");
        }
    }

    #[test]
    fn comments_are_refused_and_slashes_in_strings_are_not() {
        for (text, at) in [
            ("{// c \"a\"\n\"a\": 1}", Some((1, 2))),
            ("{\"a\": 1 /* c */}", Some((1, 9))),
            ("[1,\n  // two\n  2]", Some((2, 3))),
            ("{\"u\": \"https://x\", \"q\": \"\\\"//\"}", None),
            ("[1, 2]", None),
        ] {
            let error = Document::parse(text.as_bytes(), Format::Json).err();
            assert_eq!(error.as_ref().and_then(Error::line_column), at, "{text}");
            assert!(error.is_none_or(|error| error.kind() == ErrorKind::Syntax), "{text}");
        }
    }
}
