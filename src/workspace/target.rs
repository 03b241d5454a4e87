//! The file or document that a name refers to.

use std::path::{Component, Path, PathBuf};

use super::discovery::Workspace;
use crate::document::{self, Format};
use crate::error::{Error, ErrorKind, Result};
use crate::input;
use crate::rules::Rules;
use crate::shown;
use crate::shown::{FileName, Part, Setting, Showable, Shown};

/// A file, as the user named it and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Its absolute path; it may not exist yet.
    pub path: PathBuf,
    /// Its name as a person in the current folder would write it.
    pub display: String,
    /// The path from the file's text to the document: a string value in it, a value in that, and so on.
    pub inner: Vec<Inner>,
}

/// A string value that contains a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inner {
    /// Its place in the outer text, as an agepatch path or a pointer.
    pub path: String,
    /// The format of the outer text, if the settings define it.
    pub outer_format: Option<Format>,
}

/// The name by which the user knows it.
impl Showable for Target {
    fn part(&self) -> Part<'_> {
        FileName::shown(&self.display).into()
    }
}

impl Target {
    /// A target without name and path, for stdin or bytes in memory.
    pub(crate) fn unnamed() -> Self {
        Self::from_name(PathBuf::new(), String::new())
    }

    pub(crate) fn from_name(path: PathBuf, display: String) -> Self {
        Self { path, display, inner: Vec::new() }
    }

    /// The document inside the string value at `path` of this one.
    #[must_use]
    pub(crate) fn within(mut self, path: &str) -> Self {
        self.display = format!("{}#{path}", self.display);
        self.inner.push(Inner { path: path.to_owned(), outer_format: None });
        self
    }

    /// The document at the end of this path, `PATH#PATH…`.
    #[must_use]
    pub(crate) fn within_all(self, inner: &str) -> Self {
        steps(inner).into_iter().fold(self, Self::within)
    }

    /// Whether it is a document inside a value.
    pub(crate) fn is_value(&self) -> bool {
        !self.inner.is_empty()
    }

    /// The file that contains it.
    #[must_use]
    pub(crate) fn file(&self) -> Self {
        let suffix: usize = self.inner.iter().map(|inner| inner.path.len() + 1).sum();
        let display = self.display[..self.display.len() - suffix].to_owned();
        Self { path: self.path.clone(), display, inner: Vec::new() }
    }

    /// The name that suggests format and schema: for a value, its last key.
    pub(crate) fn document_name(&self) -> String {
        let Some(inner) = self.inner.last() else { return self.display.clone() };
        document::Path::parse(&inner.path)
            .ok()
            .and_then(|path| path.last_key().map(str::to_owned))
            .unwrap_or_else(|| inner.path.clone())
    }

    /// Its name in the settings after that of the file.
    pub(crate) fn suffix(&self) -> String {
        self.inner.iter().map(|inner| format!("#{}", inner.path)).collect()
    }

    /// Whether both are the same document under different names.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let paths = |target: &Self| -> Vec<_> {
            target
                .inner
                .iter()
                .map(|inner| document::Path::parse(&inner.path).map_err(|_| inner.path.clone()))
                .collect()
        };
        (self.path == other.path || self.place() == other.place()) && paths(self) == paths(other)
    }

    /// The file's path with symbolic links resolved.
    pub(crate) fn place(&self) -> PathBuf {
        self.path.canonicalize().unwrap_or_else(|_| self.path.clone())
    }
}

impl Workspace {
    /// Finds the file called `name`: a path, or a name in secrets.nix, with or without `.age`; relative to the current
    /// folder first, then to secrets.nix. A file that does not exist is found only if the rules list it. That requires
    /// evaluating them, so commands that only read use [`Workspace::file`]. `FILE#PATH` means the document inside a
    /// value of FILE, unless there is a file of that name.
    ///
    /// # Errors
    /// `io` if there is no such file, with the nearest names. `rules` if the user named rules that do not exist, since
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

    /// The error for a file that does not exist and cannot be created. The rules of secrets.nix are for files named
    /// `*.age`.
    ///
    /// # Errors
    /// `no-recipient` if `.sops.yaml` cannot be read or applied.
    fn no_recipients(&self, name: &str) -> Result<Error> {
        let missing = self.no_such_file(name);
        let path = self.named(&self.current().join(name)).path;
        let is_age = path.extension().is_some_and(|extension| extension == "age");
        if is_age || input::irregular(&path).is_some() {
            return Ok(missing);
        }
        let file = FileName::shown(name);
        let refused = |why: &'static str| {
            let message = shown!("{}, so the recipients of {} are unknown", why, file);
            Error::new(ErrorKind::NoRecipient, message).in_file(file.clone())
        };
        match self.has_sops_rules() {
            true => {
                self.sops_rule(&path)?;
                let near = self.nearest(name).map(|near| shown!("did you mean {}?", FileName::shown(near)));
                let rule = self.sops_rules()?.map(|rules| rules.suggestion(&path)).unwrap_or_default();
                let rule = rule.into_iter().map(Setting::shown);
                let error = refused("no creation rule in .sops.yaml matches the new file");
                Ok(error.hints(near.into_iter().chain(rule)))
            }
            false if self.rules_path().is_none() => {
                let named = Shown::fixed("add the file to .sops.yaml or secrets.nix");
                let error = refused("there is no .sops.yaml and no secrets.nix");
                Ok(error.hint(missing.shown_hint().unwrap_or(&named)))
            }
            false => Ok(missing),
        }
    }

    /// `FILE#` without a path; `None` if it is anything else.
    fn no_path(&self, name: &str) -> Option<Error> {
        let file = name.strip_suffix('#').filter(|file| self.existing(file).is_some())?;
        let error = Error::new(ErrorKind::Usage, "no path after `#`").in_file(FileName::shown(file));
        Some(error.hint("FILE#PATH is the document inside the string value at PATH"))
    }

    /// Whether a creation rule covers the file only because it covers every file.
    pub(crate) fn is_covered_only(&self, target: &Target) -> bool {
        let rule = self.rule(target).ok().flatten().and_then(|rule| rule.sops);
        rule.is_some_and(|rule| rule.covers_all)
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
    /// `io` if there is no such file, with the nearest names. `rules` if the user named rules that do not exist.
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

    /// The error for a file that does not exist, with similar names.
    pub(crate) fn no_such_file(&self, name: &str) -> Error {
        let irregular = self.candidates(name).into_iter().find_map(|path| input::irregular(&path));
        let file = FileName::shown(name);
        if let Some(kind) = irregular {
            return Error::new(ErrorKind::Io, shown!("{} is {}", file, kind)).in_file(file);
        }
        let error = Error::new(ErrorKind::Io, shown!("no such file: {}", file)).in_file(file);
        match self.nearest(name) {
            Some(candidate) => error.hint(shown!("did you mean {}?", FileName::shown(candidate))),
            None if self.rules_path().is_some() => {
                let name = name.trim_end_matches(".age");
                let line = self.rules().map(|rules| rules.line(&format!("{name}.age")));
                let line = line.map(|line| shown!("; the line is: {}", Setting::shown(line))).unwrap_or_default();
                let name = FileName::shown(name);
                error.hint(shown!("`agepatch new {}` adds it to secrets.nix and creates it{}", name, line))
            }
            None if self.has_sops_rules() => error.hint("`agepatch status` lists the encrypted files"),
            None => error.hint("no secrets.nix was found either; -C DIR or --rules FILE sets where to look"),
        }
    }

    /// The encrypted file whose name is most like this one.
    fn nearest(&self, name: &str) -> Option<String> {
        let sops = if self.has_sops_rules() { self.sops_by_content() } else { Vec::new() };
        let known = self.encrypted().into_iter().chain(sops).map(|target| target.display);
        let stem = |name: &str| name.trim_end_matches(".age").to_owned();
        known
            .chain(self.written_names())
            .map(|candidate| {
                // A bare name may be that of a file in a folder, without its extension.
                let last = Path::new(&candidate).file_stem().and_then(|last| last.to_str()).unwrap_or_default();
                let alike = |candidate: &str| strsim::jaro_winkler(candidate, &stem(name));
                (alike(&stem(&candidate)).max(alike(last)), candidate)
            })
            .filter(|(similarity, _)| *similarity > 0.75)
            .max_by(|left, right| left.0.total_cmp(&right.0))
            .map(|(_, candidate)| candidate)
    }
}

/// A name with and without `.age`.
fn spellings(name: &str) -> [String; 2] {
    [name.to_owned(), format!("{name}.age")]
}

/// The part before the first `#`.
pub(crate) fn file_part(name: &str) -> &str {
    name.split('#').next().filter(|file| !file.is_empty()).unwrap_or(name)
}

/// The file that `find` returns for this name, or else the document inside one of its values, for a name with a `#`.
fn inside(name: &str, find: impl Fn(&str) -> Option<Target>) -> Option<Target> {
    splits(name).find_map(|(file, inner)| Some(find(file)?.within_all(inner)))
}

/// What a name may mean: a file, or a file and the way to a document inside it.
pub(super) fn splits(name: &str) -> impl Iterator<Item = (&str, &str)> {
    let inside = name.rmatch_indices('#').map(|(at, _)| (&name[..at], &name[at + 1..]));
    std::iter::once((name, "")).chain(inside.filter(|(file, inner)| !file.is_empty() && !steps(inner).is_empty()))
}

/// The document that `FILE#PATH` names, and the path in it: `host.yaml#app-env` and `TOKEN` of `host.yaml#app-env#TOKEN`. `None`
/// without a path.
pub(crate) fn document_and_path(place: &str) -> Option<(&str, &str)> {
    let (_, inner) = place.split_once('#')?;
    let path = steps(inner).pop()?;
    let document = place.strip_suffix(path)?.strip_suffix('#')?;
    (!document.is_empty()).then_some((document, path))
}

/// Splits the part after `FILE#` into steps: a value, a value in that, and so on. A `#` in quotes or brackets is part
/// of a key.
pub(super) fn steps(inner: &str) -> Vec<&str> {
    let (mut found, mut begin, mut quote, mut depth) = (Vec::new(), 0, None, 0_usize);
    for (at, next) in inner.char_indices() {
        match (next, quote) {
            (_, Some(open)) => quote = Some(open).filter(|open| *open != next),
            ('"' | '\'', None) => quote = Some(next),
            ('[', None) => depth += 1,
            (']', None) => depth = depth.saturating_sub(1),
            ('#', None) if depth == 0 => {
                found.push(&inner[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    found.push(&inner[begin..]);
    found.retain(|step| !step.is_empty());
    found
}

/// Resolves `.` and `..` without the file system, so that symbolic links are preserved.
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
