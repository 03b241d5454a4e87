//! Plaintext files: the view is the text itself. They are read, but never written.

use super::{Back, Container, ContainerKind, Identities, OpenOptions, Opened, Plaintext, Recipients, Sealed, Sealing};
use crate::error::{Error, ErrorKind, Result};

/// A file that is not encrypted.
pub(super) struct PlainFile<'b> {
    bytes: &'b [u8],
}

impl<'b> PlainFile<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    fn damaged(&self) -> Error {
        let what = if self.bytes.is_empty() { "the file is empty" } else { "the file is not encrypted" };
        Error::new(ErrorKind::Damaged, what).hint("restore it from git, or encrypt it")
    }
}

impl Container for PlainFile<'_> {
    fn kind(&self) -> ContainerKind {
        ContainerKind::Plain
    }

    /// Everybody can read it, but callers expect an encrypted file.
    fn recipients(&self) -> Result<Recipients> {
        Err(self.damaged())
    }

    fn open(&self, _: &Identities, _: OpenOptions) -> Result<Opened> {
        Ok(Opened::new(Plaintext::new(self.bytes.to_vec()), NeverBack))
    }

    fn replace(&self, text: &[u8], sealing: &Sealing<'_>) -> Result<Sealed> {
        NeverBack.back(text, sealing)
    }

    fn rekey(&self, _: &Sealing<'_>, _: bool) -> Result<Sealed> {
        Err(self.damaged())
    }
}

struct NeverBack;

impl Back for NeverBack {
    fn back(&self, _: &[u8], _: &Sealing<'_>) -> Result<Sealed> {
        Err(Error::new(ErrorKind::Usage, "the file is not encrypted, and agepatch writes only ciphertext")
            .hint("move it out of the way, and run the command again: that creates the file"))
    }
}
