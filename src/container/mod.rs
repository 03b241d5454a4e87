//! The encryption of a file. A container provides the readers of a file, the text that people edit (the view), and the
//! bytes of an edited view. [`detect`] is the only place that distinguishes the kinds of containers.
//!
//! Identities, file locks, and the atomic replacement of files are here as well.

mod age;
mod agreement;
mod atomic;
mod fault;
mod identities;
mod lock;
mod opened;
mod original;
mod plain;
pub mod plaintext;
mod recipients;
mod sealed;
pub mod sops;
mod value;

use crate::document::Format;
use crate::error::Result;
use crate::rules::Rule;

/// The start of the hint in errors about missing identities that lists who can open the file.
pub const FILE_IS_FOR: &str = "the file is for: ";

pub use age::{PLUGIN_FAILED, RefusedRecipient, Unusable};
pub use agreement::{Agreement, Evidence, GroupAgreement};
pub use atomic::{
    Leftover, Recovered, RecoveryOutcome, Replacement, Signals, leftovers, recover, remove, replace_all, snapshot,
};
pub use fault::{Fault, FaultKind};
pub use identities::{Identities, STDIN, ask_secret, sops_key_files};
pub use opened::{Back, Closed, OpenOptions, Opened};
pub use original::Original;
pub use plaintext::Plaintext;
pub use recipients::{Recipient, Recipients};
pub use sealed::{Sealed, Sealing, sha256};
pub use value::{InnerValue, descend};

/// The kinds of container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContainerKind {
    /// An age file: everything is encrypted, for the recipients in the rules.
    Age,
    /// A sops file: its values are encrypted, for the recipients in its metadata.
    Sops,
    Plain,
}

impl ContainerKind {
    pub fn is_encrypted(self) -> bool {
        self != Self::Plain
    }

    /// Whether an edit keeps its readers. Otherwise it is re-encrypted for the recipients in the rules.
    pub fn keeps_recipients(self) -> bool {
        self == Self::Sops
    }
}

/// A file with its encryption.
pub trait Container: Send + Sync {
    fn kind(&self) -> ContainerKind;

    /// Who can read it, from the bytes alone, without any key.
    ///
    /// # Errors
    /// `damaged` if that cannot be read.
    fn recipients(&self) -> Result<Recipients>;

    /// Verifies and decrypts it.
    ///
    /// # Errors
    /// `damaged` if the file is corrupted; `no-identity` or `passphrase-needed` if none of the identities opens it.
    fn open(&self, identities: &Identities, options: OpenOptions) -> Result<Opened>;

    /// The bytes for a `text` that replaces everything, without opening the old content.
    ///
    /// # Errors
    /// See [`Opened::back`].
    fn replace(&self, text: &[u8], sealing: &Sealing<'_>) -> Result<Sealed>;

    /// The bytes for the same content, encrypted for the recipients in the rules; `rotate` generates a new data key, if
    /// the kind has one.
    ///
    /// # Errors
    /// See [`Self::open`] and [`Opened::back`].
    fn rekey(&self, sealing: &Sealing<'_>, rotate: bool) -> Result<Sealed>;

    /// Problems of the file that do not prevent listing its readers. Without `identities`, only those visible in its
    /// bytes.
    fn faults(&self, _identities: Option<&Identities>) -> Vec<Fault> {
        Vec::new()
    }
}

/// The container of a file, by its content. The name only decides between forms that the content may have.
pub fn detect<'b>(name: &str, bytes: &'b [u8]) -> Box<dyn Container + 'b> {
    // A binary age file need not be searched for what makes a sops file.
    if !age::is_binary(bytes)
        && let Some(file) = sops::detect(name, bytes)
    {
        return file;
    }
    if age::is_age(bytes) { Box::new(age::AgeFile::new(bytes)) } else { Box::new(plain::PlainFile::new(bytes)) }
}

/// Bytes that were written before, after a test that they can be opened.
///
/// # Errors
/// See [`Container::open`].
pub fn verified(name: &str, bytes: Vec<u8>, identities: &Identities, options: OpenOptions) -> Result<Sealed> {
    detect(name, &bytes).open(identities, options)?;
    Ok(Sealed::new(bytes))
}

/// What a file shows without any key: its keys, the types of its values, and what is not encrypted. With `tokens`,
/// values are replaced by their ciphertexts, so that two versions can be compared. `None` for a kind that hides
/// everything.
pub fn closed(name: &str, bytes: &[u8], tokens: bool) -> Option<Result<Closed>> {
    sops::closed(name, bytes, tokens)
}

/// The format of a file's text, if its container fixes it.
pub fn format_of(name: &str, bytes: &[u8]) -> Option<Format> {
    sops::format_of(name, bytes)
}

/// The format of a new file with this rule, if its container fixes it.
pub fn new_format(name: &str, rule: &Rule) -> Option<Format> {
    rule.sops.is_some().then(|| sops::format_of_name(name))
}

/// The bytes of a new file, in the container of its rule.
///
/// # Errors
/// `no-recipient` if the rules do not list the file, or list no usable recipient.
pub fn create(name: &str, text: &[u8], sealing: &Sealing<'_>) -> Result<Sealed> {
    if let Some(rule) = sealing.rule.and_then(|rule| rule.sops.as_ref()) {
        return sops::new(name, text, rule);
    }
    age::create(text, sealing)
}

/// Ciphertext to be written as it is.
///
/// # Errors
/// `damaged` if it is not ciphertext.
pub fn as_it_is(name: &str, bytes: &[u8]) -> Result<Sealed> {
    detect(name, bytes).recipients()?;
    Ok(Sealed::new(bytes.to_vec()))
}

/// The same content for the recipients in the rule, for a kind whose edits keep their readers.
///
/// # Errors
/// See [`Container::rekey`].
pub fn for_rule(name: &str, sealed: Sealed, sealing: &Sealing<'_>) -> Result<Sealed> {
    let Some(rule) = sealing.rule else { return Ok(sealed) };
    let rekeyed = {
        let file = detect(name, sealed.bytes());
        let drifted =
            file.kind().keeps_recipients() && file.recipients()?.agreement(rule, &Evidence::default()).drifted();
        drifted.then(|| file.rekey(sealing, false)).transpose()?
    };
    Ok(rekeyed.unwrap_or(sealed))
}

/// Whether two versions of a file differ only in metadata: readers, time of change, and authentication. `None` for a
/// kind that does not reveal that without a key.
pub fn same_ciphertexts(name: &str, before: &[u8], after: &[u8]) -> Option<bool> {
    let tokens = |bytes| closed(name, bytes, true)?.ok().map(|closed| closed.text);
    Some(tokens(before)? == tokens(after)?)
}

/// The keys of a rule in a printable form: a text in secrets.nix that is not a public key may be secret. Keys of other
/// services than age include the name of the service.
pub fn printable(rule: &Rule) -> Vec<String> {
    if let Some(sops) = &rule.sops {
        return sops.groups.iter().flat_map(agreement::named).collect();
    }
    let one = |key: &String| if is_recipient(key) { key.clone() } else { "(not a public key)".to_owned() };
    rule.keys.iter().map(one).collect()
}

/// Whether a rule lists no keys, valid or not.
pub fn lists_none(rule: &Rule) -> bool {
    match &rule.sops {
        Some(sops) => sops.groups.iter().flat_map(agreement::named).next().is_none(),
        None => rule.keys.is_empty(),
    }
}

/// Whether a text in the rules is a valid key, even if the plugin for it is missing.
pub fn is_recipient(key: &str) -> bool {
    refusals(&[key.to_owned()]).is_empty()
}

/// Which of the X25519 identities open an age file, and which do not, by public key. Never prompts.
pub fn tried(bytes: &[u8], identities: &Identities) -> Evidence {
    let mut evidence = Evidence::default();
    if age::is_age(bytes) {
        for (key, identity) in identities.native() {
            let keys = if age::is_for(bytes, identity) { &mut evidence.opening } else { &mut evidence.refused };
            keys.insert(key.to_owned());
        }
    }
    evidence
}

/// The X25519 keys among these.
pub fn native(keys: &[String]) -> impl Iterator<Item = String> + '_ {
    age::each(keys).map(|(_, key)| key).filter(|key| age::is_native(key))
}

/// The texts in a rule that are not usable recipients.
pub fn refusals(keys: &[String]) -> Vec<RefusedRecipient> {
    age::refusals(keys)
}

/// Fails for a rule without a usable recipient.
///
/// # Errors
/// `no-recipient`, with the reason.
pub fn require_recipients(rule: &Rule) -> Result<()> {
    if let Some(sops) = &rule.sops {
        sops.recipients()?;
    }
    age::AgeRecipients::parse(&rule.keys).map(drop)
}
