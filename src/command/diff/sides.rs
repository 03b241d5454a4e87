//! What is compared: two revisions, or one and the working tree, and the files that differ between them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::DiffArgs;
use crate::command::Context;
use crate::error::{Error, Kind, Result};
use crate::history::Repository;

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Side {
    /// A revision.
    Revision(String),
    /// The files as they are now.
    WorkingTree,
}

impl Side {
    /// The bytes of a file (below the root) on this side.
    pub(super) fn bytes(&self, repository: &Repository, path: &str) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Revision(revision) => repository.blob(revision, path),
            Self::WorkingTree => match fs::read(repository.root().join(path)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(Error::io("cannot read the file", &error).in_file(path)),
            },
        }
    }

    /// What a person calls it.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Revision(revision) => revision,
            Self::WorkingTree => "the working tree",
        }
    }
}

/// A file that differs, by its path on each side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    /// Before; `None` where it is new.
    pub(super) before: Option<String>,
    /// After; `None` where it is gone.
    pub(super) after: Option<String>,
}

/// The comparison that the arguments ask for.
pub(super) struct Comparison {
    /// The old side.
    pub(super) before: Side,
    /// The new side.
    pub(super) after: Side,
    /// The files named, below the root; all where none is.
    files: Vec<String>,
}

impl Comparison {
    /// Reads the arguments: the first is a revision or a range where it names one and no file.
    ///
    /// # Errors
    /// `git`, for a revision that is not there; what stands in the way of finding a file.
    pub(super) fn of(args: &DiffArgs, repository: &Repository, context: &Context) -> Result<Self> {
        let head = || Side::Revision("HEAD".to_owned());
        let (mut before, mut after) = (head(), Side::WorkingTree);
        let mut names = args.arguments.as_slice();
        if let [first, rest @ ..] = names {
            let known = |revision: &str| {
                let unknown = || Error::new(Kind::Git, format!("there is no revision `{revision}`"));
                repository.commit_id(revision)?.ok_or_else(unknown).map(|_| Side::Revision(revision.to_owned()))
            };
            if let Some((old, new)) = first.split_once("..").filter(|_| context.workspace.target(first).is_err()) {
                let or_head = |side: &str| if side.is_empty() { Ok(head()) } else { known(side) };
                (before, after) = (or_head(old)?, or_head(new.trim_start_matches('.'))?);
                names = rest;
            } else if repository.commit_id(first)?.is_some() && context.workspace.target(first).is_err() {
                before = known(first)?;
                names = rest;
            }
        }
        let files = names.iter().chain(&args.files).map(|name| file_of(name, repository, context));
        Ok(Self { before, after, files: files.collect::<Result<_>>()? })
    }

    /// The files that differ, of those named; else those that are encrypted or stand in the rules.
    pub(super) fn pairs(&self, repository: &Repository, context: &Context) -> Result<Vec<Pair>> {
        let mut arguments = vec!["diff", "--name-status", "-z", "-M", "--no-ext-diff"];
        for side in [&self.before, &self.after] {
            if let Side::Revision(revision) = side {
                arguments.push(revision);
            }
        }
        let mut pairs = parse(&repository.text(&arguments)?);
        if self.after == Side::WorkingTree {
            let others = repository.text(&["ls-files", "--others", "--exclude-standard", "-z"])?;
            let new = others.split('\0').filter(|path| !path.is_empty());
            pairs.extend(new.map(|path| Pair { before: None, after: Some(path.to_owned()) }));
        }
        pairs.retain(|pair| {
            let paths = [&pair.before, &pair.after];
            let named = |path: &&String| {
                let rule = || context.workspace.named(&repository.root().join(path.as_str())).rule.is_some();
                if self.files.is_empty() {
                    Path::new(path.as_str()).extension().is_some_and(|ending| ending == "age") || rule()
                } else {
                    self.files.contains(path)
                }
            };
            paths.into_iter().flatten().any(|path| named(&path))
        });
        pairs.sort_by(|left, right| left.after.cmp(&right.after));
        Ok(pairs)
    }
}

/// The path of a file below the root; one that is gone is named by its path.
fn file_of(name: &str, repository: &Repository, context: &Context) -> Result<String> {
    let path =
        context.workspace.target(name).map_or_else(|_| context.workspace.current().join(name), |found| found.path);
    repository.relative(&path)
}

/// Reads what `git diff --name-status -z` prints.
fn parse(printed: &str) -> Vec<Pair> {
    let mut fields = printed.split('\0').filter(|field| !field.is_empty());
    let mut pairs = Vec::new();
    while let Some(status) = fields.next() {
        let Some(path) = fields.next().map(str::to_owned) else { break };
        pairs.push(match status.as_bytes()[0] {
            b'A' => Pair { before: None, after: Some(path) },
            b'D' => Pair { before: Some(path), after: None },
            b'R' | b'C' => Pair { before: Some(path), after: fields.next().map(str::to_owned) },
            _ => Pair { before: Some(path.clone()), after: Some(path) },
        });
    }
    pairs
}

/// The folder-relative name of a path below the root, for people in the current folder.
pub(super) fn display(path: &str, repository: &Repository, context: &Context) -> String {
    context.workspace.display(&PathBuf::from(repository.root()).join(path))
}
