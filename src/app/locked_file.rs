//! A file that is about to be replaced. It is read under its lock, which this holds until it is dropped.

use std::path::Path;

use super::{Context, recovery};
use crate::container::{self, Container, Original, Recovered, Replacement, Sealing};
use crate::error::Result;
use crate::rules::Rule;
use crate::workspace::Target;

pub(crate) use crate::container::Sealed;

/// A locked file, or the locked place of a file that does not exist yet.
pub(crate) struct LockedFile {
    name: String,
    original: Original,
}

impl LockedFile {
    /// Reads the file of the target.
    ///
    /// # Errors
    /// `io`; `changed-meanwhile` if another run holds the lock.
    pub(crate) fn read(target: &Target) -> Result<Self> {
        Self::read_at(target, &target.path)
    }

    /// Reads a version of the target at another path.
    ///
    /// # Errors
    /// See [`Self::read`].
    pub(crate) fn read_at(target: &Target, path: &Path) -> Result<Self> {
        Ok(Self { name: target.display.clone(), original: Original::read(path)? })
    }

    /// The place of a file that does not exist yet.
    ///
    /// # Errors
    /// `io` if the folder does not exist; `changed-meanwhile` if another run created the file.
    pub(crate) fn absent(target: &Target) -> Result<Self> {
        Ok(Self { name: target.display.clone(), original: Original::absent(&target.path)? })
    }

    /// A version of the target to be written at another path, whether or not a file exists there.
    ///
    /// # Errors
    /// See [`Self::read`] and [`Self::absent`].
    pub(crate) fn at(target: &Target, path: &Path) -> Result<Self> {
        if path.exists() {
            return Self::read_at(target, path);
        }
        Ok(Self { name: target.display.clone(), original: Original::absent(path)? })
    }

    /// Its bytes, to be written at another path.
    ///
    /// # Errors
    /// `damaged` if they are not ciphertext.
    pub(crate) fn as_it_is(&self) -> Result<Sealed> {
        container::as_it_is(&self.name, self.bytes())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.original.bytes()
    }

    pub(crate) fn exists(&self) -> bool {
        self.original.exists()
    }

    pub(crate) fn sha256(&self) -> String {
        self.original.sha256()
    }

    /// The outcomes of unfinished sets of files that it belonged to.
    pub(crate) fn recovered(&self) -> &[Recovered] {
        self.original.recovered()
    }

    /// Removes the file.
    ///
    /// # Errors
    /// `changed-meanwhile` if another program changed it since it was read; `io`.
    pub(crate) fn remove(self) -> Result<()> {
        container::remove(&self.original)
    }

    pub(crate) fn container(&self) -> Box<dyn Container + '_> {
        container::detect(&self.name, self.bytes())
    }
}

#[derive(Default)]
pub(crate) struct Replacements(Vec<Replacement>);

impl Replacements {
    /// Adds a file and its new content.
    pub(crate) fn push(&mut self, held: LockedFile, sealed: Sealed) {
        self.0.push(Replacement { original: held.original, sealed });
    }

    /// Replaces all files.
    ///
    /// # Errors
    /// `changed-meanwhile`, `io`; the old files are restored in that case.
    pub(crate) fn put(self, context: &Context) -> Result<()> {
        let recovered = container::replace_all(&self.0, context.workspace.rules_folder())?;
        recovery::report(&recovered, context)
    }
}

impl Context {
    /// How a file is encrypted: by its rule, and verified with the keys of this run if there are any.
    pub(crate) fn sealing<'s>(&'s self, rule: Option<&'s Rule>) -> Sealing<'s> {
        // A complete replacement needs no identity, but without one the result cannot be decrypted to compare it.
        Sealing { rule, identities: self.identities().ok() }
    }

    /// Re-encrypts what was sealed for the recipients in the rule, for edits that keep the old readers.
    ///
    /// # Errors
    /// See [`Context::rekeyed`].
    pub(crate) fn for_rule(&self, target: &Target, sealed: Sealed, rule: &Rule) -> Result<Sealed> {
        let sealing = Sealing { rule: Some(rule), identities: Some(self.identities()?) };
        container::for_rule(&target.display, sealed, &sealing)
    }

    /// The bytes of another version of the file, after a test that they can be opened.
    ///
    /// # Errors
    /// Errors from opening them.
    pub(crate) fn verified(&self, name: &str, bytes: Vec<u8>) -> Result<Sealed> {
        container::verified(name, bytes, self.identities()?, self.open_options())
    }

    /// The same content, encrypted for the recipients in the rules.
    ///
    /// # Errors
    /// `no-recipient` if the rules do not list the file; errors from opening and encrypting it.
    pub(crate) fn rekeyed(&self, held: &LockedFile, rule: &Rule, rotate: bool) -> Result<Sealed> {
        let sealing = Sealing { rule: Some(rule), identities: Some(self.identities()?) };
        held.container().rekey(&sealing, rotate)
    }
}
