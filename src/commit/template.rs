//! `commit.template` in agepatch.toml: the parts of a message in another order, or with additional text.

use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::{Setting, Shown};

/// The placeholders of a template, in braces.
pub(super) const NAMES: [&str; 7] = ["header", "type", "scope", "subject", "body", "trailers", "files"];

/// Replaces the placeholders [`NAMES`] by these values. Empty parts leave no empty paragraphs.
///
/// # Errors
/// `rules` for an unknown placeholder, or a template without a first line.
pub(super) fn fill(template: &str, values: [&str; NAMES.len()]) -> Result<String> {
    let wrong = |what: Shown| {
        let known = Shown::join(NAMES.map(|name| shown!("{{{}}}", name)), ", ");
        let message = shown!("agepatch.toml: `commit.template` {}", what);
        Error::new(ErrorKind::Rules, message).hint(shown!("it may have {}", known))
    };
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (name, after) = after.split_once('}').ok_or_else(|| wrong(Shown::fixed("has a brace without its end")))?;
        let index = NAMES
            .iter()
            .position(|known| *known == name)
            .ok_or_else(|| wrong(shown!("names `{}`", Setting::shown(name))))?;
        text.push_str(values[index]);
        rest = after;
    }
    text.push_str(rest);
    let mut lines: Vec<&str> = Vec::new();
    for line in text.trim().lines().map(str::trim_end) {
        if !(line.is_empty() && lines.last().is_some_and(|last| last.is_empty())) {
            lines.push(line);
        }
    }
    if lines.is_empty() {
        return Err(wrong(Shown::fixed("gives an empty message")));
    }
    // The first line is the subject; the rest is separated by a blank line.
    if lines.len() > 1 && !lines[1].is_empty() {
        lines.insert(1, "");
    }
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_where_the_template_has_them() {
        let values = ["fix(a): b", "fix", "a", "b", "- c", "", "x.age"];
        assert_eq!(
            fill("{type}: {subject} [{scope}]\n{body}\n\n{trailers}\n", values).expect("filled"),
            "fix: b [a]\n\n- c\n"
        );
        assert_eq!(fill("{header}\n\n\n\n{files}", values).expect("filled"), "fix(a): b\n\nx.age\n");
        for wrong in ["{heading}", "{header", "{trailers}"] {
            assert_eq!(fill(wrong, values).expect_err(wrong).kind(), ErrorKind::Rules);
        }
    }
}
