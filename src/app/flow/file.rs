//! A file of an edit: under its lock, opened once, whatever documents inside its values are edited besides its own text.

use crate::app::encrypted::is_called_age;
use crate::app::held::Held;
use crate::app::{Context, recovery};
use crate::container::{InnerValue, Opened, Plaintext};
use crate::document::Format;
use crate::error::{Error, Kind, Result};
use crate::workspace::Target;

/// A file that is meant, and what it must be good for.
pub(super) struct Wanted {
    /// The file itself.
    pub(super) target: Target,
    /// Whether one that does not exist yet may be made.
    pub(super) creates: bool,
    /// Whether nothing has to be known of the old content.
    pub(super) replaces: bool,
}

/// A file under its lock.
pub(super) struct OpenFile {
    /// The file itself.
    pub(super) target: Target,
    /// As it was read; `None` once it has been replaced.
    pub(super) held: Option<Held>,
    /// Its container, where that could be opened.
    pub(super) opened: Option<Opened>,
    /// The SHA-256 of its bytes, where it exists; made when it is asked for.
    exists: bool,
}

impl OpenFile {
    /// Reads and opens it.
    ///
    /// # Errors
    /// `io`, where it does not exist and may not be made; `changed-meanwhile`; `usage` and `damaged` for plaintext; what
    /// stands in the way of decrypting it.
    pub(super) fn open(wanted: &Wanted, context: &Context) -> Result<Self> {
        let held = wanted.held()?;
        recovery::report(held.recovered(), context)?;
        let exists = held.exists();
        let opened = if exists { wanted.open_container(&held, context)? } else { None };
        Ok(Self { target: wanted.target.clone(), held: Some(held), opened, exists })
    }

    /// Whether it was there.
    pub(super) fn exists(&self) -> bool {
        self.exists
    }

    /// Of the bytes that were read.
    pub(super) fn sha256(&self) -> Option<String> {
        self.held.as_ref().filter(|held| held.exists()).map(Held::sha256)
    }

    /// What it shows: nothing yet where it is new; `None` where it cannot be opened.
    pub(super) fn text(&self) -> Option<&[u8]> {
        match &self.opened {
            Some(opened) => Some(opened.text.expose()),
            None => (!self.exists).then_some(&[]),
        }
    }

    /// The format of what it shows, where its container decides that.
    pub(super) fn format(&self) -> Option<Format> {
        self.opened.as_ref().and_then(|opened| opened.format)
    }

    /// The text of the document that `target` means in this file; `None` where there is no such value yet.
    ///
    /// # Errors
    /// What stands in the way of finding it; `path`, where a value on the way is not there.
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
    let named = |error: Error| error.in_file(&outer.display);
    let value = InnerValue::find(&outer.document_name(), text, format.or(inner.outer_format), &inner.path);
    let value = value.map_err(named)?;
    if depth + 1 == target.inner.len() {
        return Ok(value.text().map_err(named)?.map(|text| Plaintext::new(text.as_bytes().to_vec())));
    }
    let text = value.needed().map_err(named)?.as_bytes();
    inner_text(text, None, target, depth + 1, &outer.clone().within(&inner.path))
}

/// What is said of a file that cannot be opened.
pub(super) fn unopened() -> Error {
    Error::new(Kind::NoIdentity, "the file cannot be opened, so it cannot be edited")
}

impl Wanted {
    fn held(&self) -> Result<Held> {
        let path = &self.target.path;
        if path.exists() {
            let held = Held::read(&self.target)?;
            // An empty file is a damaged one: opening it says so.
            return if held.bytes().is_empty() || held.container().kind().is_encrypted() {
                Ok(held)
            } else {
                Err(plaintext(path))
            };
        }
        if self.creates || path.is_symlink() {
            return Held::absent(&self.target);
        }
        Err(Error::new(Kind::Io, "the file does not exist yet").hint("`agepatch set` and `agepatch write` make it"))
    }

    /// The container, opened; for a file that is replaced whole, `None` where it cannot be.
    fn open_container(&self, held: &Held, context: &Context) -> Result<Option<Opened>> {
        // What is replaced whole needs no identity, so nobody is asked for a passphrase.
        let opened = match self.replaces {
            true => context.keys().and_then(|keys| keys.silent().open(&self.target, held.bytes())),
            false => context.open(&self.target, held.bytes()),
        };
        match opened {
            Ok(opened) => Ok(Some(opened)),
            Err(error) if self.replaces && error.kind().exit_code() == Kind::NoIdentity.exit_code() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The editing commands never write plaintext, so they take none but from stdin.
fn plaintext(path: &std::path::Path) -> Error {
    if is_called_age(path) {
        return Error::new(Kind::Damaged, "not an age file, despite its name").hint(
            "if it holds plaintext, encrypt it with `agepatch write FILE < plaintext`, after moving it out of the way",
        );
    }
    Error::new(Kind::Usage, "the file is not encrypted, and the editing commands write ciphertext only")
        .hint("as a filter: `agepatch set - PATH VALUE < FILE` reads the plaintext from stdin and writes it to stdout")
}
