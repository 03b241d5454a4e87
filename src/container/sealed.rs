//! What is to be written, and for whom.

use sha2::{Digest, Sha256};

use super::Identities;
use crate::error::{Error, Kind, Result};
use crate::hex::hex;
use crate::rules::Rule;

/// For whom a content is encrypted, and what the result is verified with.
#[derive(Clone, Copy, Default)]
pub struct Sealing<'a> {
    /// What the rules say of the file; `None` if they need not be asked.
    pub rule: Option<&'a Rule>,
    /// The keys to open the result with; without them nothing can be compared.
    pub identities: Option<&'a Identities>,
}

impl<'a> Sealing<'a> {
    /// The rule, for a kind that needs one.
    ///
    /// # Errors
    /// `no-recipient` if there is none.
    pub(super) fn rule(&self) -> Result<&'a Rule> {
        self.rule.ok_or_else(|| {
            Error::new(Kind::NoRecipient, "the rules do not name this file, so nobody is known who could read it")
        })
    }
}

/// Bytes to be written, which were found to hold their text, as far as one of the caller's identities can open them.
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// Takes bytes that have been verified.
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
