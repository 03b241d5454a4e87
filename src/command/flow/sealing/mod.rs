//! Files as they were read, and ciphertext in their place: until `vault` has it.

mod original;
mod replace;

use std::io::Write;

use age::armor::{ArmoredWriter, Format};
use sha2::{Digest, Sha256};

use crate::error::{Error, Kind, Result};
use crate::vault::Plaintext;

pub(super) use original::Original;
pub(super) use replace::{Replacement, replace_all};

/// Those who may read a file.
pub(super) struct Recipients(Vec<Box<dyn age::Recipient>>);

impl Recipients {
    /// Reads the keys as the rules have them.
    ///
    /// # Errors
    /// `no-recipient`, naming the key that cannot be read by its number.
    pub(super) fn parse(keys: &[String]) -> Result<Self> {
        let parse = |(index, key): (usize, &String)| -> Result<Box<dyn age::Recipient>> {
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

/// A ciphertext.
pub(super) struct Sealed(Vec<u8>);

impl Sealed {
    /// Its hash.
    pub(super) fn sha256(&self) -> String {
        hash(&self.0)
    }
}

/// Encrypts the text.
///
/// # Errors
/// `no-recipient`, where there is none, or they exclude each other.
pub(super) fn seal(text: &Plaintext, recipients: &Recipients, armor: bool) -> Result<Sealed> {
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

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
