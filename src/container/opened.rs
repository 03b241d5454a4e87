//! An opened container: the view, and how to write it back.

use std::fmt;
use std::path::PathBuf;

use super::{Plaintext, Sealed, Sealing};
use crate::document::{Document, Format, Nodes};
use crate::error::{Error, Result};
use crate::rules::Selector;

/// How to open a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenOptions {
    /// Whether to ask for a passphrase.
    pub ask: bool,
    /// Whether to read a sops file whose MAC does not verify.
    pub ignore_mac: bool,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { ask: true, ignore_mac: false }
    }
}

impl OpenOptions {
    /// Never prompts.
    pub const SILENT: Self = Self { ask: false, ignore_mac: false };
}

/// What an open container needs to write an edited view back.
pub trait Back: Send + Sync {
    /// The bytes for `view`, verified by opening them in memory as far as an identity can.
    ///
    /// # Errors
    /// `no-recipient` if nobody could read them; `damaged` if they do not decrypt to the view; errors for a view that
    /// the kind cannot store.
    fn back(&self, view: &[u8], sealing: &Sealing<'_>) -> Result<Sealed>;
}

/// A container that has been opened.
pub struct Opened {
    /// The view: the text that people edit.
    pub text: Plaintext,
    /// The view's format, if the container fixes it.
    pub format: Option<Format>,
    /// The file of the identity that opened it.
    pub identity: Option<PathBuf>,
    /// The rule for values left in plaintext; `None` if everything is encrypted.
    pub selector: Option<Selector>,
    /// The error that was ignored in order to read it.
    pub damaged: Option<Error>,
    /// The nodes of the view, if the container parsed it.
    pub(super) nodes: Option<Nodes>,
    back: Box<dyn Back>,
}

/// What a file shows without any key, for a kind that encrypts only values.
pub struct Closed {
    /// Its text, with placeholders for encrypted values.
    pub text: String,
    pub format: Format,
    /// The rule for values left in plaintext.
    pub selector: Option<Selector>,
}

impl Opened {
    /// A view, and how to write it back.
    pub fn new(text: Plaintext, back: impl Back + 'static) -> Self {
        Self { text, format: None, identity: None, selector: None, damaged: None, nodes: None, back: Box::new(back) }
    }

    /// The view as a document of the container's format; `None` if that is not fixed. A view that the container parsed
    /// is not parsed again.
    ///
    /// # Errors
    /// See [`Document::parse`].
    pub fn document(&self) -> Option<Result<Document>> {
        self.format.map(|format| Document::with_nodes(self.text.content(), format, self.nodes.clone()))
    }

    /// The bytes for an edited view.
    ///
    /// # Errors
    /// See [`Back::back`].
    pub fn back(&self, view: &[u8], sealing: &Sealing<'_>) -> Result<Sealed> {
        self.back.back(view, sealing)
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("text", &self.text).finish_non_exhaustive()
    }
}
