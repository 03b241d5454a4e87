//! Outside names and values in a message: each stays on its line, and none is read as a trailer.
//!
//! git takes the last paragraph for trailers if its lines look like `Token: value`, and other programs look for such
//! lines in the entire message. A client called `Signed-off-by: …` must not sign anything off.

use std::borrow::Cow;

use crate::shown::held_back::without_secrets;
use crate::shown::visible;

pub(super) fn path(text: &str) -> String {
    visible::line(&without_secrets(text)).into_owned()
}

/// A name or a public value, quoted if it would be read as a trailer.
pub(super) fn text(text: &str) -> String {
    let text = without_secrets(text);
    let text = visible::line(&text);
    if is_trailer(&text) { quoted(&text) } else { text.into_owned() }
}

fn quoted(text: &str) -> String {
    let text: Cow<'_, str> = if text.contains('"') { text.replace('"', "\\\"").into() } else { text.into() };
    format!("\"{text}\"")
}

/// Whether the text starts like a trailer of git or a footer of a conventional commit: `Token: …`, `Token #…`,
/// `BREAKING CHANGE: …`, `(cherry picked from commit …`.
fn is_trailer(text: &str) -> bool {
    let text = text.trim_start();
    let special = ["BREAKING CHANGE", "(cherry picked from commit"];
    let token = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(text.len());
    let rest = text[token..].trim_start();
    let colon = rest.strip_prefix(':').is_some_and(|value| !value.starts_with("//"));
    let number = text[token..].starts_with(" #");
    special.iter().any(|start| text.starts_with(start)) || (token > 0 && (colon || number))
}

#[cfg(test)]
mod tests {
    #[test]
    fn values_neither_break_the_line_nor_read_as_trailers() {
        for (text, expected) in [
            ("two_factor", "two_factor"),
            ("https://a.example.com/x", "https://a.example.com/x"),
            ("media\n\nResolves: task-666\nSigned-off-by: x", r"media\n\nResolves: task-666\nSigned-off-by: x"),
            ("Resolves: task-666", "\"Resolves: task-666\""),
            ("  Signed-off-by : \"x\"", r#""  Signed-off-by : \"x\"""#),
            ("Closes #1", "\"Closes #1\""),
            ("BREAKING CHANGE: x", "\"BREAKING CHANGE: x\""),
            ("(cherry picked from commit 1)", "\"(cherry picked from commit 1)\""),
            ("[\"a\",\"b\"]", "[\"a\",\"b\"]"),
            ("My App: the best", "My App: the best"),
            ("secrets/new[a] b.age", "secrets/new[a] b.age"),
            ("a\u{1b}b\u{2028}", r"a\u{1b}b\u{2028}"),
        ] {
            assert_eq!(super::text(text), expected, "{text:?}");
        }
    }
}
