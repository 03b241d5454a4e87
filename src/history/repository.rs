//! A repository, read by libgit2 where it can and may open it, and by the git program otherwise.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::backend::{Backend, IndexEntry, Pair};
use super::libgit2::LibGit2;
use super::program::Program;
use super::revision::{Commit, Revision, scope};
use super::run::{expect, run};
use crate::error::{Error, ErrorKind, Result};
use crate::real_paths::RealPaths;
use crate::shown;
use crate::shown::{CommandLine, CommitId};

/// The number of a file's commits to consider for its usual scope.
const FOR_SCOPE: usize = 200;

/// A repository.
pub(crate) struct Repository {
    program: Program,
    /// Opened for the first query; `None` if only the git program may or can open it.
    libgit2: OnceCell<Option<LibGit2>>,
    paths: RealPaths,
}

impl Repository {
    /// The repository with this root.
    pub(crate) fn new(root: &Path) -> Self {
        Self { program: Program::new(root), libgit2: OnceCell::new(), paths: RealPaths::default() }
    }

    /// Asks libgit2, or else the git program.
    pub(super) fn ask<T>(&self, question: impl Fn(&dyn Backend) -> Result<T>) -> Result<T> {
        let libgit2 = self.libgit2.get_or_init(|| LibGit2::open(self.root()));
        let answer = libgit2.as_ref().and_then(|libgit2| question(libgit2).ok());
        answer.map_or_else(|| question(&self.program), Ok)
    }

    /// Like [`Self::ask`], but prefers git if it has a commit graph, without which libgit2 unpacks every commit.
    fn walk<T>(&self, question: impl Fn(&dyn Backend) -> Result<T>) -> Result<T> {
        let libgit2 = self.libgit2.get_or_init(|| LibGit2::open(self.root()));
        match libgit2 {
            Some(libgit2) if libgit2.has_commit_graph() => question(&self.program),
            _ => self.ask(question),
        }
    }

    /// The root of the working tree.
    pub(crate) fn root(&self) -> &Path {
        self.program.root()
    }

    /// A git command in this repository, with the user's hooks and configuration; paths are taken literally.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.program.command(arguments)
    }

    /// The output of a git command that only reads, and starts no program of the configuration.
    ///
    /// # Errors
    /// `git`, with its output.
    pub(crate) fn text(&self, arguments: &[&str]) -> Result<String> {
        let output = run(&mut self.program.reading(arguments))?;
        expect(shown!("git {}", CommandLine::shown(arguments[0])), &output)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The value of a key in the repository's own configuration.
    ///
    /// # Errors
    /// `git`, if git cannot be asked.
    pub(crate) fn local_setting(&self, key: &str) -> Result<Option<String>> {
        self.ask(|backend| backend.local_setting(key))
    }

    /// The values of these attributes, for each path below the root: a text, `set`, `unset`, or `unspecified`.
    ///
    /// # Errors
    /// `git`, if git cannot be asked.
    pub(crate) fn attributes(&self, names: &[&str], paths: &[String]) -> Result<Vec<Vec<String>>> {
        self.ask(|backend| backend.attributes(names, paths))
    }

    /// The path below the root, with links resolved.
    ///
    /// # Errors
    /// `git` for a path outside.
    pub(crate) fn relative(&self, path: &Path) -> Result<String> {
        let root = self.paths.of_folder(self.root()).unwrap_or_else(|| self.root().to_owned());
        let missing = || Some(self.paths.of_folder(path.parent()?)?.join(path.file_name()?));
        let real = self.paths.of(path).or_else(missing);
        let real = real.as_deref().unwrap_or(path);
        real.strip_prefix(&root).or_else(|_| path.strip_prefix(self.root())).map_or_else(
            |_| {
                Err(Error::new(ErrorKind::Git, "the file is outside the repository")
                    .in_file(path.display())
                    .hint("name a file of this repository, or run agepatch in the other one (-C DIR)"))
            },
            |relative| Ok(relative.to_string_lossy().into_owned()),
        )
    }

    /// The git folder shared by all working trees.
    ///
    /// # Errors
    /// `git` outside a repository.
    pub(crate) fn shared_folder(&self) -> Result<PathBuf> {
        Ok(self.ask(|reader| reader.folders())?.shared)
    }

    /// The full id of the commit that `revision` names; `None` if there is none.
    ///
    /// # Errors
    /// `git` if git cannot be run.
    pub(crate) fn commit_id(&self, revision: &str) -> Result<Option<String>> {
        self.ask(|reader| reader.commit_id(revision))
    }

    /// The best common ancestor of two commits.
    ///
    /// # Errors
    /// `git` if they have none.
    pub(crate) fn merge_base(&self, one: &str, other: &str) -> Result<String> {
        self.ask(|reader| reader.merge_base(one, other))
    }

    /// The content of `path` (below the root) at a revision; `None` if the revision has no such file.
    ///
    /// # Errors
    /// `git` if there is no such revision, or the object cannot be read.
    pub(crate) fn blob(&self, revision: &str, path: &str) -> Result<Option<Vec<u8>>> {
        let commit = self.commit_id(revision)?.ok_or_else(|| {
            Error::new(ErrorKind::Git, shown!("there is no revision {}", CommitId::shown(revision)))
                .hint("`git log --oneline` lists them")
        })?;
        let blob = self.ask(|reader| reader.blob_at(&commit, path))?;
        blob.map(|id| self.object(&id)).transpose()
    }

    /// The content of `path` (below the root) in the newest commit; `None` if it has no such file, or there is no
    /// commit.
    ///
    /// # Errors
    /// `git` if the object cannot be read.
    pub(crate) fn committed(&self, path: &str) -> Result<Option<Vec<u8>>> {
        match self.commit_id("HEAD")? {
            Some(head) => self.blob(&head, path),
            None => Ok(None),
        }
    }

    /// The bytes of a blob.
    ///
    /// # Errors
    /// `git` if there is no such blob; `io` if it is larger than a secret may be.
    pub(crate) fn object(&self, id: &str) -> Result<Vec<u8>> {
        self.ask(|reader| reader.object(id))
    }

    /// The bytes of a blob; `None` if the git program would have to read it.
    pub(crate) fn object_in_process(&self, id: &str) -> Option<Vec<u8>> {
        self.libgit2.get().and_then(Option::as_ref)?.object(id).ok()
    }

    /// The bytes of these blobs, in their order; `None` for those that are missing (a partial clone may lack some) or
    /// too large.
    ///
    /// # Errors
    /// `git` if it cannot be run.
    pub(crate) fn objects(&self, ids: &[String]) -> Result<Vec<Option<Vec<u8>>>> {
        self.ask(|reader| reader.objects(ids))
    }

    /// The trailers of a message, as parsed by git.
    ///
    /// # Errors
    /// `git` if it cannot be run.
    pub(crate) fn trailers(&self, message: &str) -> Result<Vec<(String, String)>> {
        self.ask(|reader| reader.trailers(message))
    }

    /// The blob id of these bytes.
    ///
    /// # Errors
    /// `git` if it cannot be run.
    pub(crate) fn blob_id(&self, bytes: &[u8]) -> Result<String> {
        self.ask(|reader| reader.blob_id(bytes))
    }

    /// The tracked files; one in conflict occurs several times.
    ///
    /// # Errors
    /// `git` if the index cannot be read.
    pub(crate) fn tracked(&self) -> Result<Vec<IndexEntry>> {
        self.ask(|reader| reader.index())
    }

    /// The files (below the root) that are in conflict.
    ///
    /// # Errors
    /// `git` if the index cannot be read.
    pub(crate) fn unmerged(&self) -> Result<HashSet<String>> {
        let entries = self.tracked()?.into_iter();
        Ok(entries.filter(|entry| entry.stage > 0).map(|entry| entry.path).collect())
    }

    /// The files that git does not track.
    ///
    /// # Errors
    /// `git` if the index cannot be read, or a file is outside.
    pub(crate) fn untracked(&self, paths: &[PathBuf]) -> Result<HashSet<PathBuf>> {
        let known: HashSet<String> = self.tracked()?.into_iter().map(|entry| entry.path).collect();
        let mut new = HashSet::new();
        for path in paths {
            if !known.contains(&self.relative(path)?) {
                new.insert(path.clone());
            }
        }
        Ok(new)
    }

    /// The files below the root that are neither tracked nor ignored.
    ///
    /// # Errors
    /// `git` if they cannot be listed.
    pub(crate) fn untracked_files(&self) -> Result<Vec<String>> {
        self.ask(|reader| reader.untracked())
    }

    /// The files below the root that differ from HEAD, including new and deleted ones.
    ///
    /// # Errors
    /// `git` if the status cannot be determined.
    pub(crate) fn changed_since_head(&self) -> Result<Vec<String>> {
        self.ask(|reader| reader.changed_since_head())
    }

    /// The files that differ between a commit and another commit or the working tree. If files are named, only these are
    /// compared, unless one of them may have been renamed.
    ///
    /// # Errors
    /// `git` for an unknown commit.
    pub(crate) fn compare(&self, before: &str, after: Option<&str>, files: &[String]) -> Result<Vec<Pair>> {
        let named = self.ask(|reader| reader.compare(before, after, files))?;
        if files.is_empty() || named.iter().all(|pair| pair.before.is_some() && pair.after.is_some()) {
            return Ok(named);
        }
        self.ask(|reader| reader.compare(before, after, &[]))
    }

    /// The files that a commit changed; none for a merge.
    ///
    /// # Errors
    /// `git` if it cannot be read.
    pub(crate) fn changed_in(&self, commit: &str) -> Result<Vec<String>> {
        self.ask(|reader| reader.changed_in(commit))
    }

    /// The revisions of the file at `path` (below the root) in the history of HEAD, newest first. `found` is called with
    /// each of them, as soon as it is found if libgit2 reads the history.
    ///
    /// # Errors
    /// `git` if there is no commit yet, or the log cannot be read.
    pub(crate) fn revisions(&self, path: &str, found: &dyn Fn(&Revision)) -> Result<Vec<Revision>> {
        self.revisions_before("HEAD", path, found)
    }

    /// Like [`Repository::revisions`], in the history of another commit.
    ///
    /// # Errors
    /// `git` if the log cannot be read.
    pub(crate) fn revisions_before(
        &self,
        commit: &str,
        path: &str,
        found: &dyn Fn(&Revision),
    ) -> Result<Vec<Revision>> {
        self.walk(|reader| reader.revisions(commit, path, found))
    }

    /// Path and blob of each file that a commit removed.
    ///
    /// # Errors
    /// `git` if it cannot be read.
    pub(crate) fn removed_in(&self, commit: &str) -> Result<Vec<(String, String)>> {
        self.ask(|reader| reader.removed_in(commit))
    }

    /// At most `most` of the newest commits that touched a file (below the root).
    ///
    /// # Errors
    /// `git` if the log cannot be read.
    pub(crate) fn touching(&self, path: &str, most: usize) -> Result<Vec<Commit>> {
        self.walk(|reader| reader.touching(&[path.to_owned()], most))
    }

    /// The newest commit in the history of HEAD that gave each of the tracked files its blob, by path; without files of which
    /// none is known.
    ///
    /// # Errors
    /// `git` if the log cannot be read.
    pub(crate) fn introductions(&self, files: &[IndexEntry]) -> Result<HashMap<String, String>> {
        self.walk(|reader| reader.introductions(files))
    }

    /// The newest commit, on any branch or stash, that created this blob of the file at `path`; `None` if none is
    /// known.
    pub(crate) fn origin(&self, blob: &str, path: &str) -> Option<Commit> {
        self.walk(|reader| reader.origin(blob, path)).ok().flatten()
    }

    /// The scopes of recent commits, newest first.
    pub(crate) fn recent_scopes(&self) -> Vec<String> {
        let subjects = self.text(&["log", "-200", "--format=%s"]).unwrap_or_default();
        subjects.lines().filter_map(scope).map(str::to_owned).collect()
    }

    /// The most frequent scope in the commits of these files; `None` for files that HEAD does not contain.
    pub(crate) fn usual_scope(&self, paths: &[PathBuf]) -> Option<String> {
        let head = self.commit_id("HEAD").ok()??;
        let is_known = |path: &String| matches!(self.ask(|reader| reader.blob_at(&head, path)), Ok(Some(_)));
        let paths: Vec<String> = paths.iter().filter_map(|path| self.relative(path).ok()).filter(is_known).collect();
        if paths.is_empty() {
            return None;
        }
        let commits = self.walk(|reader| reader.touching(&paths, FOR_SCOPE)).ok()?;
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for scope in commits.iter().filter_map(|commit| scope(&commit.subject)) {
            *counts.entry(scope).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(scope, _)| scope.to_owned())
    }
}
