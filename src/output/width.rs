//! Lines that fit the terminal.

use std::borrow::Cow;

/// The least width that lines are cut to: below it nothing could be read.
const LEAST: usize = 20;

/// The width of lines that go elsewhere.
pub(super) const USUAL: usize = 80;

/// The terminal's width, where stdout is one.
pub(super) fn of_stdout() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(std::io::stdout())?;
    Some(usize::from(width.0)).filter(|width| *width >= LEAST)
}

/// The text with each line cut to the width, `…` in the place of what is left out.
pub(super) fn cut(text: &str, width: usize) -> String {
    text.split('\n').map(|line| cut_line(line, width)).collect::<Vec<_>>().join("\n")
}

fn cut_line(line: &str, width: usize) -> Cow<'_, str> {
    if line.chars().count() <= width {
        return Cow::Borrowed(line);
    }
    let kept: String = line.chars().take(width.saturating_sub(1)).collect();
    Cow::Owned(format!("{}…", kept.trim_end()))
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
    }
}
