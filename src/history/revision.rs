//! A commit, and a commit in which a file changed.

/// The trailers that link tasks.
const RELATIONS: [&str; 7] = ["Resolves", "Related", "Fixes", "Closes", "Part-of", "Task", "Refs"];

/// A commit, as a list of commits shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Commit {
    /// The full id.
    pub id: String,
    /// The id, abbreviated as by git.
    pub short: String,
    /// The author's date, `2026-03-14`.
    pub date: String,
    /// The author's name.
    pub author: String,
    /// The first line of the message.
    pub subject: String,
    /// The tasks in its trailers.
    pub tasks: Vec<String>,
}

/// A commit in which a file differs from its parents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Revision {
    pub commit: Commit,
    /// The file's path in it, below the root.
    pub path: String,
    /// The file's blob; `None` if it was deleted.
    pub blob: Option<String>,
    /// Its blob in each parent; `None` if it was not there.
    pub parents: Vec<Option<String>>,
}

/// The tasks in trailers, given as token and value.
pub(super) fn tasks<'t>(trailers: impl Iterator<Item = (&'t str, &'t str)>) -> Vec<String> {
    let named = trailers.filter(|(token, _)| RELATIONS.iter().any(|relation| relation.eq_ignore_ascii_case(token)));
    named.flat_map(|(_, value)| value.split(", ")).map(|task| task.trim().to_owned()).collect()
}

/// The scope: `cloud` in `fix(cloud)!: correct the login`.
pub(super) fn scope(subject: &str) -> Option<&str> {
    let (head, _) = subject.split_once(": ")?;
    let (kind, scope) = head.trim_end_matches('!').strip_suffix(')')?.split_once('(')?;
    kind.bytes().all(|byte| byte.is_ascii_alphabetic()).then_some(scope)
}

#[cfg(test)]
mod tests {
    use super::scope;

    #[test]
    fn scopes_of_conventional_subjects() {
        assert_eq!(scope("fix(cloud): correct it"), Some("cloud"));
        assert_eq!(scope("feat(cloud)!: correct it"), Some("cloud"));
        assert_eq!(scope("fix: correct it"), None);
        assert_eq!(scope("Merge branch (x): y"), None);
    }
}
