//! Opens files from disk or from git, encrypted or plain, with the keys of this run.

use std::io;
use std::path::PathBuf;

use super::access::Access;
use super::encrypted::{is_called_age, is_encrypted};
use super::{Context, readable, recovery, unmerged};
use crate::container::{self, Closed, Evidence, Fault, Identities, OpenOptions, Opened, Plaintext};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::schema::Schema;
use crate::shown;
use crate::shown::{FileName, Shown};
use crate::workspace::Target;

/// Keys to open files with; usable from any thread.
#[derive(Clone, Copy)]
pub(crate) struct Decryptor<'i> {
    identities: &'i Identities,
    options: OpenOptions,
}

impl Decryptor<'_> {
    /// The same keys, without prompting for a passphrase.
    pub(crate) fn silent(self) -> Self {
        Self { options: OpenOptions { ask: false, ..self.options }, ..self }
    }

    /// Which X25519 keys open a version of the file, and which do not.
    pub(crate) fn tried(self, bytes: &[u8]) -> Evidence {
        container::tried(bytes, self.identities)
    }

    /// Opens a version of the file.
    ///
    /// # Errors
    /// `damaged`, `no-identity`, `passphrase-needed`.
    pub(crate) fn open(self, target: &Target, bytes: &[u8]) -> Result<Opened> {
        if bytes.is_empty() {
            return Err(Error::new(ErrorKind::Damaged, "the file is empty").hint("restore it from git"));
        }
        unmerged::refuse(target, bytes)?;
        let file = target.file();
        let opened = container::detect(&file.display, bytes).open(self.identities, self.options)?;
        descend(opened, target)
    }

    /// The faults of the file, as far as these keys can find them.
    pub(crate) fn faults(self, target: &Target, bytes: &[u8]) -> Vec<Fault> {
        container::detect(&target.file().display, bytes).faults(Some(self.identities))
    }

    /// The text of a version of the document; `None` if its file does not contain the value.
    ///
    /// # Errors
    /// See [`Self::open`].
    pub(crate) fn version(self, target: &Target, bytes: &[u8]) -> Result<Option<Plaintext>> {
        let text = if is_encrypted(target, bytes) { self.view(target, bytes) } else { plain(target, bytes) };
        match text {
            Err(error) if target.is_value() && error.kind() == ErrorKind::Path => Ok(None),
            text => text.map(Some),
        }
    }

    /// The text of a version that is encrypted and can be opened.
    pub(crate) fn hidden(self, target: &Target, bytes: &[u8]) -> Option<Plaintext> {
        is_encrypted(target, bytes).then(|| self.view(target, bytes).ok()).flatten()
    }

    /// The text of a version of the file; plaintext is returned as it is.
    ///
    /// # Errors
    /// See [`Self::open`].
    pub(crate) fn view(self, target: &Target, bytes: &[u8]) -> Result<Plaintext> {
        self.open(target, bytes).map(|opened| opened.text)
    }
}

pub(crate) struct KeyFile(Identities);

impl KeyFile {
    /// Reads the identity file, without the keys that sops would use.
    ///
    /// # Errors
    /// `no-identity` if it cannot be read or contains no identity.
    pub(crate) fn load(path: PathBuf) -> Result<Self> {
        Identities::load(&[path]).map(|identities| Self(identities.without_sops()))
    }

    /// No keys but those that sops finds by itself.
    pub(crate) fn none() -> Self {
        Self(Identities::none())
    }

    /// Whether using it may prompt.
    pub(crate) fn may_ask(&self) -> bool {
        self.0.may_ask()
    }

    /// Its keys, without prompting for a passphrase.
    pub(crate) fn keys(&self) -> Decryptor<'_> {
        Decryptor { identities: &self.0, options: OpenOptions::SILENT }
    }
}

/// Descends to the target's document inside the opened file.
fn descend(opened: Opened, target: &Target) -> Result<Opened> {
    let (mut opened, mut outer) = (opened, target.file());
    for inner in &target.inner {
        opened = container::descend(opened, &outer.document_name(), inner.outer_format, &inner.path)?;
        outer = outer.within(&inner.path);
    }
    Ok(opened)
}

/// The text of a plaintext version.
fn plain(target: &Target, bytes: &[u8]) -> Result<Plaintext> {
    if !target.is_value() {
        return Ok(Plaintext::new(bytes.to_vec()));
    }
    let opened = container::detect("", bytes).open(&Identities::none(), OpenOptions::SILENT)?;
    descend(opened, target).map(|opened| opened.text)
}

pub(crate) struct FileContent {
    pub(crate) text: Plaintext,
    /// The bytes on disk; `None` for plaintext.
    ciphertext: Option<Vec<u8>>,
    /// What the container leaves readable, if no other schema applies.
    pub(crate) readable: Schema,
}

impl FileContent {
    /// The SHA-256 of the ciphertext, in hex; `None` for plaintext.
    pub(crate) fn sha256(&self) -> Option<String> {
        self.ciphertext.as_deref().map(container::sha256)
    }
}

impl Context {
    /// The keys of this run.
    ///
    /// # Errors
    /// `no-identity`, naming an identity file that cannot be used; `rules` if agepatch.toml cannot be read.
    pub(crate) fn keys(&self) -> Result<Decryptor<'_>> {
        Ok(Decryptor { identities: self.identities()?, options: self.open_options() })
    }

    /// Opens a version of the file, and logs the identity that did it.
    ///
    /// # Errors
    /// See [`Decryptor::open`].
    pub(crate) fn open(&self, target: &Target, bytes: &[u8]) -> Result<Opened> {
        let opened = self.keys()?.open(target, bytes).map_err(|error| self.naming_readers(error, target, bytes))?;
        if let Some(damaged) = &opened.damaged {
            let (file, what) = (target.shown(), damaged.shown());
            self.out.warn(&shown!("{}: {}; reading it anyway", file, what))?;
        }
        if let Some(identity) = &opened.identity {
            let (file, identity) = (self.workspace.display(&target.path), identity.display());
            self.detail(&FileName::shown(format!("{file}: opened with {identity}")))?;
        }
        Ok(opened)
    }

    /// Replaces the keys that the file is for in an error about missing identities by their names in the rules. Keys of
    /// several groups are left as they are, since the error lists them by group.
    pub(crate) fn naming_readers(&self, error: Error, target: &Target, bytes: &[u8]) -> Error {
        let is_about_keys = matches!(error.kind(), ErrorKind::NoIdentity | ErrorKind::PassphraseNeeded);
        let is_listed = |hint: &Shown| hint.as_str().starts_with(container::FILE_IS_FOR);
        if !is_about_keys || !error.shown_hints().iter().any(is_listed) {
            return error;
        }
        let readers = container::detect(&target.display, bytes).recipients();
        let Some(readers) = readers.ok().filter(|readers| readers.all.iter().all(|reader| reader.group == 0)) else {
            return error;
        };
        let access = Access::as_written(self);
        let named = shown!("{}{}", container::FILE_IS_FOR, readers.listed_by(|reader| access.reader(reader)));
        let hints: Vec<Shown> = error.shown_hints().to_vec();
        error.hints(hints.into_iter().map(|hint| if is_listed(&hint) { named.clone() } else { hint }))
    }

    /// The text of a version of the file: ciphertext is decrypted in memory, and plaintext needs no key.
    ///
    /// # Errors
    /// See [`Self::open`].
    pub(crate) fn view(&self, target: &Target, bytes: &[u8]) -> Result<Plaintext> {
        if is_encrypted(target, bytes) { self.keys()?.view(target, bytes) } else { plain(target, bytes) }
    }

    /// What the file shows without a key, if its container encrypts only values.
    ///
    /// # Errors
    /// `io`; `damaged`.
    pub(crate) fn closed(target: &Target) -> Result<Option<(Closed, String)>> {
        if target.is_value() {
            return Ok(None);
        }
        let bytes = input::read_named(&target.path, Limit::Secret)
            .map_err(|error| Error::io("cannot read the file", &error))?;
        let closed = container::closed(&target.display, &bytes, false).transpose()?;
        Ok(closed.map(|closed| (closed, container::sha256(&bytes))))
    }

    /// Like [`Self::view`]; `None` if the file does not contain the value.
    ///
    /// # Errors
    /// See [`Self::open`].
    pub(crate) fn version(&self, target: &Target, bytes: &[u8]) -> Result<Option<Plaintext>> {
        match self.view(target, bytes) {
            Err(error) if target.is_value() && error.kind() == ErrorKind::Path => Ok(None),
            text => text.map(Some),
        }
    }

    /// Reads a file for a command that only reads; ciphertext is decrypted in memory.
    ///
    /// # Errors
    /// `io` if it does not exist; errors from opening it. Each names the file.
    pub(crate) fn read(&self, target: &Target) -> Result<Plaintext> {
        self.read_content(target).map(|content| content.text)
    }

    /// Like [`Self::read`], with the ciphertext.
    ///
    /// # Errors
    /// See [`Self::read`].
    pub(crate) fn read_content(&self, target: &Target) -> Result<FileContent> {
        let named = |error: Error| error.in_file(target);
        recovery::settle_beside(&target.path, self)?;
        let bytes = input::read_named(&target.path, Limit::Secret).map_err(|error| {
            named(match error.kind() {
                io::ErrorKind::NotFound => Error::new(ErrorKind::Io, "the file does not exist yet")
                    .hint("create it with `agepatch edit`, `agepatch set`, or `agepatch write`"),
                _ => Error::io("cannot read the file", &error),
            })
        })?;
        unmerged::refuse(target, &bytes)?;
        if is_encrypted(target, &bytes) {
            let opened = self.open(target, &bytes).map_err(named)?;
            let readable = readable::schema_of(opened.selector.as_ref());
            return Ok(FileContent { text: opened.text, ciphertext: Some(bytes), readable });
        }
        if is_called_age(&target.path) && bytes.is_empty() {
            return Err(named(Error::new(ErrorKind::Damaged, "the file is empty"))
                .hint("restore it from git, or remove it and create it with `agepatch edit`"));
        }
        if is_called_age(&target.path) {
            return Err(named(Error::new(ErrorKind::Damaged, "not an age file, despite its name"))
                .hint("if it holds plaintext, it must not be committed; encrypt it, or give it another name"));
        }
        let text = plain(target, &bytes).map_err(named)?;
        Ok(FileContent { text, ciphertext: None, readable: Schema::Unknown })
    }
}
