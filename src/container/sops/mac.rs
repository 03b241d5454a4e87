//! The MAC over all values of a file, which detects missing, added, changed, and reordered values.

use sha2::{Digest, Sha256, Sha512};

use super::cipher::Cipher;
use super::plain::{Plain, Type};
use super::time;
use crate::error::{Error, ErrorKind, Result};

/// Hashes the values of a file in document order, over all documents.
#[derive(Clone)]
pub struct Mac {
    hash: Sha512,
    only_encrypted: bool,
}

impl Mac {
    /// Starts the hash; `only_encrypted` is `mac_only_encrypted` of the metadata.
    pub fn new(only_encrypted: bool) -> Self {
        let mut hash = Sha512::new();
        if only_encrypted {
            hash.update(Sha256::digest(b"sops"));
        }
        Self { hash, only_encrypted }
    }

    /// Adds the next value; `encrypted` is set if the selectors select it. Comments and nulls are not part of the
    /// MAC.
    pub fn add(&mut self, plain: &Plain, encrypted: bool) {
        if plain.kind() != Type::Comment && (encrypted || !self.only_encrypted) {
            self.hash.update(plain.bytes());
        }
    }

    /// The hash in upper-case hex.
    pub fn finish(self) -> String {
        crate::hex::hex(&self.hash.finalize()).to_ascii_uppercase()
    }

    /// Compares the hash with the token in the metadata.
    ///
    /// # Errors
    /// `damaged` if the token is missing, does not authenticate, or is for other values.
    pub fn verify(self, cipher: &Cipher, token: &str, last_modified: &str) -> Result<()> {
        let damaged = |what: &'static str| {
            Err(Error::new(ErrorKind::Damaged, what)
                .hint("restore the file from git, or read it with --ignore-mac and compare it with what it should be"))
        };
        let Some(aad) = time::seconds(last_modified) else {
            return damaged(
                "`lastmodified` in the sops metadata is missing or not a time, so the MAC cannot be verified",
            );
        };
        if token.is_empty() {
            return damaged("the sops metadata has no MAC");
        }
        match cipher.decrypt(token, &aad) {
            Err(_) => damaged("the MAC in the sops metadata does not authenticate: it, or `lastmodified`, was changed"),
            Ok(stored) if stored.bytes() == self.finish().as_bytes() => Ok(()),
            Ok(_) => damaged("MAC mismatch: values were added, removed, changed, or reordered outside of sops"),
        }
    }

    /// The token for the metadata.
    ///
    /// # Errors
    /// `damaged` if `last_modified` is not a time; errors of [`Cipher::encrypt`].
    pub fn seal(self, cipher: &Cipher, last_modified: &str) -> Result<String> {
        let aad = time::seconds(last_modified)
            .ok_or_else(|| Error::new(ErrorKind::Damaged, "`lastmodified` in the sops metadata is not a time"))?;
        cipher.encrypt(&Plain::string(self.finish()), &aad)
    }
}

/// The current time in the form of `lastmodified`: UTC, in seconds.
pub fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::sops::cipher::DataKey;

    const WHEN: &str = "2026-11-28T07:19:46Z";

    fn mac(only_encrypted: bool, values: &[(Plain, bool)]) -> Mac {
        let mut mac = Mac::new(only_encrypted);
        for (plain, encrypted) in values {
            mac.add(plain, *encrypted);
        }
        mac
    }

    fn values() -> Vec<(Plain, bool)> {
        vec![(Plain::string("a"), true), (Plain::comment("c"), true), (Plain::int(1), false), (Plain::bool(true), true)]
    }

    #[test]
    fn the_hash_covers_only_the_values() {
        let plain = crate::hex::hex(&Sha512::digest(b"a1True")).to_ascii_uppercase();
        assert_eq!(mac(false, &values()).finish(), plain);
        let mut seeded = Sha256::digest(b"sops").to_vec();
        assert_eq!(crate::hex::hex(&seeded), "8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69");
        seeded.extend_from_slice(b"aTrue");
        assert_eq!(mac(true, &values()).finish(), crate::hex::hex(&Sha512::digest(&seeded)).to_ascii_uppercase());
    }

    #[test]
    fn a_mac_verifies_only_with_its_time() {
        let cipher = Cipher::new(&DataKey::generate().expect("random"));
        let token = mac(false, &values()).seal(&cipher, WHEN).expect("sealed");
        let verify =
            |values: &[(Plain, bool)], token: &str, when: &str| mac(false, values).verify(&cipher, token, when);
        assert!(verify(&values(), &token, WHEN).is_ok());
        assert!(verify(&values(), &token, "2026-11-28T07:19:46+00:00").is_ok(), "as Go prints it");
        let fewer = &values()[1..];
        for (values, token, when, says) in [
            (fewer, token.as_str(), WHEN, "MAC mismatch"),
            (&values(), token.as_str(), "2026-11-28T07:19:47Z", "does not authenticate"),
            (&values(), token.as_str(), "yesterday", "not a time"),
            (&values(), token.as_str(), "", "not a time"),
            (&values(), "", WHEN, "no MAC"),
            (&values(), "ENC[", WHEN, "does not authenticate"),
        ] {
            let error = verify(values, token, when).expect_err("noticed");
            assert!(error.kind() == ErrorKind::Damaged && error.message().contains(says), "{error}");
        }
    }

    #[test]
    fn the_current_time_is_one_that_sops_reads() {
        assert_eq!(time::seconds(&now()), Some(now()));
    }
}
