//! How a text is encrypted. A file is seen through its container: who can read it, the text that people edit (the view),
//! and the bytes that an edited view becomes. [`detect`] is the one place that tells the kinds of container apart.
//!
//! Identities, the lock on a file, and the atomic replacement of files are here as well.

mod age;
mod atomic;
mod fault;
mod identities;
mod opened;
mod original;
mod plain;
pub mod plaintext;
mod readers;
mod sealed;
pub mod sops;
mod value;

use crate::document::Format;
use crate::error::Result;
use crate::rules::Rule;

pub use age::{PLUGIN_FAILED, Refusal, Unusable};
pub use atomic::{
    Leftover, Outcome, Recovered, Replacement, Signals, leftovers, recover, remove, replace_all, snapshot,
};
pub use fault::{Fault, FaultKind};
pub use identities::{Identities, STDIN, ask_secret};
pub use opened::{Back, Closed, OpenOptions, Opened};
pub use original::Original;
pub use plaintext::Plaintext;
pub use readers::{Agreement, Evidence, GroupAgreement, Reader, Readers};
pub use sealed::{Sealed, Sealing, sha256};
pub use value::{InnerValue, descend};

/// The kinds of container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An age file: all of it is encrypted, for those whom the rules name.
    Age,
    /// A sops file: its values are encrypted, for those whom its metadata names.
    Sops,
    Plain,
}

impl Kind {
    /// Whether what is in it is hidden.
    pub fn is_encrypted(self) -> bool {
        self != Self::Plain
    }

    /// Whether an edit leaves its readers as they are. Otherwise it is re-encrypted, for those whom the rules name.
    pub fn keeps_readers(self) -> bool {
        self == Self::Sops
    }
}

/// What a file holds and for whom.
pub trait Container: Send + Sync {
    fn kind(&self) -> Kind;

    /// Who can read it, as the bytes alone tell, without any key.
    ///
    /// # Errors
    /// `damaged` if that cannot be read.
    fn readers(&self) -> Result<Readers>;

    /// Verifies and decrypts it.
    ///
    /// # Errors
    /// `damaged` where the file is not intact, `no-identity` or `passphrase-needed` where none of the identities opens it.
    fn open(&self, identities: &Identities, options: OpenOptions) -> Result<Opened>;

    /// The bytes for a `text` that replaces everything, without having opened what is there.
    ///
    /// # Errors
    /// See [`Opened::back`].
    fn replace(&self, text: &[u8], sealing: &Sealing<'_>) -> Result<Sealed>;

    /// The bytes for the same content, for those whom the rules name; `rotate` makes a new key for the data itself, where
    /// the kind keeps one.
    ///
    /// # Errors
    /// As [`Self::open`] and [`Opened::back`].
    fn rekey(&self, sealing: &Sealing<'_>, rotate: bool) -> Result<Sealed>;

    /// What is wrong with it although its readers can be listed. Without `identities` only what its bytes show.
    fn faults(&self, _identities: Option<&Identities>) -> Vec<Fault> {
        Vec::new()
    }
}

/// The container of a file, by its content. The name only decides between forms that one content may have.
pub fn detect<'b>(name: &str, bytes: &'b [u8]) -> Box<dyn Container + 'b> {
    if let Some(file) = sops::detect(name, bytes) {
        return file;
    }
    if age::is_age(bytes) { Box::new(age::AgeFile::new(bytes)) } else { Box::new(plain::PlainFile::new(bytes)) }
}

/// Bytes that were written before, opened again.
///
/// # Errors
/// See [`Container::open`].
pub fn verified(name: &str, bytes: Vec<u8>, identities: &Identities, options: OpenOptions) -> Result<Sealed> {
    detect(name, &bytes).open(identities, options)?;
    Ok(Sealed::new(bytes))
}

/// What a file shows without any key: its keys, the types of its values, and what is not encrypted. With `tokens`, the
/// ciphertexts stand for the values, so that two versions can be compared. `None` for a kind that hides everything.
pub fn closed(name: &str, bytes: &[u8], tokens: bool) -> Option<Result<Closed>> {
    sops::closed(name, bytes, tokens)
}

/// The format of what a file shows, where its container decides that.
pub fn format_of(name: &str, bytes: &[u8]) -> Option<Format> {
    sops::format_of(name, bytes)
}

/// The format of a new file by this rule, where its container decides that.
pub fn new_format(name: &str, rule: &Rule) -> Option<Format> {
    rule.sops.is_some().then(|| sops::format_of_name(name))
}

/// The bytes of a new file, in the kind of container that its rule asks for.
///
/// # Errors
/// `no-recipient` if the rules do not name the file, or name nobody who could read it.
pub fn create(name: &str, text: &[u8], sealing: &Sealing<'_>) -> Result<Sealed> {
    if let Some(rule) = sealing.rule.and_then(|rule| rule.sops.as_ref()) {
        return sops::new(name, text, rule);
    }
    age::create(text, sealing)
}

/// Ciphertext that is to be written as it is.
///
/// # Errors
/// `damaged`, if it is not ciphertext.
pub fn as_it_is(name: &str, bytes: &[u8]) -> Result<Sealed> {
    detect(name, bytes).readers()?;
    Ok(Sealed::new(bytes.to_vec()))
}

/// The same content for those whom the rule names, for a kind whose edits keep their readers.
///
/// # Errors
/// See [`Container::rekey`].
pub fn for_rule(name: &str, sealed: Sealed, sealing: &Sealing<'_>) -> Result<Sealed> {
    let Some(rule) = sealing.rule else { return Ok(sealed) };
    let rekeyed = {
        let file = detect(name, sealed.bytes());
        let drifted = file.kind().keeps_readers() && file.readers()?.agreement(rule, &Evidence::default()).drifted();
        drifted.then(|| file.rekey(sealing, false)).transpose()?
    };
    Ok(rekeyed.unwrap_or(sealed))
}

/// Whether two versions of a file differ in nothing but what is beside its values: who can read it, when it was changed, and
/// what authenticates it. `None` for a kind that does not tell without a key.
pub fn same_ciphertexts(name: &str, before: &[u8], after: &[u8]) -> Option<bool> {
    let tokens = |bytes| closed(name, bytes, true)?.ok().map(|closed| closed.text);
    Some(tokens(before)? == tokens(after)?)
}

/// The keys of a rule as they may be printed: what is not a public key, in secrets.nix, may have come out of any file. Keys
/// of other services than age are named with their service.
pub fn printable(rule: &Rule) -> Vec<String> {
    if let Some(sops) = &rule.sops {
        return sops.groups.iter().flat_map(readers::named).collect();
    }
    let one = |key: &String| if is_recipient(key) { key.clone() } else { "(not a public key)".to_owned() };
    rule.keys.iter().map(one).collect()
}

/// Whether a key of the rules can be read; a plugin that it needs may be missing.
pub fn is_recipient(key: &str) -> bool {
    refusals(&[key.to_owned()]).is_empty()
}

/// Which of the X25519 identities open an age file, by their public keys: those that do, and those that do not. Nobody is
/// asked for anything.
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

/// The texts among the keys of a rule that are not keys that age encrypts for.
pub fn refusals(keys: &[String]) -> Vec<Refusal> {
    age::refusals(keys)
}

/// Refuses a rule by which nobody could read the file.
///
/// # Errors
/// `no-recipient`, naming what is wrong.
pub fn refuse_nobody(rule: &Rule) -> Result<()> {
    if let Some(sops) = &rule.sops {
        sops.recipients()?;
    }
    age::Recipients::parse(&rule.keys).map(drop)
}
