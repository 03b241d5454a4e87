//! A file of an edit: locked and opened once, however many documents inside its values are edited.

use crate::app::encrypted::is_called_age;
use crate::app::locked_file::LockedFile;
use crate::app::{Context, recovery};
use crate::container::{InnerValue, Opened, Plaintext};
use crate::document::{Content, Document, Format};
use crate::error::{Error, ErrorKind, Result};
use crate::workspace::Target;

/// A file to open, and what the edit requires of it.
pub(super) struct FileRequest {
    pub(super) target: Target,
    /// Whether it may be created.
    pub(super) creates: bool,
    /// Whether the edit works without knowing the old content.
    pub(super) replaces: bool,
}

pub(super) struct OpenFile {
    pub(super) target: Target,
    /// The file as it was read; `None` once it has been replaced.
    pub(super) locked: Option<LockedFile>,
    /// Its opened container, if it could be opened.
    pub(super) opened: Option<Opened>,
    exists: bool,
}

impl OpenFile {
    /// Reads and opens it.
    ///
    /// # Errors
    /// `io` if it does not exist and may not be created; `changed-meanwhile`; `usage` and `damaged` for plaintext;
    /// errors from decrypting it.
    pub(super) fn open(wanted: &FileRequest, context: &Context) -> Result<Self> {
        let locked = wanted.locked()?;
        recovery::report(locked.recovered(), context)?;
        let exists = locked.exists();
        let opened = if exists { wanted.open_container(&locked, context)? } else { None };
        Ok(Self { target: wanted.target.clone(), locked: Some(locked), opened, exists })
    }

    pub(super) fn exists(&self) -> bool {
        self.exists
    }

    /// The SHA-256 of the bytes that were read, computed on demand.
    pub(super) fn sha256(&self) -> Option<String> {
        self.locked.as_ref().filter(|locked| locked.exists()).map(LockedFile::sha256)
    }

    /// Its text; empty for a new file, `None` if it cannot be opened.
    pub(super) fn text(&self) -> Option<&[u8]> {
        match &self.opened {
            Some(opened) => Some(opened.text.expose()),
            None => (!self.exists).then_some(&[]),
        }
    }

    /// Its text, which a document may share; empty for a new file, `None` if it cannot be opened.
    pub(super) fn content(&self) -> Option<Content<'_>> {
        match &self.opened {
            Some(opened) => Some(opened.text.content()),
            None => (!self.exists).then(|| Content::from(&[])),
        }
    }

    /// The format of its text, if its container fixes it.
    pub(super) fn format(&self) -> Option<Format> {
        self.opened.as_ref().and_then(|opened| opened.format)
    }

    /// Its text as a document in `format`, if that is the one that its container fixes.
    pub(super) fn document(&self, format: Option<Format>) -> Option<Result<Document>> {
        let opened = self.opened.as_ref().filter(|opened| opened.format.is_some() && opened.format == format)?;
        opened.document()
    }

    /// The text of the document that `target` means in this file; `None` if the value does not exist.
    ///
    /// # Errors
    /// `path` if a value on the way does not exist; errors from opening it.
    pub(super) fn inner_text(&self, target: &Target) -> Result<Option<Plaintext>> {
        let text = self.text().ok_or_else(unopened)?;
        inner_text(text, self.format(), target, 0, &self.target)
    }
}

fn inner_text(
    text: &[u8],
    format: Option<Format>,
    target: &Target,
    depth: usize,
    outer: &Target,
) -> Result<Option<Plaintext>> {
    let inner = &target.inner[depth];
    let named = |error: Error| error.in_file(outer);
    let value = InnerValue::find(&outer.document_name(), text, format.or(inner.outer_format), &inner.path);
    let value = value.map_err(named)?;
    if depth + 1 == target.inner.len() {
        return Ok(value.text().map_err(named)?.map(|text| Plaintext::new(text.as_bytes().to_vec())));
    }
    let text = value.needed().map_err(named)?.as_bytes();
    inner_text(text, None, target, depth + 1, &outer.clone().within(&inner.path))
}

/// The error for a file that cannot be opened.
pub(super) fn unopened() -> Error {
    Error::new(ErrorKind::NoIdentity, "the file cannot be opened, so it cannot be edited")
}

impl FileRequest {
    fn locked(&self) -> Result<LockedFile> {
        let path = &self.target.path;
        if path.exists() {
            let locked = LockedFile::read(&self.target)?;
            // An empty file is damaged; opening it reports that.
            return if locked.bytes().is_empty() || locked.container().kind().is_encrypted() {
                Ok(locked)
            } else {
                Err(plaintext(path))
            };
        }
        if self.creates || path.is_symlink() {
            return LockedFile::absent(&self.target);
        }
        Err(Error::new(ErrorKind::Io, "the file does not exist yet")
            .hint("create it with `agepatch set` or `agepatch write`"))
    }

    /// Opens the container; for a file that is replaced entirely, `None` if it cannot be opened.
    fn open_container(&self, locked: &LockedFile, context: &Context) -> Result<Option<Opened>> {
        // A replacement needs no identity, so do not ask for a passphrase.
        let opened = match self.replaces {
            true => context.keys().and_then(|keys| keys.silent().open(&self.target, locked.bytes())),
            false => context.open(&self.target, locked.bytes()),
        };
        match opened {
            Ok(opened) => Ok(Some(opened)),
            Err(error) if self.replaces && error.kind().exit_code() == ErrorKind::NoIdentity.exit_code() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Editing commands never write plaintext files, so they accept plaintext only on stdin.
fn plaintext(path: &std::path::Path) -> Error {
    if is_called_age(path) {
        return Error::new(ErrorKind::Damaged, "not an age file, despite its name").hint(
            "if it holds plaintext, encrypt it with `agepatch write FILE < plaintext`, after moving it out of the way",
        );
    }
    Error::new(ErrorKind::Usage, "the file is not encrypted, and agepatch writes only ciphertext")
        .hint("as a filter: `agepatch set - PATH VALUE < FILE` reads the plaintext from stdin and writes it to stdout")
}
