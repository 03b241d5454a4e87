//! The sides of a comparison: two revisions, or one and the working tree, and the files that differ between them.

use std::collections::HashSet;
use std::path::PathBuf;

use super::args::DiffArgs;
use crate::app::Context;
use crate::app::encrypted::{is_called_age, is_encrypted, may_be_sops};
use crate::error::{Error, ErrorKind, Result};
use crate::history::{Pair, Repository};
use crate::input::{self, Limit};
use crate::shown;
use crate::shown::{CommitId, FileName};
use crate::workspace::{Inner, Target};

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DiffSide {
    Revision(String),
    /// The current files.
    WorkingTree,
    Nothing,
}

impl DiffSide {
    /// The bytes of a file (below the root) on this side.
    pub(super) fn bytes(&self, repository: &Repository, path: &str) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Nothing => Ok(None),
            Self::Revision(revision) => repository.blob(revision, path),
            Self::WorkingTree => match input::read(repository.root().join(path), Limit::Secret) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(Error::io("cannot read the file", &error).in_file(FileName::shown(path))),
            },
        }
    }

    /// The revision, unless it is the working tree.
    fn revision(&self) -> Option<&str> {
        match self {
            Self::Revision(revision) => Some(revision),
            Self::WorkingTree | Self::Nothing => None,
        }
    }

    /// Its name for display.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Revision(revision) => revision,
            Self::WorkingTree => "the working tree",
            Self::Nothing => "before the first commit",
        }
    }
}

/// The bytes of a file on both sides.
pub(super) fn bytes(pair: &Pair, comparison: &Comparison, repository: &Repository) -> Result<FileVersions> {
    let read = |path: &Option<String>, side: &DiffSide| match path {
        Some(path) => side.bytes(repository, path),
        None => Ok(None),
    };
    Ok((read(&pair.before, &comparison.before)?, read(&pair.after, &comparison.after)?))
}

/// The bytes of a file before and after; `None` if it does not exist.
type FileVersions = (Option<Vec<u8>>, Option<Vec<u8>>);

/// The requested comparison.
pub(super) struct Comparison {
    pub(super) before: DiffSide,
    pub(super) after: DiffSide,
    /// The named documents: files below the root, and values in them; empty for all files.
    documents: Vec<(String, Vec<Inner>)>,
}

impl Comparison {
    /// Parses the arguments: the first is a revision or a range if it names one and no file.
    ///
    /// # Errors
    /// `git` for an unknown revision; errors from finding a file.
    pub(super) fn of(args: &DiffArgs, repository: &Repository, context: &Context) -> Result<Self> {
        let head = match repository.commit_id("HEAD")? {
            Some(_) => DiffSide::Revision("HEAD".to_owned()),
            None => DiffSide::Nothing,
        };
        let (mut before, mut after) = (head.clone(), DiffSide::WorkingTree);
        let mut names = args.arguments.as_slice();
        if let [first, rest @ ..] = names
            && context.existing(first).is_none()
        {
            if let Some((old, new)) = range(first, repository)? {
                (before, after) = (old, new);
                names = rest;
            } else if repository.commit_id(first)?.is_some() {
                before = DiffSide::Revision(first.clone());
                names = rest;
            }
        }
        let mut comparison = Self { before, after, documents: Vec::new() };
        if let Some(name) = names.iter().find(|name| context.existing(name).is_none() && is_relative(name)) {
            return Err(unknown(name));
        }
        for name in names.iter().chain(&args.files) {
            let document = comparison.document(name, repository, context)?;
            comparison.documents.push(document);
        }
        Ok(comparison)
    }

    /// The path of a file below the root; a deleted file is given by its path.
    fn document(&self, name: &str, repository: &Repository, context: &Context) -> Result<(String, Vec<Inner>)> {
        if let Some(target) = context.existing(name) {
            return Ok((repository.relative(&target.path)?, target.inner));
        }
        for former in context.workspace.former(name) {
            let Ok(path) = repository.relative(&former.path) else { continue };
            if self.before.bytes(repository, &path)?.is_some() || self.after.bytes(repository, &path)?.is_some() {
                return Ok((path, former.inner));
            }
        }
        Err(context.workspace.no_such_file(name).with_message("not a revision or a file"))
    }

    /// The documents to compare for a pair: the file itself, unless values in it were named.
    pub(super) fn inside(&self, pair: &Pair) -> Vec<Vec<Inner>> {
        let is_of_pair = |path: &String| pair.before.as_ref() == Some(path) || pair.after.as_ref() == Some(path);
        let named = self.documents.iter().filter(|(path, _)| is_of_pair(path)).map(|(_, inner)| inner.clone());
        let named: Vec<Vec<Inner>> = named.collect();
        if named.is_empty() { vec![Vec::new()] } else { named }
    }

    /// The files that differ: the named ones, or else those that are encrypted or listed in the rules.
    pub(super) fn pairs(&self, repository: &Repository, context: &Context) -> Result<Vec<Pair>> {
        let named: Vec<String> = self.documents.iter().map(|(path, _)| path.clone()).collect();
        let mut pairs = if self.before == DiffSide::Nothing {
            let tracked = repository.tracked()?.into_iter().map(|entry| entry.path);
            let here = tracked.filter(|path| repository.root().join(path).exists());
            here.map(|path| Pair { before: None, after: Some(path) }).collect()
        } else {
            repository.compare(self.before.name(), self.after.revision(), &named)?
        };
        if self.after == DiffSide::WorkingTree && !are_tracked(&named, repository)? {
            let new = repository.untracked_files()?.into_iter();
            pairs.extend(new.map(|path| Pair { before: None, after: Some(path) }));
        }
        pairs.retain(|pair| {
            let paths = [&pair.before, &pair.after];
            let named = |path: &&String| {
                let target = || context.workspace.named(&repository.root().join(path.as_str()));
                if self.documents.is_empty() {
                    let target = target();
                    let may_be = may_be_sops(&target.path) || context.workspace.names(&target.path);
                    is_called_age(&target.path) || (may_be && self.is_encrypted(&target, pair, repository))
                } else {
                    self.documents.iter().any(|(named, _)| named == *path)
                }
            };
            paths.into_iter().flatten().any(|path| named(&path))
        });
        pairs.sort_by(|left, right| left.after.cmp(&right.after));
        Ok(pairs)
    }
}

/// Whether files are named, and all of them are in the index.
fn are_tracked(named: &[String], repository: &Repository) -> Result<bool> {
    if named.is_empty() {
        return Ok(false);
    }
    let tracked: HashSet<String> = repository.tracked()?.into_iter().map(|entry| entry.path).collect();
    Ok(named.iter().all(|path| tracked.contains(path)))
}

impl Comparison {
    /// Whether the file is encrypted on either side.
    fn is_encrypted(&self, target: &Target, pair: &Pair, repository: &Repository) -> bool {
        let Ok((old, new)) = bytes(pair, self, repository) else { return false };
        [old, new].into_iter().flatten().any(|bytes| is_encrypted(target, &bytes))
    }
}

/// Whether it can only be a revision, such as `HEAD~9`.
fn is_relative(name: &str) -> bool {
    name.contains(['~', '^']) || name.contains("@{")
}

fn unknown(revision: &str) -> Error {
    Error::new(ErrorKind::Git, shown!("there is no revision `{}`", CommitId::shown(revision)))
        .hint("`git log --oneline` lists them")
}

/// Parses `A..B`, or `A...B` for the changes since the merge base; an omitted side is HEAD. `None` if it is not a
/// range.
///
/// # Errors
/// `git` for an unknown revision.
fn range(text: &str, repository: &Repository) -> Result<Option<(DiffSide, DiffSide)>> {
    let (split, from_base) = match text.split_once("...") {
        Some(split) => (Some(split), true),
        None => (text.split_once(".."), false),
    };
    // `../x` is a path.
    let Some((old, new)) = split.filter(|_| !text.starts_with("../")) else { return Ok(None) };
    let known = |revision: &str| {
        let revision = if revision.is_empty() { "HEAD" } else { revision };
        repository.commit_id(revision)?.ok_or_else(|| unknown(revision)).map(|_| revision.to_owned())
    };
    let (mut old, new) = (known(old)?, known(new)?);
    if from_base {
        old = repository.merge_base(&old, &new)?;
    }
    Ok(Some((DiffSide::Revision(old), DiffSide::Revision(new))))
}

/// The name of a path below the root, relative to the current folder.
pub(super) fn display(path: &str, repository: &Repository, context: &Context) -> String {
    context.workspace.display(&PathBuf::from(repository.root()).join(path))
}
