//! A container that has been opened: the view, and the way back.

use std::fmt;
use std::path::PathBuf;

use super::{Plaintext, Sealed, Sealing};
use crate::document::Format;
use crate::error::{Error, Result};
use crate::rules::Selector;

/// How a container is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenOptions {
    /// Whether a person may be asked for a passphrase.
    pub ask: bool,
    /// Whether a content that is not intact as a whole may be read.
    pub ignore_mac: bool,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { ask: true, ignore_mac: false }
    }
}

impl OpenOptions {
    /// Nobody is asked.
    pub const SILENT: Self = Self { ask: false, ignore_mac: false };
}

/// What an open container keeps in order to take an edited view back.
pub trait Back: Send + Sync {
    /// The bytes that show `view`. They have been opened again in memory, as far as an identity can.
    ///
    /// # Errors
    /// `no-recipient` if nobody could read them; `damaged` if they do not show the view; what the kind cannot hold.
    fn back(&self, view: &[u8], sealing: &Sealing<'_>) -> Result<Sealed>;
}

/// A container that has been opened.
pub struct Opened {
    /// The view: the text that people edit.
    pub text: Plaintext,
    /// The view's format, where the container decides it.
    pub format: Option<Format>,
    /// The file of the identity that opened it.
    pub identity: Option<PathBuf>,
    /// By what the container leaves values in plaintext; `None` if it hides everything.
    pub selector: Option<Selector>,
    /// What does not hold in it, where it was read anyway.
    pub damaged: Option<Error>,
    back: Box<dyn Back>,
}

/// What a file shows without any key, for a kind that hides only its values.
pub struct Closed {
    /// Its text, with something else in the place of each encrypted value.
    pub text: String,
    /// The format of that.
    pub format: Format,
    /// By what values are left in plaintext.
    pub selector: Option<Selector>,
}

impl Opened {
    /// The view, and what takes it back.
    pub fn new(text: Plaintext, back: impl Back + 'static) -> Self {
        Self { text, format: None, identity: None, selector: None, damaged: None, back: Box::new(back) }
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
