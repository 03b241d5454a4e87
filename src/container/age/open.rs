//! Decrypts age files in memory.

use std::io::{self, Read};
use std::path::PathBuf;

use age::DecryptError;

use super::binary::{Binary, damaged};
use super::header;
use crate::container::identities::{Identities, Lock};
use crate::container::plaintext::Plaintext;
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Zeroizing;
use crate::shown;
use crate::shown::{PluginMessage, Shown};

/// The start of a hint line with a plugin's error message.
pub const PLUGIN_FAILED: &str = "a plugin did not open it: ";

/// The number of bytes to compare at once: a chunk of age's payload.
const CHUNK: usize = 1 << 16;

/// Decrypts an age file, binary or armored, with the first identity that fits, and names its file. Asks for a
/// passphrase if `ask` is set.
///
/// # Errors
/// `damaged` if the file is corrupted; `no-identity` or `passphrase-needed` if none of the identities opens it.
pub(in crate::container) fn open(bytes: &[u8], identities: &Identities, ask: bool) -> Result<(Plaintext, PathBuf)> {
    open_for(bytes, None, identities, ask)
}

/// Like [`open`], for a file whose only recipient is known: it does not ask for passphrases of other keys.
///
/// # Errors
/// See [`open`].
pub(in crate::container) fn open_for(
    bytes: &[u8],
    recipient: Option<&str>,
    identities: &Identities,
    ask: bool,
) -> Result<(Plaintext, PathBuf)> {
    open_or_ask(bytes, recipient, identities, Asking::all(ask), |reader| read_all(reader, bytes.len()))
}

/// Whether the age file decrypts to `text`, with identities that need neither a passphrase nor a touch of a hardware
/// key. The decrypted content is never in memory as a whole.
///
/// # Errors
/// See [`open`].
pub(super) fn holds(bytes: &[u8], text: &[u8], identities: &Identities) -> Result<bool> {
    open_or_ask(bytes, None, identities, Asking::NONE, |reader| is_same(reader, text)).map(|(same, _)| same)
}

/// Whether the age file decrypts to `text` with this identity.
///
/// # Errors
/// `damaged`; `no-identity` if the identity does not open it.
pub(super) fn holds_by(bytes: &[u8], text: &[u8], identity: &dyn age::Identity) -> Result<bool> {
    let file = Binary::read(bytes)?;
    let mut reader = open_with(&file, identity, &mut Vec::new())?
        .ok_or_else(|| Error::new(ErrorKind::NoIdentity, "the identity does not open the file"))?;
    is_same(&mut reader, text).map_err(|_| damaged())
}

/// Whether this identity opens the file.
pub(in crate::container) fn is_for(bytes: &[u8], identity: &dyn age::Identity) -> bool {
    Binary::read(bytes)
        .is_ok_and(|file| open_with(&file, identity, &mut Vec::new()).is_ok_and(|reader| reader.is_some()))
}

/// What the user may be asked for.
#[derive(Clone, Copy)]
struct Asking {
    /// Whether to use plugins, which may ask for a touch or a PIN.
    plugins: bool,
    /// Whether to ask for a passphrase.
    passphrase: bool,
}

impl Asking {
    const NONE: Self = Self { plugins: false, passphrase: false };

    fn all(passphrase: bool) -> Self {
        Self { plugins: true, passphrase }
    }
}

/// The complete content, in a buffer as long as the ciphertext, so that growing leaves no copies behind.
fn read_all(reader: &mut dyn Read, ciphertext: usize) -> io::Result<Plaintext> {
    let mut text = Zeroizing::new(Vec::with_capacity(ciphertext));
    reader.read_to_end(&mut text)?;
    Ok(Plaintext::new(std::mem::take(&mut *text)))
}

/// Whether the content is `text`.
fn is_same(reader: &mut dyn Read, mut text: &[u8]) -> io::Result<bool> {
    let mut chunk = Zeroizing::new(vec![0; CHUNK]);
    loop {
        let read = reader.read(&mut chunk)?;
        match text.split_at_checked(read) {
            _ if read == 0 => return Ok(text.is_empty()),
            Some((same, rest)) if same == &chunk[..read] => text = rest,
            _ => return Ok(false),
        }
    }
}

fn open_or_ask<T>(
    bytes: &[u8],
    recipient: Option<&str>,
    identities: &Identities,
    asking: Asking,
    take: impl Fn(&mut dyn Read) -> io::Result<T>,
) -> Result<(T, PathBuf)> {
    if bytes.is_empty() {
        return Err(Error::new(ErrorKind::Damaged, "the file is empty").hint("restore it from git"));
    }
    let file = Binary::read(bytes)?;
    let readers = header::read(bytes).ok();
    let lock = Lock { readers: readers.as_ref(), recipient };
    let (mut said, mut tried) = (Vec::new(), Vec::new());
    loop {
        let unlocked = identities.unlocked();
        for (path, identity) in identities.usable(asking.plugins) {
            let place = std::ptr::from_ref(identity).cast::<()>();
            if tried.contains(&place) {
                continue;
            }
            tried.push(place);
            if let Some(mut reader) = open_with(&file, identity, &mut said)? {
                return Ok((take(&mut reader).map_err(|_| damaged())?, path.to_owned()));
            }
        }
        // Another thread may have asked in the meantime.
        if !asking.passphrase || (!identities.unlock_next(&lock)? && identities.unlocked() == unlocked) {
            break;
        }
    }
    file.decryptor()?;
    Err(identities.none_fits(&[lock], &said))
}

/// Reads the content if the identity opens the file. A plugin's message is added to `said`, since another identity may
/// still fit.
fn open_with<'b>(
    file: &'b Binary<'_>,
    identity: &dyn age::Identity,
    said: &mut Vec<Shown>,
) -> Result<Option<impl Read + use<'b>>> {
    match file.decryptor()?.decrypt(std::iter::once(identity)) {
        Ok(reader) => Ok(Some(reader)),
        Err(DecryptError::NoMatchingKeys) => Ok(None),
        Err(error @ DecryptError::Io(_)) => {
            said.push(shown!("{}{}", PLUGIN_FAILED, PluginMessage::shown(error.to_string())));
            Ok(None)
        }
        Err(_) => Err(damaged()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use age::secrecy::ExposeSecret;

    use super::*;
    use crate::container::age::is_age;

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
            assert_eq!(open(bytes, &identities, false).expect("it opens").0.expose(), b"a: 1\n");
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
            assert_eq!(open(bytes, &identities, false).expect_err("refused").kind(), ErrorKind::Damaged);
        }
    }

    #[test]
    fn a_stranger_sees_what_was_tried() {
        let folder = tempfile::tempdir().expect("a folder");
        let (_, identities) = identity_file(&folder);
        let stranger = age::x25519::Identity::generate();
        let sealed = age::encrypt(&stranger.to_public(), b"a: 1\n").expect("sealed");
        let error = open(&sealed, &identities, false).expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::NoIdentity);
        assert!(error.hint_text().expect("a hint").contains("keys.txt"));
    }
}
