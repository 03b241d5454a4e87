//! Which file is meant.

use std::path::{Component, Path, PathBuf};

use super::discovery::Workspace;
use crate::error::{Error, Kind, Result};
use crate::input;

/// A file, as the user named it and as it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Where it is (absolute; it may not exist yet).
    pub path: PathBuf,
    /// As a person in the current folder would write it.
    pub display: String,
}

impl Target {
    /// What has no name and no place: stdin, or bytes that a program holds.
    pub fn unnamed() -> Self {
        Self { path: PathBuf::new(), display: String::new() }
    }

    /// Where the file itself is, symbolic links followed.
    pub fn place(&self) -> PathBuf {
        self.path.canonicalize().unwrap_or_else(|_| self.path.clone())
    }
}

impl Workspace {
    /// Finds the file meant by `name`: a path, or a name in secrets.nix, with or without `.age`; relative to the current
    /// folder first, then to secrets.nix. A file that does not exist is found only if the rules name it: for that they are
    /// evaluated, so what only reads files asks for [`Workspace::file`].
    ///
    /// # Errors
    /// `io`, when there is no such file; the nearest names are suggested. `rules`, when the rules are named and missing: what
    /// they and the settings beside them say of the file would be lost in silence.
    pub fn target(&self, name: &str) -> Result<Target> {
        self.refuse_missing_rules()?;
        if let Some(found) = self.existing(name) {
            return Ok(found);
        }
        let spellings = spellings(name);
        if self.rules_path().is_some()
            && let Some(rule) =
                spellings.iter().find(|spelling| self.rule_for(&self.current().join(spelling)).is_some())
        {
            return Ok(self.named(&self.current().join(rule)));
        }
        if self.rules_path().is_some()
            && let Some(rule) = spellings
                .into_iter()
                .find(|spelling| self.rules().is_ok_and(|rules| rules.files.contains_key(spelling)))
            && let Some(folder) = self.rules_folder()
        {
            return Ok(self.named(&folder.join(rule)));
        }
        let new = self.named(&self.current().join(name));
        if self.sops_rules()?.is_some() && self.rule(&new).is_ok_and(|rule| rule.is_some()) {
            return Ok(new);
        }
        Err(self.no_such_file(name))
    }

    /// Finds the file meant by `name`, as [`Workspace::target`] does, without evaluating the rules: a file that does not exist
    /// is found only if its name is written out in them.
    ///
    /// # Errors
    /// `io`, when there is no such file; the nearest names are suggested. `rules`, when the rules are named and missing.
    pub fn file(&self, name: &str) -> Result<Target> {
        self.refuse_missing_rules()?;
        let written = || self.candidates(name).into_iter().find(|path| self.names(path)).map(|path| self.named(&path));
        self.existing(name).or_else(written).ok_or_else(|| self.no_such_file(name))
    }

    /// The existing file meant by `name`, if there is one; the rules are not evaluated.
    pub fn existing(&self, name: &str) -> Option<Target> {
        if input::is_descriptor(Path::new(name)) {
            return Some(Target { path: name.into(), display: name.to_owned() });
        }
        self.candidates(name).into_iter().find(|path| path.is_file()).map(|path| self.named(&path))
    }

    /// Where a file called `name` may be, in the order of preference.
    pub fn candidates(&self, name: &str) -> Vec<PathBuf> {
        let folders = [Some(self.current()), self.rules_folder()];
        let spellings = spellings(name);
        folders.into_iter().flatten().flat_map(|folder| spellings.iter().map(|name| folder.join(name))).collect()
    }

    /// Every file of the rules, present or not, in the rules' order.
    ///
    /// # Errors
    /// `rules`, when there are none or they cannot be evaluated.
    pub fn targets(&self) -> Result<Vec<Target>> {
        let folder = self.rules_folder().unwrap_or(self.current());
        let names = self.rules()?.files.keys();
        Ok(names.map(|name| self.named(&folder.join(name))).collect())
    }

    /// The target of a path.
    pub fn named(&self, path: &Path) -> Target {
        let path = without_dots(path);
        Target { display: self.display(&path), path }
    }

    /// The name under which the rules know `path`. Rules that cannot be evaluated name nothing; what needs them reports that.
    pub fn rule_for(&self, path: &Path) -> Option<String> {
        let folder = self.rules_folder()?;
        let path = without_dots(path);
        let rules = self.rules().ok()?;
        let name = path.strip_prefix(without_dots(folder)).ok()?.to_str()?.to_owned();
        if rules.files.contains_key(&name) {
            return Some(name);
        }
        // `"./x.age"` in the rules means the same file.
        rules.files.keys().find(|key| without_dots(&folder.join(key)) == path).cloned()
    }

    /// There is no file called `name`; says which ones are like it.
    pub fn no_such_file(&self, name: &str) -> Error {
        let irregular = self.candidates(name).into_iter().find_map(|path| input::irregular(&path));
        if let Some(kind) = irregular {
            return Error::new(Kind::Io, format!("{name} is {kind}")).in_file(name);
        }
        let error = Error::new(Kind::Io, format!("there is no file {name}")).in_file(name);
        let known: Vec<String> = self.encrypted().iter().map(|target| target.display.clone()).collect();
        let known = known.into_iter().chain(self.written_names()).collect::<Vec<_>>();
        let nearest = known
            .iter()
            .map(|candidate| {
                (strsim::jaro_winkler(candidate.trim_end_matches(".age"), name.trim_end_matches(".age")), candidate)
            })
            .filter(|(similarity, _)| *similarity > 0.75)
            .max_by(|left, right| left.0.total_cmp(&right.0));
        match nearest {
            Some((_, candidate)) => error.hint(format!("did you mean {candidate}?")),
            None if self.rules_path().is_some() => {
                error.hint("a file that does not exist yet must first be named in secrets.nix")
            }
            None => error.hint("no secrets.nix was found either; -C DIR or --rules FILE says where to look"),
        }
    }
}

/// A name with and without `.age`.
fn spellings(name: &str) -> [String; 2] {
    [name.to_owned(), format!("{name}.age")]
}

/// Takes `.` and `..` out without asking the file system, so that symbolic links stay what they are.
pub(super) fn without_dots(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}
