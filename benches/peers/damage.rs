//! Unintended changes that an edit made to the text.

use similar::{ChangeTag, TextDiff};

/// Bytes and comments that the edit did not concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Damage {
    /// Bytes in removed and new lines, except for the edited line.
    pub(crate) bytes: usize,
    /// Comments that were lost.
    pub(crate) comments: usize,
}

/// Compares the text that an edit produced with the expected one.
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
