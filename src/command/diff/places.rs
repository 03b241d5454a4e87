//! Compares two files or folders with each other: the arguments of jj's diff tools, or a copy next to the original.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::args::DiffArgs;
use super::compared::{Compared, VersionPair};
use crate::app::Context;
use crate::app::encrypted::is_encrypted;
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::shown;
use crate::shown::Shown;
use crate::workspace::Target;

/// What is compared.
pub(super) enum Places {
    /// Two files or two folders.
    Paths(PathBuf, PathBuf),
    /// A document inside a value, with another or with a file.
    Documents(Target, Target),
}

impl Places {
    /// The files or folders in the arguments; `None` if they are revisions, or files of a repository to be compared
    /// with it.
    ///
    /// # Errors
    /// `usage` if `--no-index` is given without two files or folders.
    pub(super) fn of(args: &DiffArgs, context: &Context) -> Result<Option<Self>> {
        let names: Vec<&String> = args.arguments.iter().chain(&args.files).collect();
        let current = context.workspace.current();
        let [left, right] = names[..] else {
            return if args.no_index { Err(needs_two()) } else { Ok(None) };
        };
        if args.no_index
            && let [Some(left), Some(right)] = [left, right].map(|name| context.existing(name))
            && (left.is_value() || right.is_value())
        {
            return Ok(Some(Self::Documents(left, right)));
        }
        let [left, right] = [left, right].map(|name| current.join(name));
        let outside = |path: &Path| context.workspace.top().is_none_or(|root| !path.starts_with(root));
        let both = match (left.is_dir(), right.is_dir()) {
            (true, true) => true,
            (false, false) => left.exists() && right.exists() && (args.no_index || outside(&left) || outside(&right)),
            _ => false,
        };
        match both {
            true => Ok(Some(Self::Paths(left, right))),
            false if args.no_index => Err(needs_two()),
            false => Ok(None),
        }
    }

    /// The encrypted files that differ.
    ///
    /// # Errors
    /// `io`; `rules` for invalid settings.
    pub(super) fn compared(&self, context: &Context) -> Result<Vec<Compared>> {
        let (left, right) = match self {
            Self::Paths(left, right) => (left, right),
            Self::Documents(left, right) => return Compared::documents(left, right, context),
        };
        if !left.is_dir() {
            let target = context.workspace.named(right);
            let (old, new) = (read(left)?, read(right)?);
            let versions = versions(target.display.clone(), target, old, new);
            return Compared::between(versions, context);
        }
        let mut paths = BTreeSet::new();
        for side in [left, right] {
            collect(side, Path::new(""), &mut paths);
        }
        // Settings and rules refer to a file by its place in the repository.
        let root = context.workspace.top().unwrap_or(context.workspace.current()).to_owned();
        let (mut files, mut others) = (Vec::new(), 0_usize);
        for path in paths {
            let (old, new) = (read(&left.join(&path))?, read(&right.join(&path))?);
            if old == new {
                continue;
            }
            let name = path.to_string_lossy().into_owned();
            let target = Target { display: name.clone(), ..context.workspace.named(&root.join(&path)) };
            if [&old, &new].into_iter().flatten().any(|bytes| is_encrypted(&target, bytes)) {
                files.extend(Compared::between(versions(name, target, old, new), context)?);
            } else {
                others += 1;
            }
        }
        if others > 0 {
            let files = if others == 1 {
                Shown::fixed("1 other file differs")
            } else {
                shown!("{} other files differ", others)
            };
            context.out.note(&shown!("{}; agepatch compares encrypted files only", files))?;
        }
        Ok(files)
    }
}

/// The versions of one file.
pub(super) fn versions(
    name: String,
    target: Target,
    old: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
) -> VersionPair<'static> {
    let status = match (&old, &new) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "modified",
    };
    VersionPair { name, old_name: None, status, target, old, new, sides: ["the left side", "the right side"] }
}

/// The bytes of a file; `None` if it does not exist.
fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match input::read_named(path, Limit::Secret) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("cannot read the file", &error).in_file(path.display())),
    }
}

/// Collects the files below a folder, relative to it, without following links.
fn collect(folder: &Path, below: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder.join(below)).into_iter().flatten().flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        let path = below.join(entry.file_name());
        if kind.is_dir() {
            collect(folder, &path, found);
        } else if kind.is_file() {
            found.insert(path);
        }
    }
}

fn needs_two() -> Error {
    Error::new(ErrorKind::Usage, "--no-index compares two files, or two folders")
        .hint("agepatch diff --no-index LEFT RIGHT")
}
