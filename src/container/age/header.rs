//! Who can read an age file, as its header tells without any key (age specification, "Header").

use std::collections::HashSet;
use std::io::Read;

use age::armor::ArmoredReader;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest, Sha256};

use super::open::is_age;
use super::seal::without_comment;
use crate::error::{Error, Kind, Result};

/// More than any header is long: the text before the payload.
const MOST: u64 = 1 << 20;

/// One recipient's part of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stanza {
    /// `ssh-ed25519`, `ssh-rsa`, `X25519`, `piv-p256`, …
    pub kind: String,
    /// The key's mark, where the type has one: of an ssh key four bytes of its hash, in base64.
    pub tag: Option<String>,
}

impl Stanza {
    /// Whether it is for this key; `false` for types that have no tag to tell.
    pub fn is_for(&self, key: &str) -> bool {
        self.tag.is_some() && self.tag == ssh_tag(key)
    }
}

/// A header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Whether the file is armored.
    pub armor: bool,
    /// The recipients' parts, in their order.
    pub stanzas: Vec<Stanza>,
}

/// How a header agrees with the keys of the rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agreement {
    /// What the rules name and the header does not have: a key, or for types without a tag how many of them.
    pub missing: Vec<String>,
    /// What the header has and the rules do not name.
    pub extra: Vec<Stanza>,
    /// Whether every recipient has a tag, so that nothing was only counted.
    pub verifiable: bool,
}

impl Agreement {
    /// Whether those who can read the file are not those whom the rules name.
    pub fn drifted(&self) -> bool {
        !self.missing.is_empty() || !self.extra.is_empty()
    }
}

impl Header {
    /// Reads the header of an age file, binary or armored.
    ///
    /// # Errors
    /// `damaged`, where it is none or is cut.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let damaged = |what: &str| Error::new(Kind::Damaged, what.to_owned()).hint("restore it from git");
        if bytes.is_empty() {
            return Err(damaged("the file is empty"));
        }
        if !is_age(bytes) {
            return Err(damaged("this is no age file"));
        }
        let armor = bytes.starts_with(b"-----BEGIN");
        let mut text = Vec::new();
        // A fault further on, in the payload, does not matter here.
        let read = ArmoredReader::new(bytes).take(MOST).read_to_end(&mut text);
        let header = header_text(&text).ok_or_else(|| damaged("the header of the file is cut"));
        let header =
            if read.is_err() { header.map_err(|_| damaged("the armor of the file is damaged"))? } else { header? };
        let stanzas = header.iter().filter_map(|line| line.strip_prefix("-> ")).filter_map(|line| {
            let mut words = line.split(' ');
            let kind = words.next()?.to_owned();
            let tag = kind.starts_with("ssh-").then(|| words.next().map(str::to_owned)).flatten();
            (!kind.ends_with("-grease")).then_some(Stanza { kind, tag })
        });
        Ok(Self { armor, stanzas: stanzas.collect() })
    }

    /// Those it is for, in one line: types, and tags where there are some.
    pub fn recipients(&self) -> String {
        let stanza = |stanza: &Stanza| match &stanza.tag {
            Some(tag) => format!("{} {tag}", stanza.kind),
            None => stanza.kind.clone(),
        };
        self.stanzas.iter().map(stanza).collect::<Vec<_>>().join(", ")
    }

    /// The recipients' parts that the other header has not, by type and tag; those without a tag are only counted.
    pub fn beyond(&self, other: &Self) -> Vec<Stanza> {
        let mut left: Vec<&Stanza> = other.stanzas.iter().collect();
        let mut beyond = Vec::new();
        for stanza in &self.stanzas {
            match left.iter().position(|known| *known == stanza) {
                Some(found) => drop(left.remove(found)),
                None => beyond.push(stanza.clone()),
            }
        }
        beyond
    }

    /// Compares the header with the keys of the rules: ssh keys by tag, others by count.
    pub fn agreement(&self, keys: &[String]) -> Agreement {
        let mut agreement = Agreement { verifiable: true, ..Agreement::default() };
        let mut seen = HashSet::new();
        let (tagged, untagged): (Vec<&String>, Vec<&String>) = keys.iter().partition(|key| ssh_tag(key).is_some());
        let tags: Vec<String> = tagged.iter().filter_map(|key| ssh_tag(key)).collect();
        for (key, tag) in tagged.into_iter().zip(&tags).filter(|(_, tag)| seen.insert(*tag)) {
            if !self.stanzas.iter().any(|stanza| stanza.tag.as_ref() == Some(tag)) {
                agreement.missing.push(key.clone());
            }
        }
        let unknown = |stanza: &&Stanza| stanza.tag.as_ref().is_some_and(|tag| !tags.contains(tag));
        agreement.extra.extend(self.stanzas.iter().filter(unknown).cloned());
        let counted: Vec<&Stanza> = self.stanzas.iter().filter(|stanza| stanza.tag.is_none()).collect();
        agreement.verifiable = untagged.is_empty() && counted.is_empty();
        // What age itself encrypts is X25519, and what plugins do is not.
        for native in [true, false] {
            let keys: Vec<&String> = untagged.iter().copied().filter(|key| is_native(key) == native).collect();
            let count = counted.iter().filter(|stanza| (stanza.kind == "X25519") == native);
            agreement.count(&keys, &count.copied().collect::<Vec<_>>());
        }
        agreement
    }
}

impl Agreement {
    /// Compares keys without a tag with the parts of the header that can be theirs.
    fn count(&mut self, keys: &[&String], stanzas: &[&Stanza]) {
        // A key that is named twice may stand in the header twice.
        self.extra.extend(stanzas.iter().skip(keys.len()).map(|stanza| (*stanza).clone()));
        let mut seen = HashSet::new();
        let keys: Vec<&String> = keys.iter().copied().filter(|key| seen.insert(without_comment(key))).collect();
        match keys.len().saturating_sub(stanzas.len()) {
            0 => {}
            _ if stanzas.is_empty() => self.missing.extend(keys.into_iter().cloned()),
            missing => self.missing.push(format!("{missing} of {} keys without a tag", keys.len())),
        }
    }
}

fn is_native(key: &str) -> bool {
    key.trim().parse::<age::x25519::Recipient>().is_ok()
}

/// The lines up to the one with the header's authentication code; `None` where that is not there.
fn header_text(bytes: &[u8]) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = std::str::from_utf8(line).ok()?.to_owned();
        let last = line.starts_with("---");
        lines.push(line);
        if last {
            return Some(lines);
        }
    }
    None
}

/// The tag of an ssh key, as a header has it: the first four bytes of the SHA-256 of its wire form.
pub fn ssh_tag(key: &str) -> Option<String> {
    let mut words = key.split_whitespace();
    let wire = words.next().filter(|kind| kind.starts_with("ssh-")).and_then(|_| words.next())?;
    let wire = STANDARD.decode(wire).ok()?;
    Some(STANDARD_NO_PAD.encode(&Sha256::digest(wire)[..4]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::{Recipients, seal};

    const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA4oOfq00Gf5fZdZRuu/txqX80pSqbt4GWZcGH90to0L ada@laptop";
    const OTHER: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICz6Ug0pQQxhavlvcL/T/S45vmF0cC4wh1B99Op7WIms";

    fn sealed(keys: &[&str], armor: bool) -> Vec<u8> {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        let recipients = Recipients::parse(&keys).expect("keys");
        seal(b"a: 1\n", &recipients, armor, None).expect("sealed").bytes().to_vec()
    }

    #[test]
    fn ssh_keys_are_told_apart_by_their_tags() {
        for armor in [false, true] {
            let header = Header::read(&sealed(&[ED25519], armor)).expect("a header");
            assert_eq!((header.armor, header.stanzas.len()), (armor, 1));
            assert!(!header.agreement(&[ED25519.to_owned()]).drifted());
            let drifted = header.agreement(&[OTHER.to_owned()]);
            assert_eq!(drifted.missing, [OTHER]);
            assert_eq!(drifted.extra, header.stanzas);
            assert!(drifted.verifiable);
        }
    }

    #[test]
    fn keys_without_a_tag_are_counted() {
        let key = || age::x25519::Identity::generate().to_public().to_string();
        let (one, two) = (key(), key());
        let header = Header::read(&sealed(&[&one, ED25519], false)).expect("a header");
        let same = header.agreement(&[two.clone(), ED25519.to_owned()]);
        assert!(!same.drifted() && !same.verifiable);
        assert!(header.agreement(&[one.clone(), two.clone(), ED25519.to_owned()]).drifted());
        assert!(header.agreement(&[ED25519.to_owned()]).drifted());
        assert!(!header.agreement(&[one.clone(), one, ED25519.to_owned(), format!("{ED25519} again")]).drifted());
        let plugin = "age1fake1dphh2um9xlmsmm".to_owned();
        let moved = header.agreement(&[plugin.clone(), ED25519.to_owned()]);
        assert_eq!((moved.missing, moved.extra.len()), (vec![plugin], 1), "a plugin's key is none of age's own");
    }

    #[test]
    fn what_is_no_age_file_is_damaged() {
        let whole = sealed(&[ED25519], false);
        for bytes in [&b""[..], b"a: 1\n", &whole[..40], b"-----BEGIN AGE ENCRYPTED FILE-----\n!!\n"] {
            assert_eq!(Header::read(bytes).expect_err("refused").kind(), Kind::Damaged);
        }
    }
}
