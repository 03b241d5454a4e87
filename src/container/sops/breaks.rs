//! U+2028 and U+2029 end a line in YAML 1.1, which sops' library follows, and not in YAML 1.2. A value that holds them in
//! plaintext is another one there: blanks around them belong to the layout.

use crate::document::node::Style;

/// The line ends that only YAML 1.1 has.
const SEPARATORS: [char; 2] = ['\u{2028}', '\u{2029}'];
/// The first byte of both in UTF-8.
const LEAD: u8 = 0xe2;

/// What sops reads in a scalar whose notation is `source`, if that is not `text`.
pub(super) fn as_sops_reads(source: &str, text: &str, style: Style) -> Option<String> {
    // Each value of a file is examined, and hardly any has one.
    if !source.as_bytes().contains(&LEAD) || !source.contains(SEPARATORS) {
        return None;
    }
    // Within a block scalar the indentation of its first line is removed from each line.
    let indent = match style {
        Style::Literal => source.lines().skip(1).find(|line| !line.trim().is_empty()).map(|line| {
            let content = line.trim_start_matches(' ');
            line.len() - content.len()
        })?,
        Style::Plain | Style::Single => usize::MAX,
        // Escapes stand for themselves, and sops writes no others.
        Style::Double | Style::Folded => return None,
    };
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(SEPARATORS) {
        let (before, behind) = rest.split_at(at);
        read.push_str(if style == Style::Literal { before } else { before.trim_end_matches([' ', '\t']) });
        let separator = behind.chars().next()?;
        read.push(separator);
        rest = &behind[separator.len_utf8()..];
        let blanks = if style == Style::Literal {
            rest.len() - rest.trim_start_matches(' ').len()
        } else {
            rest.len() - rest.trim_start_matches([' ', '\t']).len()
        };
        rest = &rest[blanks.min(indent)..];
    }
    read.push_str(rest);
    Some(read).filter(|read| read != text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_end_lines() {
        for (source, text, style, expected) in [
            ("'\u{2028}    a'", "\u{2028}    a", Style::Single, Some("\u{2028}a")),
            ("'a \u{2029} b\u{2028} c'", "a \u{2029} b\u{2028} c", Style::Single, Some("a\u{2029}b\u{2028}c")),
            ("|-\n    a\u{2028}      b\n    c", "a\u{2028}      b\nc", Style::Literal, Some("a\u{2028}  b\nc")),
            ("\"\\L  a\"", "\u{2028}  a", Style::Double, None),
            ("'a'", "a", Style::Single, None),
        ] {
            assert_eq!(as_sops_reads(source, text, style).as_deref(), expected, "{source}");
        }
    }
}
