//! `secrets.nix` and `.sops.yaml` → who may read each file.

mod evaluate;
mod literals;
mod names;
mod nix;
mod program;
pub mod sops;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use crate::error::{Error, Kind, Result};
use crate::input::{self, Limit};

pub use literals::{literals, paths};
pub use names::Names;
pub use sops::{Selector, Selectors, SopsRule, SopsRules};

/// What secrets.nix says.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Where it is.
    pub path: PathBuf,
    /// By file name, in its order. Nix is lazy: an error in the rule of one file concerns no other.
    pub files: IndexMap<String, Result<Rule>>,
    /// Why other attributes are not rules, such as a key in `rec { me = "…"; … }`.
    pub others: Vec<Error>,
    /// What the keys are called in it.
    pub names: Names,
    /// The files that it was evaluated from, itself included, links resolved; of rules that Nix evaluated only itself.
    pub read: Vec<PathBuf>,
}

/// What was found in a file of rules.
#[derive(Debug, Default)]
struct Found {
    files: IndexMap<String, Result<Rule>>,
    others: Vec<Error>,
    names: Names,
    read: Vec<PathBuf>,
}

/// Who may read a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// The recipients, as the rules have them: a key read from a file still has its end of line.
    pub keys: Vec<String>,
    /// Whether the file is to be armored.
    pub armor: Option<bool>,
    /// What `.sops.yaml` says of it, for a sops file; `None` for one that secrets.nix names.
    pub sops: Option<SopsRule>,
}

impl Rules {
    /// Evaluates the file by the evaluator in here, which reads only below the file's folder. Nix is not started.
    ///
    /// # Errors
    /// `rules`, with file, line and column; `io`, if it is not a regular file or too large.
    pub fn load(path: &Path) -> Result<Self> {
        let refused = |construct: &str| Err(Error::new(Kind::Rules, format!("{construct} needs Nix itself")));
        Self::load_within(path, &evaluate::own_folder(path), refused)
    }

    /// Evaluates the file as another revision has it: `texts` gives the text of a file there, by its path with links
    /// resolved. Nix is not started.
    ///
    /// # Errors
    /// `rules`, with file, line and column.
    pub fn load_revision(
        path: &Path,
        folders: &[PathBuf],
        texts: impl Fn(&Path) -> Option<String> + Send + Sync + 'static,
    ) -> Result<Self> {
        let Found { files, others, names, read } = match evaluate::file_with(path, folders, Some(Arc::new(texts))) {
            Ok(found) => found,
            Err(evaluate::Stop::Wrong(error)) => return Err(error),
            Err(evaluate::Stop::NeedsNix { construct, at }) => {
                return Err(at.named(Error::new(Kind::Rules, format!("{construct} needs Nix itself")), path));
            }
        };
        Ok(Self { path: path.to_owned(), files, others, names, read })
    }

    /// Evaluates the file: by the evaluator in here, and where it needs what only Nix has, by Nix, if `nix` permits that for
    /// the construct it is given. Either reads only below `folders` (links resolved).
    ///
    /// # Errors
    /// `rules`, with file, line and column; `io`, if it is not a regular file or too large; what `nix` gives.
    pub fn load_within(path: &Path, folders: &[PathBuf], nix: impl Fn(&str) -> Result<()>) -> Result<Self> {
        let path = std::path::absolute(path).map_err(|error| Error::io("cannot tell where the rules are", &error))?;
        if let Err(error) = input::read(&path, Limit::Settings)
            && input::is_refused(&error)
        {
            return Err(Error::io("cannot read the rules", &error).in_file(path.display()));
        }
        let found = match evaluate::file(&path, folders) {
            Ok(found) => found,
            Err(evaluate::Stop::Wrong(error)) => return Err(error),
            Err(evaluate::Stop::NeedsNix { construct, at }) => {
                nix(&construct).map_err(|error| at.named(error, &path))?;
                program::evaluate(&path, folders).map_err(|error| match error.kind() {
                    Kind::Rules => at.named(error.context(format!("{construct} needs Nix itself")), &path),
                    _ => error,
                })?
            }
        };
        let Found { files, others, names, mut read } = found;
        if read.is_empty() {
            read.push(path.canonicalize().unwrap_or_else(|_| path.clone()));
        }
        Ok(Self { path, files, others, names, read })
    }

    /// Evaluates rules that are not in a file, as if `path` were it. Nix, which would need one, is not started.
    ///
    /// # Errors
    /// As [`Rules::load_within`].
    pub fn load_text(text: &str, path: &Path, folders: &[PathBuf]) -> Result<Self> {
        match evaluate::text(path, text, folders) {
            Ok(Found { files, others, names, read }) => Ok(Self { path: path.to_owned(), files, others, names, read }),
            Err(evaluate::Stop::Wrong(error)) => Err(error),
            Err(evaluate::Stop::NeedsNix { construct, at }) => {
                let message = format!("{construct} needs Nix itself, which cannot read rules from a pipe");
                Err(at.named(Error::new(Kind::Rules, message), path).hint("write the rules to a file"))
            }
        }
    }
}

#[cfg(test)]
mod tests;
