//! A file that is about to be replaced: read under its lock, which is held as long as this lives.

use std::path::Path;

use super::{Context, recovery};
use crate::container::{self, Container, Original, Recovered, Replacement, Sealing};
use crate::error::Result;
use crate::rules::Rule;
use crate::workspace::Target;

pub(crate) use crate::container::Sealed;

/// A file on disk under its lock, or the place of one that does not exist yet.
pub(crate) struct Held {
    name: String,
    original: Original,
}

impl Held {
    /// Reads the file of the target.
    ///
    /// # Errors
    /// `io`; `changed-meanwhile`, where another run has it.
    pub(crate) fn read(target: &Target) -> Result<Self> {
        Self::read_at(target, &target.path)
    }

    /// Reads a version of the target that is elsewhere.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(crate) fn read_at(target: &Target, path: &Path) -> Result<Self> {
        Ok(Self { name: target.display.clone(), original: Original::read(path)? })
    }

    /// The place of a file that does not exist yet.
    ///
    /// # Errors
    /// `io`, where there is no such folder; `changed-meanwhile`, where another run made the file.
    pub(crate) fn absent(target: &Target) -> Result<Self> {
        Ok(Self { name: target.display.clone(), original: Original::absent(&target.path)? })
    }

    /// A version of the target that is to be written elsewhere, whether there is a file or not.
    ///
    /// # Errors
    /// As [`Self::read`] and [`Self::absent`].
    pub(crate) fn at(target: &Target, path: &Path) -> Result<Self> {
        if path.exists() {
            return Self::read_at(target, path);
        }
        Ok(Self { name: target.display.clone(), original: Original::absent(path)? })
    }

    /// Its bytes, to be written elsewhere.
    ///
    /// # Errors
    /// `damaged`, if they are not ciphertext.
    pub(crate) fn as_it_is(&self) -> Result<Sealed> {
        container::as_it_is(&self.name, self.bytes())
    }

    /// Its bytes as they were read.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.original.bytes()
    }

    /// Whether the file exists.
    pub(crate) fn exists(&self) -> bool {
        self.original.exists()
    }

    /// The SHA-256 of its bytes, in hex.
    pub(crate) fn sha256(&self) -> String {
        self.original.sha256()
    }

    /// What has become of unfinished sets of files that it belonged to.
    pub(crate) fn recovered(&self) -> &[Recovered] {
        self.original.recovered()
    }

    /// Removes the file.
    ///
    /// # Errors
    /// `changed-meanwhile`, if another program changed it since it was read; `io`.
    pub(crate) fn remove(self) -> Result<()> {
        container::remove(&self.original)
    }

    /// What it is.
    pub(crate) fn container(&self) -> Box<dyn Container + '_> {
        container::detect(&self.name, self.bytes())
    }
}

/// Files to be replaced, atomically.
#[derive(Default)]
pub(crate) struct Replacements(Vec<Replacement>);

impl Replacements {
    /// Adds a file and what comes in its place.
    pub(crate) fn push(&mut self, held: Held, sealed: Sealed) {
        self.0.push(Replacement { original: held.original, sealed });
    }

    /// Puts everything in place.
    ///
    /// # Errors
    /// `changed-meanwhile`, `io`; then the old files are back.
    pub(crate) fn put(self, context: &Context) -> Result<()> {
        let recovered = container::replace_all(&self.0, context.workspace.rules_folder())?;
        recovery::report(&recovered, context)
    }
}

impl Context {
    /// How a file is encrypted by the rule and verified with the keys of this run, if there are any.
    pub(crate) fn sealing<'s>(&'s self, rule: Option<&'s Rule>) -> Sealing<'s> {
        // What is replaced without being read needs no identity: without one, nothing can be opened again to be compared.
        Sealing { rule, identities: self.identities().ok() }
    }

    /// What was sealed, for those whom the rule names, also where an edit keeps the readers of the file.
    ///
    /// # Errors
    /// As [`Context::rekeyed`].
    pub(crate) fn for_rule(&self, target: &Target, sealed: Sealed, rule: &Rule) -> Result<Sealed> {
        let sealing = Sealing { rule: Some(rule), identities: Some(self.identities()?) };
        container::for_rule(&target.display, sealed, &sealing)
    }

    /// The bytes of another version of the file, opened again.
    ///
    /// # Errors
    /// The error of opening them.
    pub(crate) fn verified(&self, name: &str, bytes: Vec<u8>) -> Result<Sealed> {
        container::verified(name, bytes, self.identities()?, self.open_options())
    }

    /// The bytes of the same content for those whom the rules name.
    ///
    /// # Errors
    /// `no-recipient`, where they do not name the file; what stands in the way of opening and encrypting it.
    pub(crate) fn rekeyed(&self, held: &Held, rule: &Rule, rotate: bool) -> Result<Sealed> {
        let sealing = Sealing { rule: Some(rule), identities: Some(self.identities()?) };
        held.container().rekey(&sealing, rotate)
    }
}
