//! Makes outside text visible: no character moves the cursor, hides text, or starts a new line.
//!
//! File names, keys, values, authors, and log lines are written by others. If printed literally, an escape sequence
//! rewrites the terminal, a bidirectional control reorders a line (CVE-2021-42574), a line feed forges a line of
//! output, and `::error::` at the start of a line is a command to GitHub Actions.

use std::borrow::Cow;
use std::fmt::Write;

use crate::characters::beyond_ascii;

/// The text as one line: invisible characters become escapes (`\n`, `\u{1b}`).
pub fn line(text: &str) -> Cow<'_, str> {
    if is_plain(text, false) { Cow::Borrowed(text) } else { Cow::Owned(escaped(text, false)) }
}

/// Like [`line()`], for text of several lines: line ends and tabs are kept.
pub fn lines(text: &str) -> Cow<'_, str> {
    if is_plain(text, true) { Cow::Borrowed(text) } else { Cow::Owned(escaped(text, true)) }
}

/// Whether the character is a control, changes the display of its neighbours, or displays nothing.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            // Soft hyphen, grapheme joiner, and blank letters.
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}'
            // Bidirectional marks, embeddings, overrides, and isolates.
            | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // Zero width, or invisible operators.
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}'
            | '\u{feff}'
            // Line and paragraph separator.
            | '\u{2028}' | '\u{2029}'
            // Interlinear annotation, musical formatting, tags, and the supplement of variation selectors.
            | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_plain(text: &str, many: bool) -> bool {
    let is_visible = |byte: u8| byte >= b' ' && byte != 0x7f || many && matches!(byte, b'\n' | b'\t');
    // In pieces, each examined at once: that takes the processor a fraction of the time.
    let are_visible = |bytes: &[u8]| bytes.iter().fold(true, |so_far, byte| so_far & is_visible(*byte));
    text.as_bytes().chunks(256).all(are_visible)
        && !beyond_ascii(text).any(is_hidden)
        && !text.contains("##")
        && !text.contains("::")
}

fn escaped(text: &str, many: bool) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4 + 16);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push_str(if many { "\n" } else { "\\n" });
        }
        let starts_line = many || index == 0;
        let (line, end) = match line.strip_suffix('\r') {
            Some(line) if many => (line, "\r"),
            _ => (line, ""),
        };
        let from = if starts_line { command_start(line) } else { None };
        for (at, character) in line.char_indices() {
            let rest = &line[at..];
            match character {
                '\t' if many => out.push('\t'),
                '\t' => out.push_str("\\t"),
                '\r' => out.push_str("\\r"),
                ':' if from == Some(at) => code(character, &mut out),
                // Commands of GitHub's older runners and of Azure Pipelines, which are recognised anywhere in a line.
                '#' if rest.starts_with("##[") || rest.starts_with("##vso[") => code(character, &mut out),
                hidden if is_hidden(hidden) => code(hidden, &mut out),
                visible => out.push(visible),
            }
        }
        out.push_str(end);
    }
    out
}

fn code(character: char, out: &mut String) {
    // Writing to a `String` does not fail.
    let _written = write!(out, "\\u{{{:x}}}", u32::from(character));
}

/// The start of `::command::`, which GitHub Actions recognises at the start of a line after white space. `::1` is an
/// address.
fn command_start(line: &str) -> Option<usize> {
    let blank = line.len() - line.trim_start().len();
    line[blank..].strip_prefix("::").filter(|rest| rest.contains("::")).map(|_| blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_line_is_hidden() {
        for (text, expected) in [
            ("plain ä ü 漢字 🦀 ::1 a::b", "plain ä ü 漢字 🦀 ::1 a::b"),
            ("a\u{1b}[31mb\u{7}\u{9b}c\u{7f}", r"a\u{1b}[31mb\u{7}\u{9b}c\u{7f}"),
            ("a\nb\r\n\tc", r"a\nb\r\n\tc"),
            ("a\u{202e}b\u{2066}c\u{200f}\u{61c}", r"a\u{202e}b\u{2066}c\u{200f}\u{61c}"),
            ("a\u{2028}b\u{2029}c\u{85}", r"a\u{2028}b\u{2029}c\u{85}"),
            ("a\u{200b}b\u{200d}c\u{2060}d\u{feff}e\u{ad}", r"a\u{200b}b\u{200d}c\u{2060}d\u{feff}e\u{ad}"),
            ("a\u{e0041}\u{3164}", r"a\u{e0041}\u{3164}"),
            ("::error::x", r"\u{3a}:error::x"),
            ("  ::error file=a,line=1::x", r"  \u{3a}:error file=a,line=1::x"),
            ("##[error]x ##vso[task.setvariable]y ## z", r"\u{23}#[error]x \u{23}#vso[task.setvariable]y ## z"),
            ("::1", "::1"),
        ] {
            assert_eq!(line(text), expected, "{text:?}");
            assert!(!line(text).contains(is_hidden));
        }
    }

    #[test]
    fn lines_stay_lines() {
        for (text, expected) in [
            ("a:\n\tb\r\nc\n", "a:\n\tb\r\nc\n"),
            ("a\rb\n\u{1b}c\n", "a\\rb\n\\u{1b}c\n"),
            ("a\n ::error::b\n::1", "a\n \\u{3a}:error::b\n::1"),
        ] {
            assert_eq!(lines(text), expected, "{text:?}");
        }
    }
}
