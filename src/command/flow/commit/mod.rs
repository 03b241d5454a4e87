//! The commit that follows an edit: looked into before anything is written, made when everything is.

mod git;
mod message;
mod tasks;

use std::path::PathBuf;

use self::git::Git;
use super::Edited;
use crate::cli::EditOptions;
use crate::command::Context;
use crate::error::{Error, Kind, Result};
use crate::shown::Shown;

/// A commit that nothing stands in the way of.
pub(super) struct Prepared {
    git: Git,
    paths: Vec<PathBuf>,
    message: String,
}

/// Looks, before anything is written, whether the commit can be made; `None` where none is asked for or nothing changed.
///
/// # Errors
/// `git` outside a repository; `index` where something is staged for a file, or a merge or rebase is under way; `task`
/// where a task does not exist.
pub(super) fn prepare(edited: &[Edited], options: &EditOptions, context: &Context) -> Result<Option<Prepared>> {
    let changed: Vec<&Edited> = edited.iter().filter(|one| one.changed).collect();
    if !options.commit || changed.is_empty() {
        return Ok(None);
    }
    let root = context.workspace.repository().ok_or_else(|| {
        Error::new(Kind::Git, "there is no git repository to commit to").hint("leave out --commit, or run `git init`")
    })?;
    let git = Git::new(root);
    git.refuse_unfinished()?;
    let mut paths = Vec::new();
    for one in &changed {
        let Some(path) = one.subject.path() else { continue };
        // A link is followed by the edit, so the file it points to is what changed.
        let path = path.canonicalize().unwrap_or_else(|_| path.clone());
        git.refuse_staged(&path).map_err(|error| one.subject.named(error))?;
        paths.push(path);
    }
    tasks::refuse_missing(&options.message.tasks, root, context)?;
    let scope = match options.message.scope.as_ref().or(context.workspace.config()?.commit.scope.as_ref()) {
        Some(scope) => Some(scope.clone()),
        None => git.usual_scope(&paths),
    };
    let message = message::of(&changed, scope.as_deref(), &options.message, context)?;
    Ok(Some(Prepared { git, paths, message }))
}

impl Prepared {
    /// Makes the commit, of these files only, and gives its id.
    ///
    /// # Errors
    /// `git`, with what git or a hook said; the files are written by then.
    pub(super) fn make(self) -> Result<Shown> {
        self.git.commit(&self.paths, &self.message).map(Shown::vouched)
    }
}
