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
    let mut fresh = Vec::new();
    for path in paths {
        let known = run(repository.command(&["ls-files", "--error-unmatch", "--"]).arg(path))?.status.success();
        if !known {
            expect("git add", &run(repository.command(&["add", "-N", "--"]).arg(path))?)?;
            fresh.push(path);
        }
    }
    let mut command = repository.command(&["commit", "--quiet", "--only", "--cleanup=verbatim", "-F", "-", "--"]);
    let output = run_with(command.args(paths), message.to_string().as_bytes())?;
    if !output.status.success() {
        for path in fresh {
            drop(run(repository.command(&["reset", "--quiet", "--"]).arg(path)));
        }
        return Err(said("git commit", &output)
            .hint("the files are as they were, and not committed; `agepatch commit` tries again"));
    }
    let id = repository.text(&["rev-parse", "HEAD"])?.trim().to_owned();
    let named: Vec<String> = paths.iter().filter_map(|path| repository.relative(path).ok()).collect();
    let listed = repository.text(&["diff-tree", "--root", "--no-commit-id", "--name-only", "-r", "-z", &id])?;
    let also = listed.split('\0').filter(|file| !file.is_empty() && !named.iter().any(|name| name == file));
    Ok(Written { also: also.map(str::to_owned).collect(), id })
}
