//! Bytes to be written, and the recipients they are encrypted for.

use sha2::{Digest, Sha256};

use super::Identities;
use crate::error::{Error, ErrorKind, Result};
use crate::hex::hex;
use crate::rules::Rule;

/// The recipients of a content, and the keys to verify the result with.
#[derive(Clone, Copy, Default)]
pub struct Sealing<'a> {
    /// The rule of the file; `None` if it is not needed.
    pub rule: Option<&'a Rule>,
    /// The keys to open the result with; without them the content cannot be compared.
    pub identities: Option<&'a Identities>,
}

impl<'a> Sealing<'a> {
    /// The rule, for a kind that requires one.
    ///
    /// # Errors
    /// `no-recipient` if there is none.
    pub(super) fn rule(&self) -> Result<&'a Rule> {
        self.rule.ok_or_else(|| {
            Error::new(ErrorKind::NoRecipient, "the rules do not list this file, so its recipients are unknown")
        })
    }
}

/// Bytes to be written. They were verified to decrypt to their text, if one of the caller's identities can open them.
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// Wraps bytes that have been verified.
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Their SHA-256, in hex.
    pub fn sha256(&self) -> String {
        sha256(&self.0)
    }
}

/// The SHA-256 of a file's bytes, in hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
