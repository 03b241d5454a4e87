//! What an edit did to the text besides what it was for.

use similar::{ChangeTag, TextDiff};

/// Bytes and comments that the edit did not concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Damage {
    /// Bytes in lines that are gone or new, besides the line that was edited.
    pub(crate) bytes: usize,
    /// Comments that are nowhere any more.
    pub(crate) comments: usize,
}

/// Compares the text that an edit made with the one it should have made.
pub(crate) fn of(made: &str, expected: &str) -> Damage {
    let diff = TextDiff::from_lines(expected, made);
    let bytes =
        diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal).map(|change| change.value().len());
    let comments = comments(expected).count().saturating_sub(comments(made).count());
    Damage { bytes: bytes.sum(), comments }
}

fn comments(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| line.trim_start().starts_with('#') || line.contains(" #"))
}
