//! Answers from libgit2 within this process: a question takes microseconds, while a program takes milliseconds to
//! start.
//!
//! libgit2 runs no hooks, filters, or file system monitors. Its errors are never shown, since the git program is asked
//! instead.

mod attributes;
mod objects;
mod open;
mod similar;
mod trees;
mod walk;
mod worktree;

use std::collections::HashMap;
use std::path::Path;

use git2::{DiffDelta, ErrorCode, Oid, Repository};

use super::backend::{Backend, Folders, IndexEntry, Pair};
use super::revision::{Commit, Revision};
use crate::error::{Error, ErrorKind, Result};
use crate::shown::{ProgramOutput, Showable};

/// A repository opened by libgit2.
pub(super) struct LibGit2 {
    repository: Repository,
}

impl LibGit2 {
    /// Opens the repository with this root; `None` if only the git program can read it as the user expects.
    pub(super) fn open(root: &Path) -> Option<Self> {
        open::open(root).map(|repository| Self { repository })
    }

    /// Whether the repository has a commit-graph file, which lets git walk faster than by unpacking each commit.
    pub(super) fn has_commit_graph(&self) -> bool {
        let info = self.repository.commondir().join("objects/info");
        info.join("commit-graph").exists() || info.join("commit-graphs").exists()
    }
}

/// An error that makes the caller ask the git program instead.
fn unknown(what: impl Showable) -> Error {
    Error::new(ErrorKind::Git, what)
}

/// Like [`unknown`], for an error of libgit2.
#[expect(clippy::needless_pass_by_value, reason = "made to be passed to map_err")]
fn failed(error: git2::Error) -> Error {
    unknown(ProgramOutput::shown(error.message()))
}

/// Parses a full id.
fn id(text: &str) -> Result<Oid> {
    match text.len() {
        40 => Oid::from_str(text).map_err(failed),
        _ => Err(unknown("not a full id")),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The paths of a difference on both sides.
fn pair(delta: &DiffDelta<'_>) -> Pair {
    use git2::Delta::{Added, Deleted, Untracked};
    let old = || delta.old_file().path_bytes().map(text);
    let new = || delta.new_file().path_bytes().map(text);
    match delta.status() {
        Added | Untracked => Pair { before: None, after: new() },
        Deleted => Pair { before: old(), after: None },
        _ => Pair { before: old(), after: new() },
    }
}

impl Backend for LibGit2 {
    fn folders(&self) -> Result<Folders> {
        Ok(Folders { own: self.repository.path().to_owned(), shared: self.repository.commondir().to_owned() })
    }

    fn commit_id(&self, revision: &str) -> Result<Option<String>> {
        let unborn = |error: git2::Error| error.code() == ErrorCode::UnbornBranch;
        if revision == "HEAD" && self.repository.head().is_err_and(unborn) {
            return Ok(None);
        }
        let object = self.repository.revparse_single(revision).map_err(failed)?;
        Ok(Some(object.peel_to_commit().map_err(failed)?.id().to_string()))
    }

    fn merge_base(&self, one: &str, other: &str) -> Result<String> {
        let full = |name: &str| self.commit_id(name)?.ok_or_else(|| unknown("no such commit"));
        let base = self.repository.merge_base(id(&full(one)?)?, id(&full(other)?)?);
        Ok(base.map_err(failed)?.to_string())
    }

    fn blob_at(&self, commit: &str, path: &str) -> Result<Option<String>> {
        let commit = self.trees()?.commit(id(commit)?)?;
        let found = self.trees()?.entry(commit.tree, path.as_bytes())?;
        Ok(found.filter(|entry| entry.is_file()).map(|entry| entry.id.to_string()))
    }

    fn object(&self, id: &str) -> Result<Vec<u8>> {
        self.read_blob(id)?.ok_or_else(|| unknown("not a blob that may be read"))
    }

    fn objects(&self, ids: &[String]) -> Result<Vec<Option<Vec<u8>>>> {
        ids.iter().map(|id| self.read_blob(id)).collect()
    }

    fn blob_id(&self, bytes: &[u8]) -> Result<String> {
        let id = Oid::hash_object(git2::ObjectType::Blob, bytes);
        Ok(id.map_err(failed)?.to_string())
    }

    fn trailers(&self, message: &str) -> Result<Vec<(String, String)>> {
        objects::trailers(message)
    }

    fn local_setting(&self, key: &str) -> Result<Option<String>> {
        self.setting_of_file(key)
    }

    fn attributes(&self, names: &[&str], paths: &[String]) -> Result<Vec<Vec<String>>> {
        self.values_of_attributes(names, paths)
    }

    fn short_length(&self) -> Result<usize> {
        self.length_of_short_ids()
    }

    fn index(&self) -> Result<Vec<IndexEntry>> {
        self.indexed()
    }

    fn is_staged(&self, path: &str) -> Result<bool> {
        self.differs_from_head(path)
    }

    fn is_edited(&self, path: &str) -> Result<bool> {
        self.differs_from_index(path)
    }

    fn changed_since_head(&self) -> Result<Vec<String>> {
        self.changed()
    }

    fn untracked(&self) -> Result<Vec<String>> {
        self.unknown_files()
    }

    fn compare(&self, before: &str, after: Option<&str>, files: &[String]) -> Result<Vec<Pair>> {
        self.differences(before, after, files)
    }

    fn changed_in(&self, commit: &str) -> Result<Vec<String>> {
        let deltas = self.of_commit(commit)?;
        Ok(deltas.into_iter().filter_map(|(pair, _)| pair.after.or(pair.before)).collect())
    }

    fn removed_in(&self, commit: &str) -> Result<Vec<(String, String)>> {
        let removed = self.of_commit(commit)?.into_iter().filter(|(pair, _)| pair.after.is_none());
        Ok(removed.filter_map(|(pair, blob)| Some((pair.before?, blob))).collect())
    }

    fn revisions(&self, commit: &str, path: &str, found: &dyn Fn(&Revision)) -> Result<Vec<Revision>> {
        self.followed(commit, path, found)
    }

    fn touching(&self, paths: &[String], most: usize) -> Result<Vec<Commit>> {
        self.commits_of(paths, most)
    }

    fn introductions(&self, files: &[IndexEntry]) -> Result<HashMap<String, String>> {
        self.introducing(files)
    }

    fn origin(&self, blob: &str, path: &str) -> Result<Option<Commit>> {
        self.with_blob(blob, path)
    }
}
