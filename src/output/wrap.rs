//! Wraps sentences to the terminal, between words.

use std::borrow::Cow;

use super::width::{cut, visible};

/// The last column in which the second part of a line may begin for the lines below it to be aligned with it.
const ALIGNED: usize = 24;

/// The text with the rest of each long line continued, indented, on the next one. Lines break only at spaces, and not
/// within backticks, so that words, paths, and commands stay in one piece.
pub(super) fn wrap(text: &str, width: usize) -> String {
    text.split('\n').map(|line| wrap_line(line, width)).collect::<Vec<_>>().join("\n")
}

/// Like [`wrap`], for findings: the lines of an excerpt are cut instead.
pub(super) fn findings(text: &str, width: usize) -> String {
    let line = |line| if is_excerpt(line) { Cow::Owned(cut(line, width)) } else { wrap_line(line, width) };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn wrap_line(line: &str, width: usize) -> Cow<'_, str> {
    if visible(line).count() <= width || is_setting(line) {
        return Cow::Borrowed(line);
    }
    let hang = hang(line).min(width / 2);
    let (mut wrapped, mut length) = (String::new(), 0);
    for (gap, word) in words(line, width - hang) {
        let room = visible(word).count();
        if length > hang && length + gap.len() + room > width {
            wrapped.push('\n');
            wrapped.push_str(&" ".repeat(hang));
            length = hang;
        } else {
            wrapped.push_str(gap);
            length += gap.len();
        }
        wrapped.push_str(word);
        length += room;
    }
    Cow::Owned(wrapped)
}

/// The words, each with the spaces before it; text in backticks is one word if it is no longer than `longest`.
fn words(line: &str, longest: usize) -> Vec<(&str, &str)> {
    let mut words = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let (gap, after) = rest.split_at(rest.len() - rest.trim_start_matches(' ').len());
        let first = after.find(' ').unwrap_or(after.len());
        let quoted = || closed(after).filter(|end| visible(&after[..*end]).count() <= longest);
        let end = if after[..first].matches('`').count() % 2 == 1 { quoted().unwrap_or(first) } else { first };
        let (word, after) = after.split_at(end);
        words.push((gap, word));
        rest = after;
    }
    words
}

/// The end of the word in which the first open backtick is closed.
fn closed(text: &str) -> Option<usize> {
    let mut is_open = false;
    for (at, character) in text.char_indices() {
        match character {
            '`' => is_open = !is_open,
            ' ' if !is_open => return Some(at),
            _ => {}
        }
    }
    (!is_open).then_some(text.len())
}

/// The column in which a line continues: below its text if a mark or a label is before that, or else two columns to the
/// right of its start.
fn hang(line: &str) -> usize {
    let plain: String = visible(line).collect();
    let text = plain.trim_start_matches(' ');
    let indent = plain.len() - text.len();
    let mark = ["= help: ", "| ", "- ", "+ ", "~ "].iter().find(|mark| text.starts_with(**mark));
    if let Some(mark) = mark {
        return indent + mark.len();
    }
    let second = text.find("  ").map(|at| at + text[at..].len() - text[at..].trim_start_matches(' ').len());
    let second = second.map(|at| indent + text[..at].chars().count());
    second.filter(|column| *column <= ALIGNED).unwrap_or(indent + 2)
}

/// Whether the line is a setting (`key = value`), which is there to be copied.
fn is_setting(line: &str) -> bool {
    let key = line.split_once(" = ").map(|(key, _)| key);
    key.is_some_and(|key| {
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    })
}

/// Whether the line is part of an excerpt: `12 | text`, or `   |     ^^^^`.
fn is_excerpt(line: &str) -> bool {
    let plain: String = visible(line).collect();
    plain.trim_start().trim_start_matches(|character: char| character.is_ascii_digit()).trim_start().starts_with('|')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_continue_indented() {
        assert_eq!(wrap("short\n", 20), "short\n");
        assert_eq!(wrap("error: no file at secrets/galactica", 20), "error: no file at\n  secrets/galactica");
        assert_eq!(wrap("see secrets/a-very-long-path/to/it now", 20), "see\n  secrets/a-very-long-path/to/it\n  now");
        assert_eq!(wrap("run `git add x` or `git rm y` now", 20), "run `git add x` or\n  `git rm y` now");
        assert_eq!(wrap("an open ` never closed in here", 20), "an open ` never\n  closed in here");
        assert_eq!(wrap("\u{1b}[1merror\u{1b}[0m: twenty columns", 21), "\u{1b}[1merror\u{1b}[0m: twenty columns");
    }

    #[test]
    fn text_behind_a_label_continues_below_the_text() {
        assert_eq!(wrap("  client  one that is known", 20), "  client  one that\n          is known");
        assert_eq!(wrap("   = help: define one of them", 21), "   = help: define one\n          of them");
        assert_eq!(wrap("  | output of a program", 16), "  | output of a\n    program");
    }

    #[test]
    fn what_is_copied_or_aligned_with_a_mark_is_not_wrapped() {
        assert_eq!(
            wrap("secret = { file = \"a.age\", path = \"B\" }", 20),
            "secret = { file = \"a.age\", path = \"B\" }"
        );
        assert_eq!(findings("12 | redirect_uris: https://a", 20), "12 | redirect_uris:…");
        assert_eq!(findings("   |     ^^^^^^^^^^^^^^^^", 20), "   |     ^^^^^^^^^^…");
        assert_eq!(findings("advice[a]: one of several words", 20), "advice[a]: one of\n  several words");
    }
}
