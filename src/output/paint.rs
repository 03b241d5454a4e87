//! Colours diffs, by the sign at the start of each line.

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

/// How similar two texts must be to highlight their differences.
const ALIKE: f32 = 0.5;

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
    match line.trim_start().as_bytes() {
        _ if !line.starts_with("  ") => (!line.is_empty()).then(|| Style::new().bold()),
        [b'+', b' ', ..] => plain(AnsiColor::Green),
        [b'-', b' ', ..] => plain(AnsiColor::Red),
        [b'~', b' ', ..] => plain(AnsiColor::Yellow),
        _ => None,
    }
}

/// A report with its headings and its signed lines coloured.
pub(super) fn report(text: &str) -> String {
    let style = |line: &str| match line.as_bytes() {
        [] | [b' ', ..] => None,
        [b'+', b' ', ..] => Some(AnsiColor::Green.on_default()),
        [b'-', b' ', ..] => Some(AnsiColor::Red.on_default()),
        _ => Some(Style::new().bold()),
    };
    let paint = |line: &str| style(line).map_or_else(|| line.to_owned(), |style| format!("{style}{line}{style:#}"));
    text.split('\n').map(paint).collect::<Vec<_>>().join("\n")
}

/// Redacted text with its hidden parts dimmed.
pub(super) fn redacted(text: &str) -> String {
    let dim = Style::new().dimmed();
    text.replace("# …", "\0").replace('…', &format!("{dim}…{dim:#}")).replace('\0', &format!("{dim}# …{dim:#}"))
}

/// The text with its lines coloured.
pub(super) fn diff(text: &str) -> String {
    let unified = text.starts_with("--- ");
    let paint = |line: &str| match style(line, unified) {
        Some(style) => format!("{style}{line}{style:#}"),
        None => line.to_owned(),
    };
    let lines: Vec<&str> = text.split('\n').collect();
    let mut painted: Vec<String> = Vec::with_capacity(lines.len());
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        match (lines.get(at + 1)).filter(|_| !unified).and_then(|next| sides(line, next)) {
            Some(both) => painted.extend(both),
            None => painted.push(paint(line)),
        }
        at = painted.len();
    }
    painted.join("\n")
}

/// Two lines with the old and the new text of a value, with the differences underlined; `None` if they are something
/// else, or not similar.
fn sides(old: &str, new: &str) -> Option<[String; 2]> {
    let indent = old.len() - old.trim_start().len();
    let (old_text, new_text) = (old[indent..].strip_prefix("- ")?, new.get(indent..)?.strip_prefix("+ ")?);
    let diff = TextDiff::from_chars(old_text, new_text);
    if diff.ratio() < ALIKE {
        return None;
    }
    let side = |sign: &str, color: AnsiColor, other: ChangeTag| {
        let style = color.on_default();
        let mut line = format!("{style}{}{sign} ", " ".repeat(indent));
        for change in diff.iter_all_changes().filter(|change| change.tag() != other) {
            match change.tag() {
                ChangeTag::Equal => line += change.value(),
                _ => line += &format!("{style:#}{0}{1}{0:#}{style}", style.bold().underline(), change.value()),
            }
        }
        let style = format!("{style:#}");
        line + &style
    };
    Some([side("-", AnsiColor::Red, ChangeTag::Insert), side("+", AnsiColor::Green, ChangeTag::Delete)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_between_old_and_new_is_underlined() {
        let painted = diff("a.age\n  ~ uri\n    - https://a/oauth/x\n    + https://a/auth/x");
        let plain = without_escapes(&painted);
        assert_eq!(plain, "a.age\n  ~ uri\n    - https://a/oauth/x\n    + https://a/auth/x");
        assert!(painted.contains("\u{1b}[4m"), "{painted:?}");
        assert!(!diff("  ~ uri\n    - abc\n    + xyz").contains("\u{1b}[4m"), "nothing is common");
    }

    /// The text without its escape sequences.
    fn without_escapes(text: &str) -> String {
        let mut parts = text.split('\u{1b}');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
    }

    #[test]
    fn signs_are_coloured_and_values_are_not_read() {
        let painted = diff("a.age\n  + x: 1\n  - y: + 2\n  ~ z: 1 → 2\n    more");
        assert_eq!(
            painted,
            "\u{1b}[1ma.age\u{1b}[0m\n\u{1b}[32m  + x: 1\u{1b}[0m\n\u{1b}[31m  - y: + 2\u{1b}[0m\n\u{1b}[33m  ~ z: 1 → 2\u{1b}[0m\n    more"
        );
        assert!(diff("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n c").contains("\u{1b}[32m+b\u{1b}[0m\n c"));
    }
}
