//! The recipients of a file, listed without any key.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest, Sha256};

use super::age::without_comment;
use crate::rules::sops::ServiceKey;
use crate::shown;
use crate::shown::{RecipientName, Shown};

/// The prefixes of plugin recipients whose stanzas are `piv-p256`.
const PIV: [&str; 2] = ["age1yubikey1", "age1se1"];
/// The type of the stanzas for X25519 keys, which have no tag.
pub(super) const NATIVE: &str = "X25519";

/// A reader of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Recipient {
    /// The type of the key: `ssh-ed25519`, `ssh-rsa`, `X25519`, `piv-p256`, …
    pub kind: String,
    /// The tag of the key, if its type has one: four bytes of the hash of an ssh key or a PIV token, in base64.
    pub tag: Option<String>,
    /// The key itself, if the file contains it.
    pub key: Option<String>,
    /// The index of its key group.
    pub group: usize,
}

impl Recipient {
    /// Whether it is the reader with this key; `false` if the file does not reveal that.
    pub fn is_for(&self, key: &str) -> bool {
        match &self.key {
            Some(own) => without_comment(own) == without_comment(key),
            None => self.tag.is_some() && self.tag == Self::tag_of(key),
        }
    }

    /// Whether it is this key of a service other than age.
    pub(super) fn is_for_service(&self, key: &ServiceKey) -> bool {
        self.kind == key.title() && self.key.as_ref().is_some_and(|name| key.is_called(name))
    }

    /// The tag of a key in age headers: the first four bytes of the SHA-256 of an ssh key in its wire form, or of the
    /// public key of a PIV token (`age1yubikey1…`, `age1se1…`). `None` for other kinds of keys.
    pub fn tag_of(key: &str) -> Option<String> {
        let mut words = key.split_whitespace();
        let first = words.next()?;
        let public = if first.starts_with("ssh-") {
            STANDARD.decode(words.next()?).ok()?
        } else if PIV.iter().any(|start| first.starts_with(start)) {
            bech32::decode(first).ok()?.1
        } else {
            return None;
        };
        Some(STANDARD_NO_PAD.encode(&Sha256::digest(public)[..4]))
    }
}

/// The readers of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipients {
    /// Whether the file is armored; `None` for a kind without armor.
    pub armor: Option<bool>,
    pub all: Vec<Recipient>,
    /// How many key groups are needed to open it.
    pub needed: usize,
}

impl Recipients {
    /// All readers in one line: types, with tags or keys if available.
    pub fn listed(&self) -> Shown {
        self.listed_by(|reader| match (&reader.key, &reader.tag) {
            (Some(key), _) => RecipientName::shown(key),
            (None, Some(tag)) => shown!("{} {}", RecipientName::shown(&reader.kind), RecipientName::shown(tag)),
            (None, None) => RecipientName::shown(&reader.kind),
        })
    }

    /// All readers in one line, each with this name.
    pub fn listed_by(&self, name: impl Fn(&Recipient) -> Shown) -> Shown {
        let mut counted: Vec<(Shown, usize)> = Vec::new();
        for name in self.all.iter().map(name) {
            match counted.iter_mut().find(|(other, _)| other.as_str() == name.as_str()) {
                Some((_, count)) => *count += 1,
                None => counted.push((name, 1)),
            }
        }
        let one = |(name, count)| if count > 1 { shown!("{} ({} times)", name, count) } else { name };
        Shown::join(counted.into_iter().map(one), ", ")
    }

    /// The readers that the other file does not have; those without a tag are only counted.
    pub fn beyond(&self, other: &Self) -> Vec<Recipient> {
        let mut left: HashMap<&Recipient, usize> = HashMap::new();
        other.all.iter().for_each(|reader| *left.entry(reader).or_default() += 1);
        let is_beyond = |reader: &&Recipient| match left.get_mut(*reader).filter(|left| **left > 0) {
            Some(left) => {
                *left -= 1;
                false
            }
            None => true,
        };
        self.all.iter().filter(is_beyond).cloned().collect()
    }

    /// Whether there are keys that the file does not distinguish.
    pub fn has_untagged(&self) -> bool {
        self.all.iter().any(|reader| reader.key.is_none() && reader.tag.is_none())
    }
}
