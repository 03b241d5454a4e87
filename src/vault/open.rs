//! Decrypting in memory.

use std::io::Read;
use std::path::PathBuf;

use age::armor::ArmoredReader;
use age::{DecryptError, Decryptor};

use super::header::Header;
use super::identities::Identities;
use super::plaintext::Plaintext;
use crate::error::{Error, Kind, Result};

/// What a line of a hint begins with that tells what a plugin said.
pub const PLUGIN_FAILED: &str = "a plugin did not open it: ";

/// Whether the bytes begin as an age file does, binary or armored.
pub fn is_age(bytes: &[u8]) -> bool {
    bytes.starts_with(b"age-encryption.org/") || bytes.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----")
}

/// Decrypts an age file, binary or armored, with the first identity that fits. A person may be asked for a passphrase.
///
/// # Errors
/// `damaged` where the file is not intact, `no-identity` or `passphrase-needed` where nothing at hand opens it.
pub fn open(bytes: &[u8], identities: &Identities) -> Result<Plaintext> {
    open_or_ask(bytes, identities, true).map(|(text, _)| text)
}

/// As [`open`], and names the file of the identity that fits.
///
/// # Errors
/// As [`open`].
pub fn open_naming(bytes: &[u8], identities: &Identities) -> Result<(Plaintext, PathBuf)> {
    open_or_ask(bytes, identities, true)
}

/// As [`open`], and nobody is asked for a passphrase.
///
/// # Errors
/// As [`open`].
pub fn open_unasked(bytes: &[u8], identities: &Identities) -> Result<Plaintext> {
    open_or_ask(bytes, identities, false).map(|(text, _)| text)
}

fn open_or_ask(bytes: &[u8], identities: &Identities, ask: bool) -> Result<(Plaintext, PathBuf)> {
    if bytes.is_empty() {
        return Err(Error::new(Kind::Damaged, "the file is empty").hint("restore it from git"));
    }
    let (mut said, mut tried) = (Vec::new(), Vec::new());
    loop {
        let unlocked = identities.unlocked();
        for (path, identity) in identities.usable() {
            let place = std::ptr::from_ref(identity).cast::<()>();
            if tried.contains(&place) {
                continue;
            }
            tried.push(place);
            if let Some(text) = open_with(bytes, identity, &mut said)? {
                return Ok((text, path.to_owned()));
            }
        }
        // Another thread may have asked meanwhile.
        if !ask || (!identities.unlock_next()? && identities.unlocked() == unlocked) {
            break;
        }
    }
    Decryptor::new(ArmoredReader::new(bytes)).map_err(|_| damaged())?;
    Err(identities.none_fits(Header::read(bytes).ok().as_ref(), &said))
}

/// The content, if the identity opens the file. What a plugin says to that goes into `said`: another identity may fit.
fn open_with(bytes: &[u8], identity: &dyn age::Identity, said: &mut Vec<String>) -> Result<Option<Plaintext>> {
    let decryptor = Decryptor::new(ArmoredReader::new(bytes)).map_err(|_| damaged())?;
    let mut reader = match decryptor.decrypt(std::iter::once(identity)) {
        Ok(reader) => reader,
        Err(DecryptError::NoMatchingKeys) => return Ok(None),
        Err(error @ DecryptError::Io(_)) => {
            said.push(format!("{PLUGIN_FAILED}{error}"));
            return Ok(None);
        }
        Err(_) => return Err(damaged()),
    };
    // The plaintext is never longer than the ciphertext: no growth leaves copies of it behind.
    let mut text = zeroize::Zeroizing::new(Vec::with_capacity(bytes.len()));
    reader.read_to_end(&mut text).map_err(|_| damaged())?;
    Ok(Some(Plaintext::new(std::mem::take(&mut *text))))
}

fn damaged() -> Error {
    Error::new(Kind::Damaged, "the file is no intact age file: it was cut, or a part of it was changed")
        .hint("restore it from git; nothing in it can be trusted")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use age::secrecy::ExposeSecret;

    use super::*;

    fn identity_file(folder: &tempfile::TempDir) -> (age::x25519::Identity, Identities) {
        let identity = age::x25519::Identity::generate();
        let path = folder.path().join("keys.txt");
        fs::write(&path, identity.to_string().expose_secret()).expect("it can be written");
        let identities = Identities::load(&[path]).expect("it is an identity");
        (identity, identities)
    }

    #[test]
    fn opens_binary_and_armored() {
        let folder = tempfile::tempdir().expect("a folder");
        let (identity, identities) = identity_file(&folder);
        let sealed = age::encrypt(&identity.to_public(), b"a: 1\n").expect("sealed");
        let armored = age::encrypt_and_armor(&identity.to_public(), b"a: 1\n").expect("sealed");
        for bytes in [&sealed[..], armored.as_bytes()] {
            assert!(is_age(bytes));
            assert_eq!(open(bytes, &identities).expect("it opens").expose(), b"a: 1\n");
        }
    }

    #[test]
    fn a_cut_or_flipped_file_is_damaged() {
        let folder = tempfile::tempdir().expect("a folder");
        let (identity, identities) = identity_file(&folder);
        let sealed = age::encrypt(&identity.to_public(), b"a: 1\n").expect("sealed");
        let mut flipped = sealed.clone();
        *flipped.last_mut().expect("not empty") ^= 1;
        for bytes in [&flipped[..], &sealed[..sealed.len() - 1], &sealed[..23], b""] {
            assert_eq!(open(bytes, &identities).expect_err("refused").kind(), Kind::Damaged);
        }
    }

    #[test]
    fn a_stranger_is_told_what_was_tried() {
        let folder = tempfile::tempdir().expect("a folder");
        let (_, identities) = identity_file(&folder);
        let stranger = age::x25519::Identity::generate();
        let sealed = age::encrypt(&stranger.to_public(), b"a: 1\n").expect("sealed");
        let error = open(&sealed, &identities).expect_err("refused");
        assert_eq!(error.kind(), Kind::NoIdentity);
        assert!(error.hint_text().expect("a hint").contains("keys.txt"));
    }
}
