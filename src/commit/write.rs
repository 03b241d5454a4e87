//! Creates a commit with git itself, so that the user's hooks, signing, and configuration apply.

use std::path::PathBuf;

use super::Message;
use crate::error::Result;
use crate::history::{Repository, expect, failure, run, run_with};
use crate::input::{self, Limit};
use crate::shown;
use crate::shown::{FileName, Shown};

/// A commit that was created.
#[derive(Debug)]
pub(crate) struct NewCommit {
    /// Its id.
    pub id: String,
    /// Files that a hook added.
    pub also: Vec<String>,
}

/// Commits only these files; other staged changes stay staged.
///
/// # Errors
/// `git`, with the output of git or a hook, and with the files that a hook changed; new files are untracked again in
/// that case.
pub(crate) fn write(repository: &Repository, paths: &[PathBuf], message: &Message) -> Result<NewCommit> {
    let new = repository.untracked(paths)?;
    if !new.is_empty() {
        expect("git add", &run(repository.command(&["add", "-N", "--"]).args(&new))?)?;
    }
    let before = contents(paths);
    let mut command = repository.command(&["commit", "--quiet", "--only", "--cleanup=verbatim", "-F", "-", "--"]);
    let mut text = message.to_string();
    if text.lines().count() == 1 {
        // Without a line end, a hook that appends a trailer would make it part of the subject.
        text.push('\n');
    }
    let output = run_with(command.args(paths), text.as_bytes())?;
    if !output.status.success() {
        if !new.is_empty() {
            drop(run(repository.command(&["reset", "--quiet", "--"]).args(&new)));
        }
        let after = contents(paths);
        let changed = paths.iter().zip(before.iter().zip(&after)).filter(|(_, (before, after))| before != after);
        let changed = changed.filter_map(|(path, _)| repository.relative(path).ok()).map(FileName::shown);
        let state = match changed.collect::<Vec<_>>().as_slice() {
            [] => Shown::fixed("the files are unchanged, and not committed"),
            changed => shown!("the files are not committed, and a hook changed {}", Shown::join(changed, ", ")),
        };
        return Err(failure("git commit", &output).hint(shown!("{}; `agepatch commit` tries again", state)));
    }
    let id = repository.commit_id("HEAD")?.ok_or_else(|| failure("git commit", &output))?;
    let named: Vec<String> = paths.iter().filter_map(|path| repository.relative(path).ok()).collect();
    let also = repository.changed_in(&id)?.into_iter().filter(|file| !named.contains(file));
    Ok(NewCommit { also: also.collect(), id })
}

/// The contents of the files; `None` for deleted ones.
fn contents(paths: &[PathBuf]) -> Vec<Option<Vec<u8>>> {
    paths.iter().map(|path| input::read(path, Limit::Secret).ok()).collect()
}
