//! The files that names on the command line refer to.

use std::path::Path;

use super::Context;
use super::formats::setting;
use crate::diff::name;
use crate::document::{self, Map, Pointer};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::schema::Schema;
use crate::shown;
use crate::shown::{KeyName, Shown};
use crate::workspace::Target;

impl Context {
    /// The file called `name`, or a document inside one of its values (`FILE#PATH`).
    ///
    /// # Errors
    /// See [`Workspace::target`](crate::workspace::Workspace::target).
    pub(crate) fn target(&self, name: &str) -> Result<Target> {
        let found = self.workspace.target(name);
        // A creation rule for every file names none.
        if let Ok(target) = &found
            && !target.path.exists()
            && self.workspace.is_covered_only(target)
            && let Some(value) = self.bare_value(name)?
        {
            return self.with_formats(value);
        }
        self.or_bare_value(name, found)
    }

    /// Like [`Context::target`], for a command that cannot create the file.
    ///
    /// # Errors
    /// As [`Workspace::known`](crate::workspace::Workspace::known).
    pub(crate) fn known(&self, name: &str) -> Result<Target> {
        self.or_bare_value(name, self.workspace.known(name))
    }

    /// Like [`Context::target`], without evaluating the rules.
    ///
    /// # Errors
    /// See [`Workspace::file`](crate::workspace::Workspace::file).
    pub(crate) fn file(&self, name: &str) -> Result<Target> {
        self.or_bare_value(name, self.workspace.file(name))
    }

    /// The existing file called `name`, or a document inside one of its values.
    pub(crate) fn existing(&self, name: &str) -> Option<Target> {
        let found = self.workspace.existing(name).or_else(|| self.bare_value(name).ok().flatten())?;
        Some(self.with_formats(found.clone()).unwrap_or(found))
    }

    fn or_bare_value(&self, name: &str, found: Result<Target>) -> Result<Target> {
        let target = match found {
            Err(error) if matches!(error.kind(), ErrorKind::Io | ErrorKind::NoRecipient) => {
                self.bare_value(name)?.ok_or(error)?
            }
            found => found?,
        };
        self.with_formats(target)
    }

    /// The value that a bare name refers to: the only top-level string of that name in the sops files nearby, whose
    /// names are readable without a key.
    ///
    /// # Errors
    /// `ambiguous` if several files have one; lists them.
    fn bare_value(&self, name: &str) -> Result<Option<Target>> {
        let (key, inner) = name.split_once('#').unwrap_or((name, ""));
        let key = key.strip_suffix(".age").unwrap_or(key);
        if key.is_empty() || key.contains('/') {
            return Ok(None);
        }
        let files =
            self.workspace.sops_by_content().into_iter().filter(|file| strings(file).iter().any(|name| name == key));
        let found: Vec<Target> =
            files.map(|file| file.within(&name::entry("", key, &Pointer::root(), Schema::Unknown))).collect();
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one.clone().within_all(inner))),
            several => {
                let (key, names) = (KeyName::shown(key), Shown::join(several, ", "));
                Err(Error::new(ErrorKind::Ambiguous, shown!("several sops files have a value `{}`", key))
                    .hint(shown!("name one of them: {}", names)))
            }
        }
    }

    /// The bare names that mean a value here.
    pub(crate) fn bare_names(&self) -> Vec<String> {
        let files = self.workspace.sops_by_content();
        let names: Vec<String> = files.iter().flat_map(strings).collect();
        let is_only = |name: &&String| names.iter().filter(|other| other == name).count() == 1;
        names.iter().filter(is_only).cloned().collect()
    }

    /// The file at this absolute path, or a document inside one of its values.
    ///
    /// # Errors
    /// See [`Workspace::target`](crate::workspace::Workspace::target).
    pub(crate) fn target_at(&self, path: &Path) -> Result<Target> {
        match path.to_str().filter(|name| name.contains('#') && !path.exists()) {
            Some(name) => self.target(name),
            None => Ok(self.workspace.named(path)),
        }
    }

    /// Adds the formats that the settings define for the texts on the way to the document.
    pub(super) fn with_formats(&self, mut target: Target) -> Result<Target> {
        let mut outer = target.file();
        for at in 0..target.inner.len() {
            let format = setting(self.settings(&outer)?.format.as_deref(), &outer.display)?;
            target.inner[at].outer_format = format;
            outer = outer.within(&target.inner[at].path);
        }
        Ok(target)
    }
}

/// The names of the strings at the top of a sops file, as its text tells without a key.
fn strings(file: &Target) -> Vec<String> {
    let Ok(bytes) = input::read(&file.path, Limit::Secret) else { return Vec::new() };
    let Ok(document) = document::read_guessed(&file.display, &bytes, None) else { return Vec::new() };
    let is_metadata = |key: &str| key == "sops" || key.starts_with("sops_");
    let entries = document.value().as_map().into_iter().flat_map(Map::iter);
    let strings = entries.filter(|(key, value)| !is_metadata(key.text()) && value.as_str().is_some_and(may_be_string));
    strings.map(|(key, _)| key.text().to_owned()).collect()
}

/// Whether a value is a string, where ciphertexts may stand for values: theirs tell their type.
pub(crate) fn may_be_string(text: &str) -> bool {
    !text.starts_with("ENC[AES256_GCM,") || text.ends_with(",type:str]")
}
