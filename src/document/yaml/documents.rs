//! Finds the documents of a text.

use std::ops::Range;

use super::lines;

/// The bytes of the documents of a text: `---` and `...` in the first column occur only between documents.
pub(super) fn documents_of(text: &str) -> Vec<Range<usize>> {
    let mut begins = vec![0];
    let (mut content, mut ended) = (false, false);
    let mut line = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while line < text.len() {
        let next = lines::next(text, line);
        let here = &text[line..lines::end(text, line)];
        let is = |marker: &str| {
            here.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
        };
        let bare = lines::is_blank(text, line) || lines::comment(text, line).is_some();
        if is("---") {
            if content {
                begins.push(line);
            }
            (content, ended) = (true, false);
        } else if is("...") {
            ended = true;
        } else if !bare {
            if ended && content {
                begins.push(line);
            }
            // Directives precede the `---` of their document.
            (content, ended) = (!ended && content || !here.starts_with('%'), false);
        }
        line = next;
    }
    let ends: Vec<usize> = begins.iter().skip(1).copied().chain([text.len()]).collect();
    begins.into_iter().zip(ends).map(|(begin, end)| begin..end).collect()
}

#[cfg(test)]
mod tests {
    use super::documents_of;

    #[test]
    fn documents_are_distinguished() {
        for (text, expected) in [
            ("a: 1\n", vec!["a: 1\n"]),
            ("---\na: 1\n...\n", vec!["---\na: 1\n...\n"]),
            ("a: 1\n---\nb: 1\n", vec!["a: 1\n", "---\nb: 1\n"]),
            ("# x\n%YAML 1.2\n---\na: 1\n--- # y\n", vec!["# x\n%YAML 1.2\n---\na: 1\n", "--- # y\n"]),
            ("a: 1\n...\n# x\n%YAML 1.2\n---\nb: 1\n", vec!["a: 1\n...\n# x\n", "%YAML 1.2\n---\nb: 1\n"]),
            ("a: |\n  ---\n---x: 1\n", vec!["a: |\n  ---\n---x: 1\n"]),
            ("", vec![""]),
        ] {
            let found: Vec<&str> = documents_of(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
