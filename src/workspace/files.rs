//! The existing encrypted files and their settings, found without evaluating the rules.
//!
//! Commands that only read must not run what a repository contains, so the rules are searched as text.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::config::{Config, FileSettings};
use super::discovery::{Workspace, no_rules};
use super::document_name::splits;
use super::glob;
use super::target::Target;
use super::without_dots::without_dots;
use crate::error::Result;
use crate::input::{self, Limit};
use crate::lines;
use crate::rules;

/// Folders without sources: git's own, and build output.
const SKIPPED: [&str; 6] = [".git", "target", "node_modules", ".direnv", "result", ".jj"];
/// The maximum number of Nix files named by the rules that are searched.
const IMPORTS: usize = 32;

impl Workspace {
    /// The settings of a file in agepatch.toml: by its name relative to the rules, or else as it is displayed.
    ///
    /// # Errors
    /// `rules` if agepatch.toml cannot be read.
    pub(crate) fn file_settings(&self, target: &Target) -> Result<FileSettings> {
        if target.is_value() {
            return self.value_settings(target);
        }
        Ok(self.settings_in(self.config()?, target))
    }

    /// The settings of a file in `config`, used instead of the repository's.
    pub(crate) fn settings_in(&self, config: &Config, target: &Target) -> FileSettings {
        let folder = without_dots(self.rules_folder().unwrap_or(&config.folder));
        let relative = target.path.strip_prefix(&folder).ok().and_then(Path::to_str).filter(|name| !name.is_empty());
        let same = |name: &String| without_dots(&folder.join(name)) == target.path;
        let by_path = || config.files.iter().find(|(name, _)| same(name)).map(|(_, settings)| settings);
        let found = relative.and_then(|name| config.file(name)).or_else(by_path);
        let found = found.or_else(|| config.file(&target.display));
        let by_pattern = || {
            let names = [relative, Some(target.display.as_str())];
            let matches = |pattern: &String| names.into_iter().flatten().any(|name| glob::matches(pattern, name));
            config.files.iter().find(|(pattern, _)| matches(pattern)).map(|(_, settings)| settings)
        };
        found.or_else(by_pattern).cloned().unwrap_or_default()
    }

    /// The settings of a document inside a value, by any name of its file.
    fn value_settings(&self, target: &Target) -> Result<FileSettings> {
        let config = self.config()?;
        let folder = without_dots(self.rules_folder().unwrap_or(&config.folder));
        let file = target.file();
        let same = |name: &str| name == file.display || is_called(&folder, name, &target.path);
        let relative = target.path.strip_prefix(&folder).ok().and_then(Path::to_str);
        let names = [relative, Some(file.display.as_str())];
        let matches = |pattern: &str| names.into_iter().flatten().any(|name| glob::matches(pattern, name));
        let found = config.value(same, &target.inner).or_else(|| config.value(matches, &target.inner));
        Ok(found.cloned().unwrap_or_default())
    }

    /// The file in the settings whose last path component is `name`, or which has a value in the settings.
    pub(crate) fn with_last_name(&self, name: &str) -> Option<Target> {
        let folder = self.rules_folder().unwrap_or(self.current());
        let keys = self.config().ok()?.files.keys();
        let mut names = keys.flat_map(|key| splits(key).map(|(file, _)| file));
        let same = |path: &&str| {
            let last = Path::new(path).file_name().and_then(|last| last.to_str()).unwrap_or_default();
            last == name || name.strip_suffix(".age") == Some(last)
        };
        names.find(same).map(|path| Target { display: name.to_owned(), ..self.named(&folder.join(path)) })
    }

    /// The existing encrypted files: those named in the text of the rules or in the settings, then every `.age` file
    /// below the folder of the rules.
    pub(crate) fn encrypted(&self) -> Vec<Target> {
        let folder = self.names_folder().unwrap_or(self.current());
        let mut below = Vec::new();
        if self.rules_path().is_some() {
            age_files(folder, &mut below);
        }
        below.sort();
        // Those were seen, and need no other look.
        let is_there = |path: &PathBuf| below.binary_search(path).is_ok() || is_encrypted(path);
        let with_ending = |name: String| {
            let ending = Some(format!("{name}.age")).filter(|_| name.strip_suffix(".age").is_none());
            ending.into_iter().chain([name]).map(|name| folder.join(name))
        };
        let mut found: Vec<PathBuf> = self.written_names().into_iter().flat_map(with_ending).filter(is_there).collect();
        found.extend(below);
        let mut seen = HashSet::new();
        found.into_iter().map(|path| self.named(&path)).filter(|target| seen.insert(target.path.clone())).collect()
    }

    /// The files below the folder of `.sops.yaml` that its creation rules cover, sorted, each with whether it looks
    /// like a sops file. A rule without `path_regex` covers every file, so for those only sops files are listed.
    ///
    /// # Errors
    /// `rules` if `.sops.yaml` cannot be read or applied.
    pub(crate) fn sops_files(&self) -> Result<Vec<(Target, bool)>> {
        let Some(rules) = self.sops_rules()? else { return Ok(Vec::new()) };
        let mut paths = Vec::new();
        files(rules.folder(), &mut |path| path.extension().is_none_or(|extension| extension != "age"), &mut paths);
        paths.sort();
        let mut found = Vec::new();
        for path in paths.into_iter().filter(|path| *path != rules.path) {
            let Some(rule) = rules.rule_for(&path)? else { continue };
            let encrypted = input::read(&path, Limit::Secret).is_ok_and(|bytes| is_sops(&bytes));
            if encrypted || rule.sops.is_some_and(|rule| !rule.covers_all) {
                found.push((self.named(&path), encrypted));
            }
        }
        Ok(found)
    }

    /// The sops files below the repository (or the folder of the rules or settings), recognised by content, whatever
    /// the rules cover.
    pub(crate) fn sops_by_content(&self) -> Vec<Target> {
        let mut found = Vec::new();
        files(&self.root(), &mut |path| has_sops_metadata(path), &mut found);
        found.sort();
        found.into_iter().map(|path| self.named(&path)).collect()
    }

    /// Like [`Workspace::encrypted`], for commands that need rules.
    ///
    /// # Errors
    /// `rules` if there are none.
    pub(crate) fn encrypted_by_rules(&self) -> Result<Vec<Target>> {
        self.refuse_missing_rules()?;
        if self.rules_path().is_none() {
            return Err(no_rules());
        }
        Ok(self.encrypted())
    }

    /// Whether the text of the rules or the settings contain this path.
    pub(crate) fn names(&self, path: &Path) -> bool {
        let Some(folder) = self.names_folder() else { return false };
        let all = || self.written_names().iter().map(|name| without_dots(&folder.join(name))).collect();
        self.written_paths.get_or_init(all).contains(&without_dots(path))
    }

    /// Every file name written out in the rules or settings, along with anything else in quotes.
    pub(crate) fn written_names(&self) -> Vec<String> {
        let names = self.names_in_rules().into_iter();
        let settings = self.config().map(|config| config.files.keys().cloned().collect()).unwrap_or_default();
        names.chain::<Vec<String>>(settings).collect()
    }

    /// Every quoted text in the rules that may be a file name.
    pub(super) fn names_in_rules(&self) -> Vec<String> {
        let text = self.rules_text().unwrap_or_default();
        rules::literals(&text).filter(|name| !name.contains(char::is_whitespace)).collect()
    }

    /// The texts of the rules and of the Nix files beside them that they name.
    pub(crate) fn rules_texts(&self) -> Vec<String> {
        self.rules_sources().into_iter().map(|(_, text)| text).collect()
    }

    /// The age keys written in the rules and in the Nix files that they name.
    pub(crate) fn listed_age_keys(&self) -> Vec<String> {
        let texts = self.rules_texts();
        let keys = texts.iter().flat_map(|text| rules::literals(text)).map(|key| key.trim().to_owned());
        keys.filter(|key| key.starts_with("age1")).collect()
    }

    /// The file, line, and column of a text in the rules or in the Nix files that they name.
    pub(crate) fn written_at(&self, text: &str) -> Option<(PathBuf, usize, usize)> {
        self.rules_sources().into_iter().find_map(|(path, source)| {
            let (line, column) = lines::line_column(&source, source.find(text)?);
            Some((path, line, column))
        })
    }

    /// The rules and the Nix files beside them that they name, with their texts.
    fn rules_sources(&self) -> Vec<(PathBuf, String)> {
        let (Some(path), Some(folder)) = (self.rules_path(), self.rules_folder()) else { return Vec::new() };
        let Some(text) = self.rules_text() else { return Vec::new() };
        let root = self.root();
        let real = |path: PathBuf| path.canonicalize().ok().filter(|path| path.starts_with(&root));
        let is_nix = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "nix");
        let named = rules::paths(&text).map(|path| folder.join(path)).filter(is_nix);
        let named = named.filter_map(real).filter_map(|path| text_of(&path).map(|text| (path, text))).take(IMPORTS);
        let named: Vec<(PathBuf, String)> = named.collect();
        std::iter::once((path.to_owned(), text)).chain(named).collect()
    }

    /// The folder that nothing may leave without consent: the repository, or else the folder of the rules or settings,
    /// with symbolic links resolved.
    pub(crate) fn root(&self) -> PathBuf {
        let settings = self.settings_path();
        let beside = || self.rules_folder().or_else(|| settings.parent().filter(|_| self.has_own_settings()));
        let root = self.top().or_else(beside).unwrap_or(self.current());
        root.canonicalize().unwrap_or_else(|_| root.to_owned())
    }
}

/// The text of a rules file, if it can be read.
fn text_of(path: &Path) -> Option<String> {
    input::read_text(path, Limit::Settings).ok()
}

/// Whether the file is named `.age`, or starts like an age file.
fn is_encrypted(path: &Path) -> bool {
    use std::io::Read;
    const START: [&[u8]; 2] = [b"age-encryption.org/", b"-----BEGIN AGE"];
    if !path.is_file() {
        return false;
    }
    if path.extension().is_some_and(|ending| ending == "age") {
        return true;
    }
    let mut start = Vec::new();
    let read = input::open(path).and_then(|file| file.take(32).read_to_end(&mut start));
    read.is_ok() && START.iter().any(|expected| start.starts_with(expected))
}

/// Every `.age` file below the folder; links to folders are not followed.
pub(crate) fn age_files(folder: &Path, found: &mut Vec<PathBuf>) {
    files(folder, &mut |path| path.extension().is_some_and(|extension| extension == "age"), found);
}

/// Every file below the folder named like the rules of agenix; links to folders are not followed.
pub(crate) fn rules_files(folder: &Path, found: &mut Vec<PathBuf>) {
    files(folder, &mut |path| path.file_name().is_some_and(|name| name == super::discovery::RULES_FILE), found);
}

/// The `wanted` files below the folder; links are not followed.
fn files(folder: &Path, wanted: &mut dyn FnMut(&Path) -> bool, found: &mut Vec<PathBuf>) {
    // Skip folders that cannot be listed.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
        let skipped = SKIPPED.iter().any(|name| entry.file_name() == *name);
        if kind.is_dir() && !skipped {
            files(&path, wanted, found);
        } else if kind.is_file() && wanted(&path) {
            found.push(path);
        }
    }
}

/// Whether the settings, relative to `folder`, give the file this name, with or without `.age`.
fn is_called(folder: &Path, name: &str, path: &Path) -> bool {
    let spellings = [name.to_owned(), format!("{name}.age")];
    spellings.iter().any(|name| without_dots(&folder.join(name)) == path)
}

/// Whether a content has the mark of a sops file: metadata with an encrypted MAC.
fn is_sops(bytes: &[u8]) -> bool {
    let has = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    has(b"ENC[AES256_GCM,") && has(b"sops") && has(b"lastmodified")
}

/// Whether the file has a usual extension of sops files, and their metadata.
fn has_sops_metadata(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["yaml", "yml", "json", "env", "ini"].contains(&ending)
        && input::read(path, Limit::Secret).is_ok_and(|bytes| is_sops(&bytes))
}
