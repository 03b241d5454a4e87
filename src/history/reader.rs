//! The questions that a repository is asked. libgit2 and the git program both answer them, and a test compares the answers.

use std::path::PathBuf;

use super::revision::{Commit, Revision};
use crate::error::Result;

/// Where a repository keeps what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folders {
    /// The git folder of this working tree.
    pub(super) own: PathBuf,
    /// The git folder that all working trees share.
    pub(super) shared: PathBuf,
}

/// A file in the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexEntry {
    /// Below the root.
    pub path: String,
    /// The id of its blob.
    pub blob: String,
    /// 0, or the side of a conflict that it is.
    pub stage: u8,
}

/// A file that differs between two sides, by its path (below the root) on each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Before; `None` if it is new.
    pub before: Option<String>,
    /// After; `None` if it is gone.
    pub after: Option<String>,
}

/// Answers questions about one repository. Paths are below its root.
///
/// An error of libgit2 means that the git program is asked the same; an error of that is the user's.
pub(super) trait Reader {
    fn folders(&self) -> Result<Folders>;
    /// The full id of the commit that `revision` names; `None` if there is none.
    fn commit_id(&self, revision: &str) -> Result<Option<String>>;
    /// The best common ancestor of two commits.
    fn merge_base(&self, one: &str, other: &str) -> Result<String>;
    /// The blob that is at `path` in a commit; `None` if no file is there.
    fn blob_at(&self, commit: &str, path: &str) -> Result<Option<String>>;
    fn object(&self, id: &str) -> Result<Vec<u8>>;
    /// The bytes of these blobs, in their order; `None` for those that are missing, or larger than a secret may be.
    fn objects(&self, ids: &[String]) -> Result<Vec<Option<Vec<u8>>>>;
    /// The id that these bytes have as a blob.
    fn blob_id(&self, bytes: &[u8]) -> Result<String>;
    /// Token and value of each trailer of a message.
    fn trailers(&self, message: &str) -> Result<Vec<(String, String)>>;
    /// How long a short id is in this repository.
    fn short_length(&self) -> Result<usize>;
    /// The files of the index.
    fn index(&self) -> Result<Vec<IndexEntry>>;
    /// Whether the index has something else at `path` than HEAD.
    fn is_staged(&self, path: &str) -> Result<bool>;
    /// Whether the working tree has something else at `path` than the index.
    fn is_edited(&self, path: &str) -> Result<bool>;
    /// The files that are not as HEAD has them, new and deleted ones too.
    fn changed_since_head(&self) -> Result<Vec<String>>;
    /// The files that are neither tracked nor ignored.
    fn untracked(&self) -> Result<Vec<String>>;
    /// The files that differ between a commit and another, or the working tree; renames are found.
    fn compare(&self, before: &str, after: Option<&str>) -> Result<Vec<Pair>>;
    /// The files that a commit changed, compared with its only parent, or with nothing.
    fn changed_in(&self, commit: &str) -> Result<Vec<String>>;
    /// Path and blob of each file that a commit with one parent removed.
    fn removed_in(&self, commit: &str) -> Result<Vec<(String, String)>>;
    /// The commits up to `commit` in which the file differs from all parents, newest first, followed through renames.
    fn revisions(&self, commit: &str, path: &str) -> Result<Vec<Revision>>;
    /// The newest commits up to HEAD that touched one of the files, at most so many.
    fn touching(&self, paths: &[String], most: usize) -> Result<Vec<Commit>>;
    /// The newest commit, of any branch or stash, that put this blob at `path`.
    fn origin(&self, blob: &str, path: &str) -> Result<Option<Commit>>;
}
