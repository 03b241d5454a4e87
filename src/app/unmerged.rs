//! Files that git or jj left in conflict, how to merge them again, and clones without the merge driver.

use super::Context;
use super::encrypted::{is_called_age, is_encrypted};
use crate::error::{Error, ErrorKind, Result};
use crate::history::Repository;
use crate::input::{self, Limit};
use crate::shown;
use crate::workspace::Target;

const ATTRIBUTE: &str = "merge=agepatch";
const DRIVER: &str = "merge.agepatch.driver";

/// The program that merged a file and left it in conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Merger {
    Git,
    Jujutsu,
}

impl Merger {
    /// The one that wrote the sides of a conflict into the text, with conflict markers. In git's style, jj writes what git
    /// writes; in both of its own, a side begins with `+++++++`.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        if !has_line(bytes, b"<<<<<<< ") || !has_line(bytes, b">>>>>>> ") {
            return None;
        }
        let git = has_line(bytes, b"=======").then_some(Self::Git);
        git.or_else(|| has_line(bytes, b"+++++++ ").then_some(Self::Jujutsu))
    }

    /// The program's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Git => "git",
            Self::Jujutsu => "jj",
        }
    }

    /// How to merge a file in conflict again. `git checkout HEAD` would drop the other side.
    pub(crate) fn again(self) -> &'static str {
        match self {
            Self::Git => {
                "run `agepatch git setup`, then `git checkout -m -- FILE`: git merges it again, now by value, and loses neither side"
            }
            Self::Jujutsu => {
                "run `agepatch jj setup --write`, then `jj resolve --tool agepatch FILE`: it merges by value"
            }
        }
    }

    /// The command that merges a file again, before its name.
    pub(crate) fn command(self) -> &'static str {
        match self {
            Self::Git => "git checkout -m --",
            Self::Jujutsu => "jj resolve --tool agepatch",
        }
    }
}

/// A file in conflict.
pub(crate) struct Conflict {
    pub(crate) file: String,
    pub(crate) merger: Merger,
}

/// The number of signs at the start of a mark.
const SIGNS: usize = 7;

/// Whether a line begins with this mark. Every seventh byte is examined, and one of the seven signs is among them.
fn has_line(bytes: &[u8], mark: &[u8]) -> bool {
    let begins = |start: usize| {
        (start == 0 || bytes[start - 1] == b'\n') && bytes.get(start..).is_some_and(|line| line.starts_with(mark))
    };
    let examined = bytes.chunks(SIGNS).enumerate().filter(|(_, chunk)| chunk[0] == mark[0]);
    examined.map(|(number, _)| number * SIGNS).any(|at| (at.saturating_sub(SIGNS - 1)..=at).any(begins))
}

/// Refuses an encrypted file that contains conflict markers.
///
/// # Errors
/// `damaged`, with how to merge the file again.
pub(crate) fn refuse(target: &Target, bytes: &[u8]) -> Result<()> {
    let is_ours = || is_called_age(&target.path) || is_encrypted(target, bytes);
    let Some(merger) = Merger::of(bytes).filter(|_| is_ours()) else { return Ok(()) };
    let what = shown!("the file is in conflict: {} wrote conflict markers into the ciphertext", merger.name());
    Err(Error::new(ErrorKind::Damaged, what).in_file(target).hint(merger.again()))
}

/// The files that git has in conflict, and those that contain conflict markers: each with the program that wrote any
/// ([`Merger::of`]).
pub(crate) fn conflicts<'t>(
    files: impl IntoIterator<Item = (&'t Target, Option<Merger>)>,
    repository: Option<&Repository>,
) -> Vec<Conflict> {
    let unmerged = repository.and_then(|repository| repository.unmerged().ok()).unwrap_or_default();
    let is_unmerged = |target: &Target| {
        let path = || repository.and_then(|repository| repository.relative(&target.path).ok());
        !unmerged.is_empty() && path().is_some_and(|path| unmerged.contains(&path))
    };
    let conflict = |(target, marked): (&Target, Option<Merger>)| {
        let merger = if is_unmerged(target) { Some(Merger::Git) } else { marked };
        Some(Conflict { merger: merger?, file: target.display.clone() })
    };
    files.into_iter().filter_map(conflict).collect()
}

/// Whether the repository's attributes name our merge driver but this clone does not define it: a merge would write
/// conflict markers into ciphertext.
pub(crate) fn lacks_driver(context: &Context) -> bool {
    let Some(root) = context.workspace.repository() else { return false };
    let attributes = input::read_text(root.join(".gitattributes"), Limit::Settings).unwrap_or_default();
    let names_driver = attributes.lines().any(|line| !line.starts_with('#') && line.contains(ATTRIBUTE));
    names_driver && Repository::new(root).text(&["config", "--get", DRIVER]).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_wherever_a_line_begins() {
        let is_git = |text: &str| Merger::of(text.as_bytes()) == Some(Merger::Git);
        for before in 0..2 * SIGNS {
            for lead in ["", "\n"] {
                let text = format!("{}\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n", "x".repeat(before));
                let text = if before == 0 { text[1..].to_owned() } else { text };
                assert!(is_git(&[lead, &text].concat()), "{before}");
                for (mark, other) in
                    [("<<<<<<<", "<<<<<<"), ("<<<<<<< ", "<<<<<<<"), ("=======", " ======="), (">>>>>>>", "x>>>>>>>")]
                {
                    assert_eq!(Merger::of(text.replacen(mark, other, 1).as_bytes()), None, "{before} {other}");
                }
            }
        }
        assert_eq!(Merger::of(b""), None);
    }

    #[test]
    fn marks_of_jj_are_known_in_both_of_its_styles() {
        for text in [
            "<<<<<<< conflict 1 of 1\n%%%%%%% diff from: a\n\\\\\\\\\\\\\\        to: b\n-a: 1\n+a: 2\n+++++++ c\na: 3\n>>>>>>> conflict 1 of 1 ends\n",
            "<<<<<<< conflict 1 of 1\n+++++++ a\na: 2\n------- b\na: 1\n+++++++ c\na: 3\n>>>>>>> conflict 1 of 1 ends\n",
        ] {
            assert_eq!(Merger::of(text.as_bytes()), Some(Merger::Jujutsu), "{text}");
        }
    }
}
