//! Finds the source of a file that a commit added: the most similar file before, which git calls renamed or copied.

use git2::{DiffFindOptions, DiffOptions, Oid, TreeWalkMode, TreeWalkResult};

use super::trees::TreeEntry;
use super::{LibGit2, failed, pair, text};
use crate::error::Result;

/// The start of an age file: equal content does not make two of them similar.
const AGE: [&[u8]; 2] = [b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----"];
/// The maximum number of files to compare, as in git.
const MOST: usize = 1_000;

impl LibGit2 {
    /// Path and entry of the file in `parent` that became the blob at `path` in `commit`.
    pub(super) fn source(
        &self,
        parent: Oid,
        commit: Oid,
        path: &str,
        blob: Oid,
    ) -> Result<Option<(String, TreeEntry)>> {
        let from = match self.identical(parent, commit, path, blob)? {
            Some(from) => Some(from),
            None => self.similar(parent, commit, path, blob)?,
        };
        let Some(from) = from else { return Ok(None) };
        let trees = self.trees()?;
        let entry = trees.entry(trees.commit(parent)?.tree, from.as_bytes())?;
        Ok(entry.map(|entry| (from, entry)))
    }

    /// A file with the same content, preferably a removed one, and one of the same name.
    fn identical(&self, parent: Oid, commit: Oid, path: &str, blob: Oid) -> Result<Option<String>> {
        let tree = |id| self.repository.find_commit(id).and_then(|commit| commit.tree()).map_err(failed);
        let (before, after) = (tree(parent)?, tree(commit)?);
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let mut found: Vec<String> = Vec::new();
        before
            .walk(TreeWalkMode::PreOrder, |folder, entry| {
                if entry.id() == blob {
                    found.push(format!("{folder}{}", text(entry.name_bytes())));
                }
                TreeWalkResult::Ok
            })
            .map_err(failed)?;
        let rank = |candidate: &String| {
            let is_removed = after.get_path(candidate.as_ref()).is_err();
            u8::from(is_removed) + u8::from(name(candidate) == name(path))
        };
        // The first of the best matches.
        Ok(found.into_iter().rev().max_by_key(rank))
    }

    fn similar(&self, parent: Oid, commit: Oid, path: &str, blob: Oid) -> Result<Option<String>> {
        let content = self.repository.find_blob(blob).map_err(failed)?;
        if AGE.iter().any(|start| content.content().starts_with(start)) {
            return Ok(None);
        }
        let tree = |id| self.repository.find_commit(id).and_then(|commit| commit.tree()).map_err(failed);
        let (before, after) = (tree(parent)?, tree(commit)?);
        let mut options = DiffOptions::new();
        options.include_unmodified(true).ignore_submodules(true);
        let diff = self.repository.diff_tree_to_tree(Some(&before), Some(&after), Some(&mut options));
        let mut diff = diff.map_err(failed)?;
        let mut find = DiffFindOptions::new();
        let few = diff.deltas().len() <= MOST;
        find.renames(true).copies(true).copies_from_unmodified(few).rename_threshold(50).copy_threshold(50);
        find.rename_limit(MOST);
        diff.find_similar(Some(&mut find)).map_err(failed)?;
        let mut pairs = diff.deltas().map(|delta| pair(&delta));
        let found = pairs.find(|pair| pair.after.as_deref() == Some(path));
        Ok(found.and_then(|pair| pair.before).filter(|before| before != path))
    }
}
