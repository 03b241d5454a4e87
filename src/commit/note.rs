//! Notes a commit in the file of its task (Backlog.md, section "Implementation Notes").

use std::path::Path;

use crate::error::{Error, Result};
use crate::input::{self, Limit};
use crate::textfile;

const HEADING: &str = "## Implementation Notes";
/// Newer versions of Backlog.md put the section's text between these lines.
const BEGIN: &str = "<!-- SECTION:NOTES:BEGIN -->";
const END: &str = "<!-- SECTION:NOTES:END -->";

/// Appends the lines to the section, which is created if necessary.
///
/// # Errors
/// `io` if the file cannot be read or written.
pub(crate) fn note(task: &Path, lines: &[String]) -> Result<()> {
    let failed = |what: &'static str, error: &std::io::Error| Error::io(what, error).in_file(task.display());
    let text = input::read_text(task, Limit::Settings).map_err(|error| failed("cannot read the task", &error))?;
    let noted = added(&text, lines);
    textfile::replace(task, noted.as_bytes()).map_err(|error| failed("cannot write the note", &error))
}

fn added(text: &str, lines: &[String]) -> String {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let note: String = lines.iter().map(|line| format!("{line}{end}")).collect();
    let marked = || text.find(BEGIN).and_then(|begin| Some(begin + text[begin..].find(END)?));
    if let Some(at) = marked() {
        return format!("{}{note}{}", &text[..at], &text[at..]);
    }
    let Some(heading) = text.find(HEADING) else {
        let gap = if text.ends_with('\n') || text.is_empty() { "" } else { end };
        return format!("{text}{gap}{end}{HEADING}{end}{end}{note}");
    };
    // Up to the next heading, without the blank lines before it.
    let body = heading + HEADING.len();
    let next = text[body..].find("\n## ").map_or(text.len(), |at| body + at + 1);
    let kept = text[..next].trim_end();
    let gap = if kept.len() <= body { format!("{end}{end}") } else { end.to_owned() };
    let rest = if next < text.len() { format!("{end}{}", &text[next..]) } else { String::new() };
    format!("{kept}{gap}{note}{rest}")
}

#[cfg(test)]
mod tests {
    use super::added;

    #[test]
    fn notes_are_at_the_end_of_their_section() {
        let line = ["- b".to_owned()];
        let cases = [
            ("# T\n", "# T\n\n## Implementation Notes\n\n- b\n"),
            ("# T\n\n## Implementation Notes\n", "# T\n\n## Implementation Notes\n\n- b\n"),
            ("## Implementation Notes\n\n- a\n\n## Next\n", "## Implementation Notes\n\n- a\n- b\n\n## Next\n"),
            (
                "## Implementation Notes\n\n<!-- SECTION:NOTES:BEGIN -->\n- a\n<!-- SECTION:NOTES:END -->\n\nx\n",
                "## Implementation Notes\n\n<!-- SECTION:NOTES:BEGIN -->\n- a\n- b\n<!-- SECTION:NOTES:END -->\n\nx\n",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(added(text, &line), expected, "{text:?}");
        }
    }
}
