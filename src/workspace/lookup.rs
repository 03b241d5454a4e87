//! Finds the file or document that a name refers to.

use std::path::{Path, PathBuf};

use super::discovery::Workspace;
use super::document_name::{file_part, splits};
use super::target::Target;
use super::without_dots::without_dots;
use crate::error::{ErrorKind, Result};
use crate::input;
use crate::rules::Rules;

/// A name that no file has, and no creation rule means.
const NO_NAME: &str = "\u{f8ff}";

impl Workspace {
    /// Finds the file called `name`: a path, or a name in secrets.nix, with or without `.age`; relative to the current
    /// folder first, then to secrets.nix. A file that does not exist is found only if the rules list it. That requires
    /// evaluating them, so commands that only read use [`Workspace::file`]. `FILE#PATH` means the document inside a
    /// value of FILE, unless there is a file of that name.
    ///
    /// # Errors
    /// `io` if the file does not exist, with the nearest names. `rules` if the user named rules that do not exist, since
    /// their settings would be ignored silently.
    pub(crate) fn target(&self, name: &str) -> Result<Target> {
        self.refuse_missing_rules()?;
        if let Some(found) = self.existing(name) {
            return Ok(found);
        }
        if let Some(error) = self.no_path(name) {
            return Err(error);
        }
        if let Some(found) = inside(name, |name| self.ruled(name)) {
            return Ok(found);
        }
        if self.sops_rules().is_ok_and(|rules| rules.is_some()) {
            let is_ruled = |target: &Target| self.rule(target).is_ok_and(|rule| rule.is_some());
            let new = |name: &str| Some(self.named(&self.current().join(name))).filter(is_ruled);
            if let Some(found) = inside(name, new) {
                return Ok(found);
            }
        }
        Err(self.no_recipients(file_part(name))?)
    }

    /// As [`Workspace::target`], for what cannot create the file: rules do not matter where there is none.
    ///
    /// # Errors
    /// As [`Workspace::target`], but `io` also where no rule names the file.
    pub(crate) fn known(&self, name: &str) -> Result<Target> {
        let missing = || self.no_such_file(file_part(name));
        match self.target(name) {
            Err(error) if error.kind() == ErrorKind::NoRecipient => Err(missing()),
            Ok(target) if !target.path.exists() && !self.names(&target.path) => Err(missing()),
            found => found,
        }
    }

    /// Whether a creation rule covers the file only because it covers every name in its folder, as a rule without
    /// `path_regex` does, or one with `.*`.
    pub(crate) fn is_covered_only(&self, target: &Target) -> bool {
        let number = |path: &Path| {
            let rule = self.rule(&self.named(path)).ok().flatten().and_then(|rule| rule.sops)?;
            Some(rule.number)
        };
        let rule = number(&target.path);
        rule.is_some() && rule == number(&target.path.with_file_name(NO_NAME))
    }

    /// The file that secrets.nix lists under this name.
    fn ruled(&self, name: &str) -> Option<Target> {
        self.rules_path()?;
        let spellings = spellings(name);
        let here = spellings.iter().find(|spelling| self.rule_for(&self.current().join(spelling)).is_some());
        if let Some(rule) = here {
            return Some(self.named(&self.current().join(rule)));
        }
        let known = |spelling: &String| self.rules().is_ok_and(|rules| rules.files.contains_key(spelling));
        let rule = spellings.into_iter().find(known)?;
        Some(self.named(&self.names_folder()?.join(rule)))
    }

    /// Finds the file called `name` like [`Workspace::target`], without evaluating the rules: a file that does not
    /// exist is found only if its name is written out in them.
    ///
    /// # Errors
    /// `io` if the file does not exist, with the nearest names. `rules` if the user named rules that do not exist.
    pub(crate) fn file(&self, name: &str) -> Result<Target> {
        self.refuse_missing_rules()?;
        let written =
            |name: &str| self.candidates(name).into_iter().find(|path| self.names(path)).map(|path| self.named(&path));
        let found = self.existing(name).or_else(|| inside(name, written));
        found.ok_or_else(|| self.no_path(name).unwrap_or_else(|| self.no_such_file(file_part(name))))
    }

    /// The existing file called `name`, or a document inside one of its values; does not evaluate the rules.
    pub(crate) fn existing(&self, name: &str) -> Option<Target> {
        inside(name, |name| {
            if input::is_descriptor(Path::new(name)) {
                return Some(Target::from_name(name.into(), name.to_owned()));
            }
            let places = self.candidates(name);
            // Include named pipes and devices, so that reading them reports what they are.
            let is_there =
                |path: &&PathBuf| path.exists() && (!path.is_dir() || path.extension().is_some_and(|end| end == "age"));
            let found = places.iter().find(|path| path.is_file()).or_else(|| places.iter().find(is_there));
            found.map(|path| self.named(path))
        })
    }

    /// The places where a file of this name may have been, each with the document in it.
    pub(crate) fn former(&self, name: &str) -> Vec<Target> {
        let meant = |(file, inner): (&str, &str)| -> Vec<Target> {
            let inside = |path: PathBuf| self.named(&path).within_all(inner);
            self.candidates(file).into_iter().map(inside).collect()
        };
        splits(name).flat_map(meant).collect()
    }

    /// Where a file called `name` may be, in the order of preference.
    pub(crate) fn candidates(&self, name: &str) -> Vec<PathBuf> {
        let folders = [Some(self.current()), self.names_folder()];
        let spellings = spellings(name);
        folders.into_iter().flatten().flat_map(|folder| spellings.iter().map(|name| folder.join(name))).collect()
    }

    /// Every file in secrets.nix, existing or not, in its order; then the existing sops files that `.sops.yaml` covers,
    /// sorted.
    ///
    /// # Errors
    /// `rules` if there are none or they cannot be evaluated.
    pub(crate) fn targets(&self) -> Result<Vec<Target>> {
        let mut targets = Vec::new();
        if self.rules_path().is_some() || self.sops_rules()?.is_none() {
            let folder = self.names_folder().unwrap_or(self.current());
            let names = self.rules()?.files.keys();
            targets.extend(names.map(|name| self.named(&folder.join(name))));
        }
        let covered = self.sops_files()?.into_iter().filter(|(_, encrypted)| *encrypted).map(|(target, _)| target);
        targets.extend(covered.filter(|target| !self.names(&target.path)));
        Ok(targets)
    }

    /// The target of a path.
    pub(crate) fn named(&self, path: &Path) -> Target {
        let path = without_dots(path);
        Target::from_name(path.clone(), self.display(&path))
    }

    /// The name of `path` in the rules. Rules that cannot be evaluated contain no names; commands that need them report
    /// the error.
    pub(crate) fn rule_for(&self, path: &Path) -> Option<String> {
        self.name_in(self.rules().ok()?, path)
    }

    /// The name of `path` in these rules, used instead of the repository's.
    pub(crate) fn name_in(&self, rules: &Rules, path: &Path) -> Option<String> {
        let folder = without_dots(self.names_folder()?);
        let path = without_dots(path);
        let below = path.strip_prefix(&folder).ok().and_then(Path::to_str);
        if let Some(name) = below.filter(|name| rules.files.contains_key(*name)) {
            return Some(name.to_owned());
        }
        // `"./x.age"` in the rules is the same file; `"../hosts/x.age"` and absolute names are others.
        rules.files.keys().find(|key| without_dots(&folder.join(key)) == path).cloned()
    }
}

/// A name with and without `.age`.
pub(super) fn spellings(name: &str) -> [String; 2] {
    [name.to_owned(), format!("{name}.age")]
}

/// The file that `find` returns for this name, or else the document inside one of its values, for a name with a `#`.
fn inside(name: &str, find: impl Fn(&str) -> Option<Target>) -> Option<Target> {
    splits(name).find_map(|(file, inner)| Some(find(file)?.within_all(inner)))
}
