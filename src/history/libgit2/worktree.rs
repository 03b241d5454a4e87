//! The index and the working tree.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use git2::{
    Diff, DiffFindOptions, DiffOptions, Index, IndexEntryExtendedFlag, ObjectType, Oid, Status, StatusOptions,
    StatusShow, Tree,
};

use super::{LibGit2, failed, id, pair, text, unknown};
use crate::error::Result;
use crate::history::backend::{Backend, IndexEntry, Pair};

/// The maximum number of added and removed files to compare with each other, as in git.
const MOST: usize = 1_000;

impl LibGit2 {
    pub(super) fn indexed(&self) -> Result<Vec<IndexEntry>> {
        let index = self.full_index()?;
        let stage = |flags: u16| u8::try_from(flags >> 12 & 3).unwrap_or_default();
        let entry = |entry: git2::IndexEntry| IndexEntry {
            path: text(&entry.path),
            blob: entry.id.to_string(),
            stage: stage(entry.flags),
        };
        Ok(index.iter().map(entry).collect())
    }

    /// The current index.
    pub(super) fn full_index(&self) -> Result<Index> {
        let mut index = self.repository.index().map_err(failed)?;
        index.read(false).map_err(failed)?;
        Ok(index)
    }

    /// Fails for an index with conflicts, or with files excluded from the working tree.
    fn refuse_special(&self) -> Result<()> {
        let index = self.full_index()?;
        let skipped = IndexEntryExtendedFlag::SKIP_WORKTREE.bits();
        if index.has_conflicts() || index.iter().any(|entry| entry.flags_extended & skipped != 0) {
            return Err(unknown("an index that git alone knows to read"));
        }
        Ok(())
    }

    /// Mode and blob of the file in the index; `None` if it is missing, or only marked to be added.
    fn staged(&self, path: &str) -> Result<Option<(u32, Oid)>> {
        let index = self.full_index()?;
        if (1..=3).any(|stage| index.get_path(path.as_ref(), stage).is_some()) {
            return Err(unknown("a file in conflict"));
        }
        let intent_to_add = IndexEntryExtendedFlag::INTENT_TO_ADD.bits();
        let entry = index.get_path(path.as_ref(), 0).filter(|entry| entry.flags_extended & intent_to_add == 0);
        Ok(entry.map(|entry| (entry.mode, entry.id)))
    }

    /// Whether the index differs from HEAD at this path.
    pub(super) fn differs_from_head(&self, path: &str) -> Result<bool> {
        let tree = self.head_tree()?;
        let entry = tree.as_ref().and_then(|tree| tree.get_path(path.as_ref()).ok());
        let head = entry.map(|entry| (u32::try_from(entry.filemode()).unwrap_or_default(), entry.id()));
        Ok(self.staged(path)? != head)
    }

    /// Whether the working tree differs from the index. Only byte-equal files are known to be equal; otherwise filters
    /// decide, which git may run as programs.
    pub(super) fn differs_from_index(&self, path: &str) -> Result<bool> {
        let Some((mode, blob)) = self.staged(path)? else { return Err(unknown("a file that is not in the index")) };
        let place = self.repository.workdir().ok_or_else(|| unknown("no working tree"))?.join(path);
        let about = fs::symlink_metadata(&place).map_err(|_| unknown("a file that is gone"))?;
        let executable = about.permissions().mode() & 0o100 != 0;
        let same_mode = about.is_file() && mode == if executable { 0o100_755 } else { 0o100_644 };
        let now = Oid::hash_file(ObjectType::Blob, &place).map_err(failed)?;
        if same_mode && now == blob { Ok(false) } else { Err(unknown("a file that may differ")) }
    }

    fn head_tree(&self) -> Result<Option<Tree<'_>>> {
        let head = self.commit_id("HEAD")?;
        head.map(|head| self.tree(&head)).transpose()
    }

    fn tree(&self, commit: &str) -> Result<Tree<'_>> {
        let full = self.commit_id(commit)?.ok_or_else(|| unknown("no such commit"))?;
        self.repository.find_commit(id(&full)?).and_then(|commit| commit.tree()).map_err(failed)
    }

    /// The files that differ from HEAD.
    pub(super) fn changed(&self) -> Result<Vec<String>> {
        self.refuse_special()?;
        let found = self.statuses(StatusShow::IndexAndWorkdir)?;
        Ok(found.into_iter().map(|(path, _)| path).collect())
    }

    pub(super) fn unknown_files(&self) -> Result<Vec<String>> {
        let found = self.statuses(StatusShow::Workdir)?.into_iter();
        Ok(found.filter(|(_, status)| status.contains(Status::WT_NEW)).map(|(path, _)| path).collect())
    }

    fn statuses(&self, show: StatusShow) -> Result<Vec<(String, Status)>> {
        let mut options = StatusOptions::new();
        options.show(show).include_untracked(true).recurse_untracked_dirs(true).exclude_submodules(true);
        let found = self.repository.statuses(Some(&mut options)).map_err(failed)?;
        Ok(found.iter().map(|entry| (text(entry.path_bytes()), entry.status())).collect())
    }

    /// The files that differ between a commit and another commit or the working tree; of these, or of all if none is named.
    pub(super) fn differences(&self, before: &str, after: Option<&str>, files: &[String]) -> Result<Vec<Pair>> {
        let old = self.tree(before)?;
        let mut options = DiffOptions::new();
        options.ignore_submodules(true).include_typechange(true).disable_pathspec_match(true);
        for file in files {
            options.pathspec(file);
        }
        let diff = if let Some(after) = after {
            self.repository.diff_tree_to_tree(Some(&old), Some(&self.tree(after)?), Some(&mut options))
        } else {
            self.refuse_special()?;
            self.repository.diff_tree_to_workdir_with_index(Some(&old), Some(&mut options))
        };
        let mut diff = diff.map_err(failed)?;
        let mut find = DiffFindOptions::new();
        find.renames(true).rename_threshold(50).rename_limit(MOST);
        diff.find_similar(Some(&mut find)).map_err(failed)?;
        Ok(diff.deltas().map(|delta| pair(&delta)).collect())
    }

    /// The changes of a commit, with the old blobs; empty for a merge.
    pub(super) fn of_commit(&self, commit: &str) -> Result<Vec<(Pair, String)>> {
        let full = self.commit_id(commit)?.ok_or_else(|| unknown("no such commit"))?;
        let commit = self.repository.find_commit(id(&full)?).map_err(failed)?;
        let before = match commit.parent_count() {
            0 => None,
            1 => Some(commit.parent(0).and_then(|parent| parent.tree()).map_err(failed)?),
            _ => return Ok(Vec::new()),
        };
        let after = commit.tree().map_err(failed)?;
        let mut options = DiffOptions::new();
        options.include_typechange(true);
        let diff: Diff<'_> =
            self.repository.diff_tree_to_tree(before.as_ref(), Some(&after), Some(&mut options)).map_err(failed)?;
        Ok(diff.deltas().map(|delta| (pair(&delta), delta.old_file().id().to_string())).collect())
    }
}
