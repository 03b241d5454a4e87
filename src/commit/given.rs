//! Parses the user's message: a header, a body, and trailers.

use crate::error::{Error, ErrorKind, Result};

/// The parts of the user's message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Given {
    /// The type, if the first line is a conventional header.
    pub kind: Option<String>,
    pub scope: Option<String>,
    /// Whether the header contains a `!`, or a footer describes a breaking change.
    pub breaking: bool,
    /// The description of the change.
    pub subject: String,
    /// The lines between the first one and the trailers.
    pub body: Vec<String>,
    /// Token and value of each trailer.
    pub trailers: Vec<(String, String)>,
}

impl Given {
    /// Parses a message with the trailers that git finds in it.
    ///
    /// # Errors
    /// `usage` if the first line is empty.
    pub(crate) fn read(text: &str, trailers: Vec<(String, String)>) -> Result<Self> {
        let mut lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
        if lines.is_empty() {
            return Err(Error::new(ErrorKind::Usage, "a commit's subject must be one line that is not empty"));
        }
        let header = lines.remove(0);
        if !trailers.is_empty() {
            // The trailers are the last paragraph.
            let end = lines.iter().rposition(|line| line.is_empty()).unwrap_or_default();
            lines.truncate(end);
        }
        let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
        let last = lines.iter().rposition(|line| !line.is_empty()).map_or(first, |last| last + 1);
        let body: Vec<String> = lines[first..last].iter().map(|line| (*line).to_owned()).collect();
        let breaks = |line: &str| line.starts_with("BREAKING CHANGE: ") || line.starts_with("BREAKING-CHANGE: ");
        let footer =
            body.iter().any(|line| breaks(line)) || trailers.iter().any(|(token, _)| token == "BREAKING-CHANGE");
        let (kind, scope, marked, subject) = conventional(header).unwrap_or((None, None, false, header));
        Ok(Self {
            kind: kind.map(str::to_owned),
            scope: scope.map(str::to_owned),
            breaking: marked || footer,
            subject: subject.to_owned(),
            body,
            trailers,
        })
    }
}

/// Type, scope, whether it is breaking, and the description.
type Header<'t> = (Option<&'t str>, Option<&'t str>, bool, &'t str);

/// Parses `fix(cloud)!: correct it`; `None` for another first line.
fn conventional(header: &str) -> Option<Header<'_>> {
    let (head, subject) = header.split_once(": ")?;
    let (head, marked) = head.strip_suffix('!').map_or((head, false), |head| (head, true));
    let (kind, scope) = match head.strip_suffix(')') {
        Some(head) => head.split_once('(').map(|(kind, scope)| (kind, Some(scope)))?,
        None => (head, None),
    };
    let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase());
    (word(kind) && !subject.trim().is_empty()).then(|| (Some(kind), scope, marked, subject.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_parsed() {
        let text = "feat(login)!: let them in\n\nBecause they asked.\n\nTwice.\n\nCo-authored-by: B <b@example.com>\n";
        let trailers = vec![("Co-authored-by".to_owned(), "B <b@example.com>".to_owned())];
        let given = Given::read(text, trailers.clone()).expect("a message");
        assert_eq!(
            (given.kind.as_deref(), given.scope.as_deref(), given.breaking),
            (Some("feat"), Some("login"), true)
        );
        assert_eq!((given.subject.as_str(), given.trailers), ("let them in", trailers));
        assert_eq!(given.body, ["Because they asked.", "", "Twice."]);
        let plain = Given::read("Note: fix it", Vec::new()).expect("a message");
        assert_eq!((plain.kind, plain.subject.as_str()), (None, "Note: fix it"));
        assert!(Given::read("x\n\nBREAKING CHANGE: y", Vec::new()).expect("a message").breaking);
        assert_eq!(Given::read(" \n", Vec::new()).expect_err("empty").kind(), ErrorKind::Usage);
    }
}
