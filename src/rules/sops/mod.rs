//! The rules in `.sops.yaml`: who may read each sops file, and which of its values are encrypted.

mod anchors;
mod config;
mod groups;
mod keys;
mod selectors;
mod suggestion;

use std::env;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::{Names, Rule};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::re2::Pattern;
use crate::shown;
use crate::shown::{Setting, Shown};

use config::{CreationRule, SopsConfig};
pub use keys::{KeyGroup, ServiceKey};
pub use selectors::{Comments, Selector, Selectors};

/// How many parent folders sops searches.
const MOST_FOLDERS: usize = 100;

/// The rules in `.sops.yaml`.
#[derive(Debug)]
pub struct SopsRules {
    /// The file.
    pub path: PathBuf,
    /// The names of the keys, from anchors.
    pub names: Names,
    rules: Vec<CreationRule>,
    /// The compiled `path_regex` of each rule that was needed so far.
    patterns: Vec<OnceLock<Result<Pattern, String>>>,
    indentation: config::Stores,
}

/// The creation rule of a file; its age recipients are also in [`Rule::keys`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SopsRule {
    /// The one-based number of the creation rule.
    pub number: usize,
    /// Whether it has no `path_regex`, and so covers every file that no earlier rule covers.
    pub covers_all: bool,
    /// The key groups. A rule without `key_groups` has one.
    pub groups: Vec<KeyGroup>,
    /// `shamir_threshold`, if it is set and not zero.
    pub threshold: Option<usize>,
    /// The selectors. Without one, sops writes `unencrypted_suffix: _unencrypted` into a new file.
    pub selectors: Selectors,
    /// `mac_only_encrypted`
    pub mac_only_encrypted: bool,
    /// The indentation of a new YAML file in spaces, if `stores` sets it.
    pub yaml_indent: Option<usize>,
    /// The indentation of a new JSON file in spaces, if `stores` sets it; sops' default is a tab.
    pub json_indent: Option<usize>,
}

impl SopsRule {
    /// The number of key groups needed to decrypt a file.
    pub fn needed(&self) -> usize {
        match self.groups.len() {
            0 | 1 => 1,
            groups => self.threshold.unwrap_or(groups),
        }
    }

    /// The age recipients by group, to encrypt a data key.
    ///
    /// # Errors
    /// `no-recipient` if a group is empty, or contains keys of a service to which agepatch cannot encrypt.
    pub fn recipients(&self) -> Result<Vec<Vec<String>>> {
        let number = self.number;
        for group in &self.groups {
            if let Some(key) = group.services.first() {
                let message = shown!(
                    "creation rule {} names a key for {}; agepatch encrypts to age recipients only",
                    number,
                    key
                );
                return Err(Error::new(ErrorKind::NoRecipient, message).hint("use sops for this file"));
            }
            if group.age.is_empty() {
                let message = shown!("creation rule {} has a key group without a recipient", number);
                return Err(Error::new(ErrorKind::NoRecipient, message));
            }
        }
        Ok(self.groups.iter().map(|group| group.age.clone()).collect())
    }
}

impl SopsRules {
    /// The name of the file. sops ignores `.sops.yml`.
    pub const FILE_NAME: &str = ".sops.yaml";

    /// The file that sops would use: the one in `SOPS_CONFIG`, or else the nearest from `current` upward, not beyond
    /// `root`.
    pub fn find(current: &Path, root: Option<&Path>) -> Option<PathBuf> {
        match env::var_os("SOPS_CONFIG").filter(|named| !named.is_empty()) {
            Some(named) => Some(current.join(named)),
            None => Self::search(current, root),
        }
    }

    fn search(current: &Path, root: Option<&Path>) -> Option<PathBuf> {
        let within = |folder: &&Path| root.is_none_or(|root| folder.starts_with(root));
        let folders = current.ancestors().take(MOST_FOLDERS).take_while(within);
        folders.map(|folder| folder.join(Self::FILE_NAME)).find(|path| path.is_file())
    }

    /// Reads the file.
    ///
    /// # Errors
    /// `rules`, with file, line, and column, if it is not a sops configuration; `io` if it cannot be read.
    pub fn load(path: &Path) -> Result<Self> {
        let path = std::path::absolute(path).map_err(|error| Error::io("cannot locate .sops.yaml", &error))?;
        let named = |error: Error| error.in_file(path.display());
        let bytes = input::read(&path, Limit::Settings)
            .map_err(|error| named(Error::io("cannot read the sops rules", &error)))?;
        let text =
            str::from_utf8(&bytes).map_err(|_| named(Error::new(ErrorKind::Rules, "the sops rules are not UTF-8")))?;
        Self::parse(path.clone(), text).map_err(named)
    }

    /// Parses the rules in a text, as if it were the file at `path`.
    ///
    /// # Errors
    /// `rules`, with line and column.
    pub fn parse(path: PathBuf, text: &str) -> Result<Self> {
        let SopsConfig { creation_rules, stores } = SopsConfig::parse(text)?;
        let rules = creation_rules.unwrap_or_default();
        let patterns = rules.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { path, names: anchors::names(text), rules, patterns, indentation: stores.unwrap_or_default() })
    }

    /// The rule of a file, from the first creation rule that matches; `None` if no rule matches. `path` is absolute.
    ///
    /// # Errors
    /// `rules` if the `path_regex` of a rule before the match cannot be compiled, or the matching rule is
    /// contradictory.
    pub fn rule_for(&self, path: &Path) -> Result<Option<Rule>> {
        let relative = self.relative(path);
        for (index, rule) in self.rules.iter().enumerate() {
            if self.matches(index, rule, &relative)? {
                return self.rule(index, rule).map(Some).map_err(|error| error.in_file(self.path.display()));
            }
        }
        Ok(None)
    }

    /// Every creation rule, without contradictory ones.
    pub fn all(&self) -> impl Iterator<Item = Rule> {
        self.rules.iter().enumerate().filter_map(|(index, rule)| self.rule(index, rule).ok())
    }

    /// The one-based number of each creation rule, with its `path_regex`.
    pub fn path_regexes(&self) -> impl Iterator<Item = (usize, Option<&str>)> {
        let numbered = self.rules.iter().enumerate();
        numbered.map(|(index, rule)| (index + 1, rule.path_regex.as_deref().filter(|pattern| !pattern.is_empty())))
    }

    /// The folder that paths in the rules are relative to.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// The path as sops matches it: relative to the folder of the rules if it is below, otherwise absolute.
    fn relative(&self, path: &Path) -> String {
        let real = |path: &Path| path.canonicalize().ok();
        let below = path.strip_prefix(self.folder()).ok().map(Path::to_owned).or_else(|| {
            let (folder, parent, name) = (real(self.folder())?, real(path.parent()?)?, path.file_name()?);
            parent.join(name).strip_prefix(folder).ok().map(Path::to_owned)
        });
        below.as_deref().unwrap_or(path).to_string_lossy().into_owned()
    }

    fn matches(&self, index: usize, rule: &CreationRule, path: &str) -> Result<bool> {
        let Some(pattern) = rule.path_regex.as_deref().filter(|pattern| !pattern.is_empty()) else { return Ok(true) };
        let compiled = self.patterns[index].get_or_init(|| Pattern::new(pattern));
        compiled.as_ref().map(|compiled| compiled.is_match(path)).map_err(|why| {
            Error::new(
                ErrorKind::Rules,
                shown!("the `path_regex` of creation rule {} cannot be used: {}", index + 1, Setting::shown(why)),
            )
            .in_file(self.path.display())
        })
    }

    fn rule(&self, index: usize, rule: &CreationRule) -> Result<Rule> {
        let number = index + 1;
        let wrong = |what: Shown| Error::new(ErrorKind::Rules, shown!("creation rule {}: {}", number, what));
        let selectors = rule.selectors();
        selectors.refuse_several().map_err(wrong)?;
        let groups = rule.groups().map_err(wrong)?;
        let threshold = rule.shamir_threshold.unwrap_or_default();
        let threshold = usize::try_from(threshold)
            .map_err(|_| wrong(shown!("`shamir_threshold` is {}, which is negative", threshold)))?;
        let keys = groups.iter().flat_map(|group| group.age.iter().cloned()).collect();
        let sops = SopsRule {
            number,
            covers_all: rule.path_regex.as_deref().is_none_or(str::is_empty),
            groups,
            threshold: (threshold > 0).then_some(threshold),
            selectors,
            mac_only_encrypted: rule.mac_only_encrypted.unwrap_or_default(),
            yaml_indent: self.indentation.yaml(),
            json_indent: self.indentation.json(),
        };
        Ok(Rule { keys, armor: None, sops: Some(sops) })
    }
}

#[cfg(test)]
mod tests;
