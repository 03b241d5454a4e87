//! Files that git left in conflict, how to merge them again, and clones without the merge driver.

use super::Context;
use super::encrypted::{is_called_age, is_encrypted};
use crate::error::{Error, ErrorKind, Result};
use crate::history::Repository;
use crate::input::{self, Limit};
use crate::workspace::Target;

/// How to merge a file in conflict again. `git checkout HEAD` would drop the other side.
pub(crate) const MERGE_AGAIN: &str = "run `agepatch git setup`, then `git checkout -m -- FILE`: git merges it again, now by value, and loses neither side";
const ATTRIBUTE: &str = "merge=agepatch";
const DRIVER: &str = "merge.agepatch.driver";

/// Whether git wrote the two sides of a conflict into the text, with conflict markers.
pub(crate) fn has_markers(bytes: &[u8]) -> bool {
    has_line(bytes, b"<<<<<<< ") && has_line(bytes, b"=======") && has_line(bytes, b">>>>>>> ")
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
    if !has_markers(bytes) || !is_ours() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Damaged, "the file is in conflict: git wrote conflict markers into the ciphertext")
        .in_file(target)
        .hint(MERGE_AGAIN))
}

/// The names of the files that git has in conflict, and of those that contain conflict markers.
pub(crate) fn conflicts(targets: &[Target], context: &Context) -> Vec<String> {
    let repository = context.workspace.repository().map(Repository::new);
    let unmerged = repository.as_ref().and_then(|repository| repository.unmerged().ok()).unwrap_or_default();
    let is_unmerged = |target: &Target| {
        let path = repository.as_ref().and_then(|repository| repository.relative(&target.path).ok());
        path.is_some_and(|path| unmerged.contains(&path))
    };
    let is_marked = |target: &Target| input::read(&target.path, Limit::Secret).is_ok_and(|bytes| has_markers(&bytes));
    let in_conflict = targets.iter().filter(|target| is_unmerged(target) || is_marked(target));
    in_conflict.map(|target| target.display.clone()).collect()
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
        for before in 0..2 * SIGNS {
            for lead in ["", "\n"] {
                let text = format!("{}\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n", "x".repeat(before));
                let text = if before == 0 { text[1..].to_owned() } else { text };
                assert!(has_markers([lead, &text].concat().as_bytes()), "{before}");
                for (mark, other) in
                    [("<<<<<<<", "<<<<<<"), ("<<<<<<< ", "<<<<<<<"), ("=======", " ======="), (">>>>>>>", "x>>>>>>>")]
                {
                    assert!(!has_markers(text.replacen(mark, other, 1).as_bytes()), "{before} {other}");
                }
            }
        }
        assert!(!has_markers(b""));
    }
}
