//! Finds comments.

use crate::lines::start as line_start;

/// The start of the comment lines directly above the line at `line`.
pub(super) fn comments_above(text: &str, mut line: usize) -> usize {
    while line > 0 {
        let above = line_start(text, line - 1);
        if !text[above..line].trim_start().starts_with('#') {
            break;
        }
        line = above;
    }
    line
}
