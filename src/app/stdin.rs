//! Stdin, which can be read only once.

use std::cell::{Cell, RefCell};
use std::io::IsTerminal;

use super::encrypted::is_encrypted;
use crate::container::Plaintext;
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::output::Output;
use crate::shown;
use crate::workspace::Target;

/// The FILE that means stdin and stdout.
pub(crate) const FILTER: &str = "-";

/// Tracks what stdin was read as.
#[derive(Debug, Default)]
pub(crate) struct Stdin {
    taken: Cell<Option<&'static str>>,
    /// The document, if it was only peeked at so far.
    kept: RefCell<Option<Plaintext>>,
}

const DOCUMENT: &str = "the document";

impl Stdin {
    /// Reads stdin; `holds` names what it is read as ("the patch").
    ///
    /// # Errors
    /// `usage` if it was already read as something else; `io`.
    pub(crate) fn take(&self, holds: &'static str) -> Result<Plaintext> {
        if let Some(kept) = self.kept.borrow_mut().take().filter(|_| holds == DOCUMENT) {
            return Ok(kept);
        }
        self.reserve(holds)?;
        Output::announce_input(holds);
        if holds == DOCUMENT { read_document() } else { read() }
    }

    /// Records that stdin is read elsewhere.
    ///
    /// # Errors
    /// `usage` if it was already read as something else.
    pub(crate) fn reserve(&self, holds: &'static str) -> Result<()> {
        let Some(first) = self.taken.replace(Some(holds)) else { return Ok(()) };
        let message = match first == holds {
            true => shown!("stdin can be read only once, but {} is read from it twice", holds),
            false => shown!("stdin holds {}, and cannot hold {} as well", first, holds),
        };
        Err(Error::new(ErrorKind::Usage, message).hint("give one of them as a file"))
    }

    /// Reads the document without consuming it; a following edit gets the same one.
    ///
    /// # Errors
    /// See [`Self::take`].
    pub(crate) fn peek(&self) -> Result<Plaintext> {
        let text = self.take(DOCUMENT)?;
        *self.kept.borrow_mut() = Some(text.clone());
        Ok(text)
    }

    /// Whether a person would have to type it.
    pub(crate) fn is_terminal() -> bool {
        std::io::stdin().is_terminal()
    }
}

/// Reads stdin to its end.
///
/// # Errors
/// `io`.
pub(crate) fn read() -> Result<Plaintext> {
    input::read_stdin(Limit::Secret).map(Plaintext::new).map_err(|error| Error::io("cannot read stdin", &error))
}

/// Like [`read`], for a document. Ciphertext is refused, since it would be taken for plaintext.
///
/// # Errors
/// `usage` for ciphertext; `io`.
pub(crate) fn read_document() -> Result<Plaintext> {
    let text = read()?;
    match is_encrypted(&Target::unnamed(), text.expose()) {
        true => Err(Error::new(ErrorKind::Usage, "stdin holds ciphertext, and `-` reads plaintext")
            .hint("name the encrypted file instead of `-`")),
        false => Ok(text),
    }
}
