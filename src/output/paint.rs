//! Colours of differences, by the sign that a line begins with.

use anstyle::{AnsiColor, Style};

/// The style of a line in a semantic diff (`  + path: value`) or in a unified one (`+text`).
fn style(line: &str, unified: bool) -> Option<Style> {
    let plain = |color: AnsiColor| Some(color.on_default());
    if unified {
        return match line.as_bytes() {
            [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => Some(Style::new().bold()),
            [b'+', ..] => plain(AnsiColor::Green),
            [b'-', ..] => plain(AnsiColor::Red),
            [b'@', b'@', ..] => plain(AnsiColor::Cyan),
            _ => None,
        };
    }
    match line.as_bytes() {
        [b' ', b' ', b'+', b' ', ..] => plain(AnsiColor::Green),
        [b' ', b' ', b'-', b' ', ..] => plain(AnsiColor::Red),
        [b' ', b' ', b'~', b' ', ..] => plain(AnsiColor::Yellow),
        [b' ', ..] | [] => None,
        // A file's name, or a commit's line.
        _ => Some(Style::new().bold()),
    }
}

/// The text with its lines coloured.
pub(super) fn diff(text: &str) -> String {
    let unified = text.starts_with("--- ");
    let paint = |line: &str| match style(line, unified) {
        Some(style) => format!("{style}{line}{style:#}"),
        None => line.to_owned(),
    };
    text.split('\n').map(paint).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_coloured_and_values_are_not_read() {
        let painted = diff("a.age\n  + x: 1\n  - y: + 2\n  ~ z: 1 → 2\n    + more");
        assert_eq!(
            painted,
            "\u{1b}[1ma.age\u{1b}[0m\n\u{1b}[32m  + x: 1\u{1b}[0m\n\u{1b}[31m  - y: + 2\u{1b}[0m\n\u{1b}[33m  ~ z: 1 → 2\u{1b}[0m\n    + more"
        );
        assert!(diff("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n c").contains("\u{1b}[32m+b\u{1b}[0m\n c"));
    }
}
