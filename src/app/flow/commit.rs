//! The commit after an edit, prepared before anything is written.

use std::path::{Path, PathBuf};

use super::edited_document::EditedDocument;
use crate::app::Context;
use crate::app::commits::{Prepared, message, repository};
use crate::app::committed_sources::CommittedSources;
use crate::app::options::EditOptions;
use crate::commit::{ContentChange, FileChange};
use crate::error::Result;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{FileName, Shown};
use crate::workspace::Target;

/// Checks before anything is written that the commit can be created; `None` if no commit is requested or nothing
/// changed.
///
/// # Errors
/// `git` outside a repository; `index` if changes of a file are staged, or a merge or rebase is in progress; `task` if
/// a task does not exist.
pub(super) fn prepare(edited: &[EditedDocument], options: &EditOptions, context: &Context) -> Result<Option<Prepared>> {
    let changed: Vec<&EditedDocument> = edited.iter().filter(|one| one.changed).collect();
    if !options.commit || changed.is_empty() {
        return Ok(None);
    }
    let repository = repository(context)?;
    repository.refuse_unfinished()?;
    let mut paths = Vec::new();
    for one in &changed {
        let Some(path) = one.open.path() else { continue };
        let path = real(path);
        if paths.contains(&path) {
            continue;
        }
        repository.refuse_staged(&path).map_err(|error| one.open.named(error))?;
        paths.push(path);
    }
    let companions = if options.message.no_rules {
        Vec::new()
    } else {
        let target = |one: &&EditedDocument| Some((one.open.target.clone()?, one.schema));
        let files: Vec<(Target, Schema)> = changed.iter().filter_map(target).collect();
        CommittedSources::of(&repository, context)?.companions(&files, &paths, &repository)?
    };
    let new = repository.untracked(&paths)?;
    let is_new = |one: &EditedDocument| one.open.path().is_some_and(|path| new.contains(&real(path)));
    let files: Vec<FileChange> = changed.into_iter().map(|one| file_change(one, is_new(one))).collect();
    let message = message(&files, &paths, &options.message, &repository, context)?;
    let mut names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    names.dedup();
    let are = if names.len() == 1 { "is" } else { "are" };
    let done = shown!("{} {} edited", Shown::join(names.into_iter().map(FileName::shown), " and "), are);
    Ok(Some(Prepared { repository, paths, companions, message, done }))
}

/// An edit follows a link, so the file that it points to is the one that changed.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// What the commit does to the file. For a file that git does not know yet, the commit adds everything, whatever the
/// edit changed.
fn file_change(one: &EditedDocument, is_new: bool) -> FileChange {
    let content = match (&one.open.before, one.changes.is_empty()) {
        (None, _) => ContentChange::Added,
        (Some(_), _) if one.created || is_new => ContentChange::Added,
        // Raw bytes have no values that could differ.
        (Some(_), true) if one.opaque => ContentChange::Changed,
        (Some(_), true) => ContentChange::Layout,
        (Some(_), false) => ContentChange::Changed,
    };
    let changes = if is_new && !one.created { Vec::new() } else { one.changes.clone() };
    FileChange { schema: one.schema, changes, ..FileChange::bare(one.open.name.clone(), content) }
}
