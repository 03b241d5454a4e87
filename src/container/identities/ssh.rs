//! ssh keys: OpenSSH's format and PEM, with and without a passphrase.

use std::io::BufReader;
use std::path::Path;

use age::ssh::{Identity, UnsupportedKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pkcs8::{ObjectIdentifier, PrivateKeyInfo, SecretDocument};

use super::derived;
use super::locked::{Locked, Secret};
use super::refusal::refused;
use super::usable::Usable;
use crate::error::{Error, Result};
use crate::memory::{Buffer, Zeroizing};
use crate::shown;
use crate::shown::TypeName;

/// How to convert a key into a format that age reads.
const REWRITE: &str = "`ssh-keygen -p -f FILE` rewrites the key in OpenSSH's format, which age reads";
/// RSA keys in PKCS #8 (RFC 8017, appendix A.1).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// The length of PEM lines.
const COLUMNS: usize = 64;

/// The content of an ssh key file.
pub(super) enum Ssh {
    /// Keys that can be used directly.
    Usable(Vec<Usable>),
    /// A key with a passphrase.
    Locked(Box<Locked>),
}

/// Reads a private key.
///
/// # Errors
/// `no-identity` for a key that age does not support, and for anything that is not a private key.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Ssh> {
    let rsa;
    let bytes = match pkcs8(path, bytes)? {
        Some(pem) => {
            rsa = pem;
            rsa.as_bytes()
        }
        None => bytes,
    };
    match Identity::from_buffer(BufReader::new(bytes), Some(path.display().to_string())) {
        Ok(Identity::Encrypted(key)) => {
            Ok(Ssh::Locked(Box::new(Locked::new(path, Secret::Ssh(key, Zeroizing::new(bytes.to_vec()))))))
        }
        Ok(identity @ Identity::Unencrypted(_)) => {
            let mut keys = vec![Usable::quiet(path, Box::new(identity))];
            keys.extend(derived::key(bytes, None).map(|key| Usable::native(path, key)));
            Ok(Ssh::Usable(keys))
        }
        Ok(Identity::Unsupported(key)) => Err(unsupported(path, &key)),
        Err(_) => Err(refused(path, "the file contains no readable private key")),
    }
}

fn unsupported(path: &Path, key: &UnsupportedKey) -> Error {
    match key {
        UnsupportedKey::EncryptedPem => {
            refused(path, "an RSA key in an encrypted PEM file, which age cannot open").hint(REWRITE)
        }
        UnsupportedKey::EncryptedSsh(cipher) => {
            refused(path, shown!("an ssh key encrypted with {}, which age cannot open", TypeName::shown(cipher)))
                .hint(REWRITE)
        }
        UnsupportedKey::Hardware(kind) => refused(
            path,
            shown!("the handle of an ssh security key ({}), which age does not use", TypeName::shown(kind)),
        ),
        UnsupportedKey::Type(kind) => {
            refused(path, shown!("an ssh key of the type {}, which age does not use", TypeName::shown(kind)))
        }
    }
}

/// Converts an RSA key from PKCS #8 to PEM, which age reads; `None` for another format.
fn pkcs8(path: &Path, bytes: &[u8]) -> Result<Option<Zeroizing<String>>> {
    let text = std::str::from_utf8(bytes).unwrap_or_default().trim();
    if text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----") {
        return Err(refused(path, "a key in an encrypted PKCS #8 file, which age cannot open").hint(REWRITE));
    }
    if !text.starts_with("-----BEGIN PRIVATE KEY-----") {
        return Ok(None);
    }
    let broken = || refused(path, "the file contains no readable private key");
    let (_, document) = SecretDocument::from_pem(text).map_err(|_| broken())?;
    let key = PrivateKeyInfo::try_from(document.as_bytes()).map_err(|_| broken())?;
    if key.algorithm.oid != RSA {
        return Err(refused(path, "a PKCS #8 key that is not an RSA key, which age does not use")
            .hint("age uses RSA and ed25519 keys, and of the latter only those in OpenSSH's format"));
    }
    let encoded = Zeroizing::new(STANDARD.encode(key.private_key));
    let mut pem = Buffer::default();
    pem.push_str("-----BEGIN RSA PRIVATE KEY-----\n");
    for line in encoded.as_bytes().chunks(COLUMNS) {
        pem.push(line);
        pem.push_str("\n");
    }
    pem.push_str("-----END RSA PRIVATE KEY-----\n");
    Ok(Some(pem.into_text()))
}
