//! The writing of a commit, by git itself: hooks, signing and configuration are the user's.

use std::path::PathBuf;

use super::Message;
use crate::error::Result;
use crate::history::{Repository, expect, run, run_with, said};

/// A commit that was made.
#[derive(Debug)]
pub struct Written {
    /// Its id.
    pub id: String,
    /// Files in it that nobody named: a hook has added them.
    pub also: Vec<String>,
}

/// Commits these files and nothing else; whatever is staged besides stays staged.
///
/// # Errors
/// `git`, with what git or a hook said; new files are untracked again then.
pub fn write(repository: &Repository, paths: &[PathBuf], message: &Message) -> Result<Written> {
    let new = repository.untracked(paths)?;
    if !new.is_empty() {
        expect("git add", &run(repository.command(&["add", "-N", "--"]).args(&new))?)?;
    }
    let mut command = repository.command(&["commit", "--quiet", "--only", "--cleanup=verbatim", "-F", "-", "--"]);
    let output = run_with(command.args(paths), message.to_string().as_bytes())?;
    if !output.status.success() {
        if !new.is_empty() {
            drop(run(repository.command(&["reset", "--quiet", "--"]).args(&new)));
        }
        return Err(said("git commit", &output)
            .hint("the files are as they were, and not committed; `agepatch commit` tries again"));
    }
    let id = repository.commit_id("HEAD")?.ok_or_else(|| said("git commit", &output))?;
    let named: Vec<String> = paths.iter().filter_map(|path| repository.relative(path).ok()).collect();
    let also = repository.changed_in(&id)?.into_iter().filter(|file| !named.contains(file));
    Ok(Written { also: also.collect(), id })
}
