//! The errors for names that refer to no file.

use std::path::Path;

use super::discovery::Workspace;
use super::lookup::spellings;
use crate::error::{Error, ErrorKind, Result};
use crate::input;
use crate::shown;
use crate::shown::{FileName, Setting, Shown};

/// The minimum similarity (Jaro-Winkler) of a suggested file.
const ALIKE: f64 = 0.75;

impl Workspace {
    /// The error for a file that does not exist and cannot be created. The rules of secrets.nix are for files named
    /// `*.age`.
    ///
    /// # Errors
    /// `no-recipient` if `.sops.yaml` cannot be read or applied.
    pub(super) fn no_recipients(&self, name: &str) -> Result<Error> {
        let missing = self.no_such_file(name);
        let path = self.named(&self.current().join(name)).path;
        let is_age = path.extension().is_some_and(|extension| extension == "age");
        if name.is_empty() || is_age || input::irregular(&path).is_some() {
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
    pub(super) fn no_path(&self, name: &str) -> Option<Error> {
        let file = name.strip_suffix('#').filter(|file| self.existing(file).is_some())?;
        let error = Error::new(ErrorKind::Usage, "no path after `#`").in_file(FileName::shown(file));
        Some(error.hint("FILE#PATH is the document inside the string value at PATH"))
    }

    /// The error for a file that does not exist, with similar names.
    pub(crate) fn no_such_file(&self, name: &str) -> Error {
        let irregular = self.candidates(name).into_iter().find_map(|path| input::irregular(&path));
        if name.is_empty() {
            return Error::new(ErrorKind::Usage, "the name of the file is empty")
                .hint("is a variable of the shell unset? `agepatch status` lists the files");
        }
        let file = FileName::shown(name);
        if let Some(kind) = irregular {
            let error = Error::new(ErrorKind::Io, shown!("{} is {}", file, kind)).in_file(file);
            return error.hint("name an encrypted file; `agepatch status` lists them");
        }
        let error = Error::new(ErrorKind::Io, shown!("no such file: {}", file)).in_file(file);
        if let Some(listed) = spellings(name).into_iter().find(|name| self.names_in_rules().contains(name)) {
            let listed = FileName::shown(listed);
            return error.hint(shown!(
                "secrets.nix lists {}, which does not exist yet: `agepatch edit {}`",
                listed,
                listed
            ));
        }
        match self.nearest(name) {
            Some(candidate) => error.hint(shown!("did you mean {}?", FileName::shown(candidate))),
            None if self.rules_path().is_some() => {
                let name = name.trim_end_matches(".age");
                let line = self.rules().map(|rules| rules.line(&format!("{name}.age")));
                let line = line.map(|line| shown!(": {}", Setting::shown(line))).unwrap_or_default();
                let name = FileName::shown(name);
                error.hints([
                    Shown::fixed("`agepatch status` lists the encrypted files"),
                    shown!("`agepatch new {}` creates this one, and adds its line to secrets.nix{}", name, line),
                ])
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
                // Names in the same folder are alike by that alone, so only the last part counts.
                let last = |name: &str| {
                    let stem = Path::new(&stem(name)).file_stem().map(|last| last.to_string_lossy().into_owned());
                    stem.unwrap_or_default()
                };
                (strsim::jaro_winkler(&last(&candidate), &last(name)), candidate)
            })
            .filter(|(similarity, _)| *similarity > ALIKE)
            .max_by(|left, right| left.0.total_cmp(&right.0))
            .map(|(_, candidate)| candidate)
    }
}
