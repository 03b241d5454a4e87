//! Fits lines to the terminal.

use std::borrow::Cow;

use terminal_size::{Height, Width};

/// The minimum width that lines are cut to.
const LEAST: usize = 20;

/// The character at the start and the end of a colour sequence.
const ESCAPE: char = '\u{1b}';
const ESCAPE_END: char = 'm';

/// The width if stdout is not a terminal.
pub(super) const USUAL: usize = 80;

/// The width of the terminal, if stdout is one.
pub(super) fn of_stdout() -> Option<usize> {
    of(terminal_size::terminal_size_of(std::io::stdout()))
}

/// The width of the terminal, if stderr is one.
pub(super) fn of_stderr() -> Option<usize> {
    of(terminal_size::terminal_size_of(std::io::stderr()))
}

fn of(size: Option<(Width, Height)>) -> Option<usize> {
    size.map(|(width, _)| usize::from(width.0)).filter(|width| *width >= LEAST)
}

/// The characters of the text without its colour sequences.
pub(super) fn visible(text: &str) -> impl Iterator<Item = char> + '_ {
    let mut is_color = false;
    text.chars().filter(move |character| {
        let was_color = is_color || *character == ESCAPE;
        is_color = was_color && *character != ESCAPE_END;
        !was_color
    })
}

/// The text with each line cut to the width, with `…` at the cut.
pub(super) fn cut(text: &str, width: usize) -> String {
    text.split('\n').map(|line| cut_line(line, width)).collect::<Vec<_>>().join("\n")
}

fn cut_line(line: &str, width: usize) -> Cow<'_, str> {
    // Colour sequences have no width.
    let (mut kept, mut length, mut colors, mut is_cut) = (String::new(), 0, false, false);
    for character in line.chars() {
        let is_color = colors || character == ESCAPE;
        colors = is_color && character != ESCAPE_END;
        if is_color {
            kept.push(character);
        } else {
            length += 1;
            if length <= width {
                kept.push(character);
            } else if !is_cut {
                is_cut = true;
                replace_last(&mut kept);
            }
        }
    }
    if is_cut { Cow::Owned(kept) } else { Cow::Borrowed(line) }
}

/// Replaces the last character, and the spaces before it, with `…`; preserves colours after it.
fn replace_last(text: &mut String) {
    let end = text.rfind(ESCAPE_END).filter(|end| text[..*end].contains(ESCAPE) && *end + 1 == text.len());
    let behind = end.and_then(|_| text.rfind(ESCAPE)).map(|start| text.split_off(start)).unwrap_or_default();
    text.pop();
    text.truncate(text.trim_end().len());
    text.push('…');
    text.push_str(&behind);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_too_long_is_cut() {
        assert_eq!(cut("short\nexactly ten\n", 11), "short\nexactly ten\n");
        assert_eq!(cut("exactly ten", 10), "exactly t…");
        assert_eq!(cut("a word and", 8), "a word…", "no space before what stands for the rest");
        assert_eq!(cut("äöüäöü", 4), "äöü…");
        assert_eq!(cut("\u{1b}[1mbold\u{1b}[0m", 4), "\u{1b}[1mbold\u{1b}[0m", "colours take no room");
        assert_eq!(cut("\u{1b}[1mbolder\u{1b}[0m", 4), "\u{1b}[1mbol…\u{1b}[0m");
    }
}
