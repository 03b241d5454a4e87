//! The queries on a repository. libgit2 and the git program both answer them, and a test compares the answers.

use std::collections::HashMap;
use std::path::PathBuf;

use super::revision::{Commit, Revision};
use crate::error::Result;

/// The git folders of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folders {
    /// The git folder of this working tree.
    pub(super) own: PathBuf,
    /// The git folder shared by all working trees.
    pub(super) shared: PathBuf,
}

/// A file in the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IndexEntry {
    /// Its path below the root.
    pub path: String,
    /// The id of its blob.
    pub blob: String,
    /// The stage: 0, or the side of a conflict.
    pub stage: u8,
}

/// A file that differs between two sides, by its path (below the root) on each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pair {
    /// The old path; `None` if it is new.
    pub before: Option<String>,
    /// The new path; `None` if it was removed.
    pub after: Option<String>,
}

/// Answers queries on one repository. Paths are below its root.
///
/// After an error of libgit2 the git program is asked; its errors are shown to the user.
pub(super) trait Backend {
    fn folders(&self) -> Result<Folders>;
    /// The full id of the commit that `revision` names; `None` if there is none.
    fn commit_id(&self, revision: &str) -> Result<Option<String>>;
    /// The best common ancestor of two commits.
    fn merge_base(&self, one: &str, other: &str) -> Result<String>;
    /// The blob at `path` in a commit; `None` if there is no file.
    fn blob_at(&self, commit: &str, path: &str) -> Result<Option<String>>;
    fn object(&self, id: &str) -> Result<Vec<u8>>;
    /// The bytes of these blobs, in their order; `None` for those that are missing, or larger than a secret may be.
    fn objects(&self, ids: &[String]) -> Result<Vec<Option<Vec<u8>>>>;
    /// The blob id of these bytes.
    fn blob_id(&self, bytes: &[u8]) -> Result<String>;
    /// The token and the value of each trailer.
    fn trailers(&self, message: &str) -> Result<Vec<(String, String)>>;
    /// The length of short ids in this repository.
    fn short_length(&self) -> Result<usize>;
    /// The last value of a key in the repository's own configuration file, without what that includes.
    fn local_setting(&self, key: &str) -> Result<Option<String>>;
    /// The values of these attributes, for each path: a text, `set`, `unset`, or `unspecified`.
    fn attributes(&self, names: &[&str], paths: &[String]) -> Result<Vec<Vec<String>>>;
    /// The files of the index.
    fn index(&self) -> Result<Vec<IndexEntry>>;
    /// Whether the index differs from HEAD at `path`.
    fn is_staged(&self, path: &str) -> Result<bool>;
    /// Whether the working tree differs from the index at `path`.
    fn is_edited(&self, path: &str) -> Result<bool>;
    /// The files that differ from HEAD, including new and deleted ones.
    fn changed_since_head(&self) -> Result<Vec<String>>;
    /// The files that are neither tracked nor ignored.
    fn untracked(&self) -> Result<Vec<String>>;
    /// The files that differ between a commit and another commit or the working tree, with renames; of these files, or of
    /// all if none is named.
    fn compare(&self, before: &str, after: Option<&str>, files: &[String]) -> Result<Vec<Pair>>;
    /// The files that a commit changed compared with its only parent, or with nothing.
    fn changed_in(&self, commit: &str) -> Result<Vec<String>>;
    /// Path and blob of each file that a commit with one parent removed.
    fn removed_in(&self, commit: &str) -> Result<Vec<(String, String)>>;
    /// The commits up to `commit` in which the file differs from all parents, newest first, followed through renames.
    /// `found` is called with each of them, as soon as the backend finds it.
    fn revisions(&self, commit: &str, path: &str, found: &dyn Fn(&Revision)) -> Result<Vec<Revision>>;
    /// At most `most` of the newest commits up to HEAD that touched one of the files.
    fn touching(&self, paths: &[String], most: usize) -> Result<Vec<Commit>>;
    /// The newest commit up to HEAD that gave each of the files the blob that it has in the index, by path. Files without
    /// one are left out.
    fn introductions(&self, files: &[IndexEntry]) -> Result<HashMap<String, String>>;
    /// The newest commit, on any branch or stash, that added this blob at `path`.
    fn origin(&self, blob: &str, path: &str) -> Result<Option<Commit>>;
}
