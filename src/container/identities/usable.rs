//! Private keys that can be used directly, and what a file reveals about the keys that fit it.

use std::path::{Path, PathBuf};

use crate::container::{Recipient, Recipients};

/// An identity that can be used from any thread.
pub(in crate::container) type AgeIdentity = Box<dyn age::Identity + Send + Sync>;

/// A private key without a passphrase, or whose passphrase was entered.
pub(in crate::container) struct Usable {
    /// The file it came from.
    pub(super) path: PathBuf,
    pub(super) key: AgeIdentity,
    /// Whether using it may prompt: a plugin may need a touch or a PIN.
    pub(super) asks: bool,
    /// The public key of an X25519 key, since files do not reveal which of these they are for.
    pub(super) recipient: Option<String>,
}

impl Usable {
    /// A key that never prompts.
    pub(super) fn quiet(path: &Path, key: AgeIdentity) -> Self {
        Self { path: path.to_owned(), key, asks: false, recipient: None }
    }

    /// An X25519 key.
    pub(super) fn native(path: &Path, key: age::x25519::Identity) -> Self {
        let recipient = Some(key.to_public().to_string());
        Self { path: path.to_owned(), key: Box::new(key), asks: false, recipient }
    }

    /// A key of a plugin.
    pub(super) fn plugin(path: &Path, key: AgeIdentity) -> Self {
        Self { path: path.to_owned(), key, asks: true, recipient: None }
    }
}

/// What a file reveals about the keys that fit it.
#[derive(Debug, Clone, Copy)]
pub(in crate::container) struct Lock<'l> {
    /// The readers in its header; `None` if the header is unreadable.
    pub(in crate::container) readers: Option<&'l Recipients>,
    /// Its only recipient, if that is known from elsewhere.
    pub(in crate::container) recipient: Option<&'l str>,
}

impl Lock<'_> {
    /// Whether an ssh key may fit: `tag` is that of its public half, `derived` the age key that `ssh-to-age` derives
    /// from it. age files do not name their X25519 recipients, so a derived key may fit if the rules list it.
    pub(super) fn fits_ssh(&self, tag: &str, derived: Option<&str>, listed: &[String]) -> bool {
        match (self.recipient, self.readers) {
            (Some(recipient), _) => {
                Recipient::tag_of(recipient).as_deref() == Some(tag) || derived == Some(recipient.trim())
            }
            (None, Some(readers)) => {
                let is_listed = || derived.is_some_and(|derived| listed.iter().any(|key| key == derived));
                readers.all.iter().any(|reader| reader.tag.as_deref() == Some(tag))
                    || (readers.all.iter().any(|reader| reader.kind == "X25519") && is_listed())
            }
            (None, None) => true,
        }
    }

    /// Whether a key in an age identity file may fit. Such files contain no ssh keys.
    pub(super) fn fits_age(&self) -> bool {
        match (self.recipient, self.readers) {
            (Some(recipient), _) => !recipient.starts_with("ssh-"),
            (None, Some(readers)) => readers.all.iter().any(|reader| !reader.kind.starts_with("ssh-")),
            (None, None) => true,
        }
    }
}
