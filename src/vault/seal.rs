//! Encrypting in memory, for those whom the rules name.

use std::io::Write;

use age::armor::{ArmoredWriter, Format};
use sha2::{Digest, Sha256};

use super::plaintext::Plaintext;
use crate::error::{Error, Kind, Result};

/// Those who may read a file.
pub struct Recipients(Vec<Box<dyn age::Recipient>>);

impl Recipients {
    /// Reads the keys as the rules have them.
    ///
    /// # Errors
    /// `no-recipient`, naming the key that cannot be read by its number.
    pub fn parse(keys: &[String]) -> Result<Self> {
        let parse = |(index, key): (usize, &String)| -> Result<Box<dyn age::Recipient>> {
            let key = one_line(key);
            if let Ok(recipient) = key.parse::<age::ssh::Recipient>() {
                return Ok(Box::new(recipient));
            }
            match key.parse::<age::x25519::Recipient>() {
                Ok(recipient) => Ok(Box::new(recipient)),
                Err(_) => Err(Error::new(Kind::NoRecipient, format!("key {} of the rules cannot be read", index + 1))),
            }
        };
        keys.iter().enumerate().map(parse).collect::<Result<_>>().map(Self)
    }
}

/// The key without the end of line that one read from a file has; nothing, where there are several lines: of two keys
/// only the first would be taken.
fn one_line(key: &str) -> &str {
    let key = key.trim();
    if key.contains('\n') { "" } else { key }
}

/// A ciphertext.
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// The bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its SHA-256, in hex.
    pub fn sha256(&self) -> String {
        sha256(&self.0)
    }
}

/// Encrypts the text.
///
/// # Errors
/// `no-recipient`, where there is none, or they exclude each other.
pub fn seal(text: &Plaintext, recipients: &Recipients, armor: bool) -> Result<Sealed> {
    let encryptor = age::Encryptor::with_recipients(recipients.0.iter().map(|recipient| &**recipient))
        .map_err(|_| Error::new(Kind::NoRecipient, "the rules name nobody who could read the file"))?;
    let format = if armor { Format::AsciiArmor } else { Format::Binary };
    let mut out = Vec::new();
    ArmoredWriter::wrap_output(&mut out, format)
        .and_then(|armored| encryptor.wrap_output(armored))
        .and_then(|mut writer| writer.write_all(text.expose()).and_then(|()| writer.finish()))
        .and_then(ArmoredWriter::finish)
        .map_err(|error| Error::io("cannot encrypt", &error))?;
    Ok(Sealed(out))
}

/// The SHA-256 of a ciphertext, in hex.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
