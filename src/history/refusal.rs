//! What must not be in a repository when an edit is committed.

use std::path::Path;

use super::repository::Repository;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;

/// Files in the git folder during an unfinished operation, and the name of the operation.
const UNFINISHED: [(&str, &str); 6] = [
    ("MERGE_HEAD", "a merge"),
    ("rebase-merge", "a rebase"),
    ("rebase-apply", "a rebase"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
    ("sequencer", "a cherry-pick or revert"),
];

impl Repository {
    /// Fails during a merge, rebase, or similar: git itself would commit in the middle of a rebase.
    ///
    /// # Errors
    /// `index`, with the operation in progress.
    pub(crate) fn refuse_unfinished(&self) -> Result<()> {
        let folder = self.ask(|reader| reader.folders())?.own;
        // With reftable these two are not files.
        let is_reference = |name: &str| {
            folder.join("reftable").exists() && name.ends_with("_HEAD") && matches!(self.commit_id(name), Ok(Some(_)))
        };
        match UNFINISHED.iter().find(|(name, _)| folder.join(name).exists() || is_reference(name)) {
            Some((_, what)) => Err(Error::new(ErrorKind::Index, shown!("{} is in progress in this repository", what))
                .hint("finish or abort it first, or edit without --commit")),
            None => Ok(()),
        }
    }

    /// Fails if changes of the file are staged: the commit of an edit would include them.
    ///
    /// # Errors
    /// `index`.
    pub(crate) fn refuse_staged(&self, path: &Path) -> Result<()> {
        let path = self.relative(path)?;
        if self.ask(|reader| reader.is_staged(&path))? {
            return Err(Error::new(ErrorKind::Index, "changes of this file are already staged")
                .hint("commit or unstage them first (git restore --staged FILE), or edit without --commit"));
        }
        Ok(())
    }

    /// Fails if the staged content of the file is neither HEAD's nor that of the working tree: the commit would lose
    /// it.
    ///
    /// # Errors
    /// `index`.
    pub(crate) fn refuse_half_staged(&self, path: &Path) -> Result<()> {
        let path = self.relative(path)?;
        if self.ask(|reader| reader.is_staged(&path))? && self.ask(|reader| reader.is_edited(&path))? {
            return Err(Error::new(ErrorKind::Index, "another version of this file is staged")
                .hint("stage the current one (git add FILE) or unstage that one (git restore --staged FILE)"));
        }
        Ok(())
    }
}
