//! Who may read each file, according to `secrets.nix` and `.sops.yaml`.

mod evaluate;
mod insertion;
mod literals;
mod names;
mod nix;
mod program;
pub mod sops;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::shown;
use crate::shown::{FileName, RecipientName, Setting, Shown};

pub use literals::{literals, paths};
pub use names::Names;
pub use sops::{Selector, Selectors, SopsRule, SopsRules};

/// The rules in secrets.nix.
#[derive(Debug, Clone)]
pub struct Rules {
    pub path: PathBuf,
    /// By file name, in its order. Since Nix is lazy, an error in the rule of one file affects no other.
    pub files: IndexMap<String, Result<Rule>>,
    /// Why other attributes are not rules, such as a key in `rec { me = "…"; … }`.
    pub others: Vec<Error>,
    /// The names of the keys.
    pub names: Names,
    /// The files that were evaluated, including itself, with links resolved; only itself if Nix evaluated it.
    pub read: Vec<PathBuf>,
}

/// The rules found in a file.
#[derive(Debug, Default)]
struct EvaluatedRules {
    files: IndexMap<String, Result<Rule>>,
    others: Vec<Error>,
    names: Names,
    read: Vec<PathBuf>,
}

/// The recipients of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// The recipients, as they are in the rules: a key read from a file still has its line end.
    pub keys: Vec<String>,
    /// Whether the file is armored.
    pub armor: Option<bool>,
    /// The creation rule in `.sops.yaml` for a sops file; `None` for a file of secrets.nix.
    pub sops: Option<SopsRule>,
}

/// The recipients of a new file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewRule<'r> {
    /// Those of another file, given by its name in the rules.
    Like(&'r str),
    /// Names of keys in the rules, or public keys.
    For(&'r [String]),
}

impl Rules {
    /// Evaluates the file with the built-in evaluator, which reads only below the file's folder, without Nix.
    ///
    /// # Errors
    /// `rules`, with file, line, and column; `io` if it is not a regular file or too large.
    pub fn load(path: &Path) -> Result<Self> {
        let refused = |construct: &str| {
            Err(Error::new(ErrorKind::Rules, shown!("{} needs Nix itself", Setting::shown(construct))))
        };
        Self::load_within(path, &evaluate::own_folder(path), refused)
    }

    /// Evaluates the file as of another revision, without Nix: `texts` returns the text of a file there, given its path
    /// with links resolved.
    ///
    /// # Errors
    /// `rules`, with file, line, and column.
    pub fn load_revision(
        path: &Path,
        folders: &[PathBuf],
        texts: impl Fn(&Path) -> Option<String> + Send + Sync + 'static,
    ) -> Result<Self> {
        let EvaluatedRules { files, others, names, read } =
            match evaluate::file_with(path, folders, Some(Arc::new(texts))) {
                Ok(found) => found,
                Err(evaluate::Stop::Wrong(error)) => return Err(error),
                Err(evaluate::Stop::NeedsNix { construct, at }) => {
                    return Err(at.named(
                        Error::new(ErrorKind::Rules, shown!("{} needs Nix itself", Setting::shown(construct))),
                        path,
                    ));
                }
            };
        Ok(Self { path: path.to_owned(), files, others, names, read })
    }

    /// Evaluates the file with the built-in evaluator, or with Nix if it needs a construct that only Nix supports and
    /// `nix` permits that construct. Both read only below `folders` (links resolved).
    ///
    /// # Errors
    /// `rules`, with file, line, and column; `io` if it is not a regular file or too large; errors of `nix`.
    pub fn load_within(path: &Path, folders: &[PathBuf], nix: impl Fn(&str) -> Result<()>) -> Result<Self> {
        let path =
            std::path::absolute(path).map_err(|error| Error::io("cannot determine where the rules are", &error))?;
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
                    ErrorKind::Rules => {
                        at.named(error.context(shown!("{} needs Nix itself", Setting::shown(construct))), &path)
                    }
                    _ => error,
                })?
            }
        };
        let EvaluatedRules { files, others, names, mut read } = found;
        if read.is_empty() {
            read.push(path.canonicalize().unwrap_or_else(|_| path.clone()));
        }
        Ok(Self { path, files, others, names, read })
    }

    /// Evaluates rules that are not in a file, as if they were in `path`, without Nix, which would need a file.
    ///
    /// # Errors
    /// See [`Rules::load_within`].
    pub fn load_text(text: &str, path: &Path, folders: &[PathBuf]) -> Result<Self> {
        match evaluate::text(path, text, folders) {
            Ok(EvaluatedRules { files, others, names, read }) => {
                Ok(Self { path: path.to_owned(), files, others, names, read })
            }
            Err(evaluate::Stop::Wrong(error)) => Err(error),
            Err(evaluate::Stop::NeedsNix { construct, at }) => {
                let message =
                    shown!("{} needs Nix itself, which cannot read rules from a pipe", Setting::shown(construct));
                Err(at.named(Error::new(ErrorKind::Rules, message), path).hint("write the rules to a file"))
            }
        }
    }

    /// A line with the rule of a new file, with the recipients of the last rule if their keys have names.
    pub fn line(&self, name: &str) -> String {
        let newest = self.files.values().rev().find_map(|rule| rule.as_ref().ok());
        let keys = newest.map(|rule| rule.keys.as_slice()).unwrap_or_default();
        let names: Option<Vec<&str>> = keys.iter().map(|key| self.names.of(key)).collect();
        let listed = names.filter(|names| !names.is_empty()).map_or("…".to_owned(), |names| names.join(" "));
        format!("\"{name}\".publicKeys = [ {listed} ];")
    }

    /// The text of the rules with one for the file `name`, in the style of the others. Evaluating the text verifies
    /// that it contains the old rules and the new one.
    ///
    /// # Errors
    /// `rules` if no such text can be found; `usage` for an unknown recipient; `io`.
    pub fn with_rule(&self, name: &str, new: &NewRule<'_>) -> Result<String> {
        let text = input::read_text(&self.path, Limit::Settings)
            .map_err(|error| Error::io("cannot read the rules", &error).in_file(self.path.display()))?;
        let added = match new {
            NewRule::Like(other) => {
                let keys = self
                    .files
                    .get(*other)
                    .and_then(|rule| rule.as_ref().ok())
                    .map(|rule| rule.keys.clone())
                    .ok_or_else(|| {
                        Error::new(
                            ErrorKind::Usage,
                            shown!("the rules do not list the file `{}`", FileName::shown(*other)),
                        )
                    })?;
                self.extended(&text, name, other, None, &keys)
            }
            NewRule::For(recipients) => match insertion::written_out(&text).pop() {
                None => None,
                Some(template) => {
                    let ways = recipients.iter().map(|one| self.way(&text, name, &template, one));
                    let (ways, keys): (Vec<String>, Vec<String>) =
                        ways.collect::<Result<Vec<_>>>()?.into_iter().unzip();
                    self.extended(&text, name, &template, Some(&format!("[ {} ]", ways.join(" "))), &keys)
                }
            },
        };
        added.ok_or_else(|| {
            Error::new(ErrorKind::Rules, "the rule cannot be added safely, because the rules are computed")
                .in_file(self.path.display())
        })
    }

    /// The text with the rule, if it evaluates to the right rules.
    fn extended(&self, text: &str, name: &str, template: &str, list: Option<&str>, keys: &[String]) -> Option<String> {
        insertion::with_rule(text, name, template, list).filter(|added| self.is_extended_by(added, name, keys))
    }

    /// The expression for a recipient in a rule, and the key: its variable, its attribute, or the key itself.
    fn way(&self, text: &str, name: &str, template: &str, recipient: &str) -> Result<(String, String)> {
        let key = self.key(recipient)?;
        let ways = if key == *recipient { Vec::new() } else { insertion::ways_to_name(text, recipient) };
        let keys = std::slice::from_ref(&key);
        let means_it = |way: &String| self.extended(text, name, template, Some(&format!("[ {way} ]")), keys).is_some();
        let way = ways.into_iter().find(means_it).unwrap_or_else(|| format!("\"{key}\""));
        Ok((way, key))
    }

    /// The key with this name in the rules, or the public key itself.
    fn key(&self, recipient: &str) -> Result<String> {
        if recipient.starts_with("ssh-") || recipient.starts_with("age1") {
            return Ok(recipient.to_owned());
        }
        let found = self.names.iter().find(|(_, name)| *name == recipient).map(|(key, _)| key.to_owned());
        found.ok_or_else(|| {
            let mut names: Vec<&str> = self.names.iter().map(|(_, name)| name).collect();
            names.sort_unstable();
            Error::new(ErrorKind::Usage, shown!("the rules do not contain a key `{}`", RecipientName::shown(recipient)))
                .hint(shown!("they name: {}", Shown::join(names.into_iter().map(RecipientName::shown), ", ")))
        })
    }

    /// Whether the text evaluates to these rules and one more.
    fn is_extended_by(&self, text: &str, name: &str, keys: &[String]) -> bool {
        let Ok(extended) = Self::load_text(text, &self.path, &evaluate::own_folder(&self.path)) else { return false };
        let without_comment =
            |keys: &[String]| -> Vec<String> { keys.iter().map(|key| key.trim().to_owned()).collect() };
        let same = |(name, rule): (&String, &Result<Rule>)| match (rule, extended.files.get(name)) {
            (Ok(rule), Some(Ok(other))) => other.keys == rule.keys && other.armor == rule.armor,
            (Err(_), Some(Err(_))) => true,
            _ => false,
        };
        let new = extended.files.get(name).and_then(|rule| rule.as_ref().ok());
        extended.files.len() == self.files.len() + 1
            && self.files.iter().all(same)
            && new.is_some_and(|new| without_comment(&new.keys) == without_comment(keys))
    }
}

#[cfg(test)]
mod tests;
