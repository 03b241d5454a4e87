//! Files as they were read, and ciphertext in their place: until `vault` has it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use age::armor::{ArmoredWriter, Format};
use sha2::{Digest, Sha256};

use crate::error::{Error, Kind, Result};
use crate::vault::{Identities, Plaintext, is_age};

pub(super) struct Original {
    path: PathBuf,
    bytes: Vec<u8>,
    exists: bool,
}

impl Original {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).map_err(|error| Error::io("cannot read the file", &error))?;
        Ok(Self { path: path.to_owned(), bytes, exists: true })
    }

    pub(super) fn absent(path: &Path) -> Self {
        Self { path: path.to_owned(), bytes: Vec::new(), exists: false }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn exists(&self) -> bool {
        self.exists
    }

    pub(super) fn armor(&self) -> bool {
        is_age(&self.bytes) && self.bytes.starts_with(b"-----")
    }

    pub(super) fn sha256(&self) -> String {
        hash(&self.bytes)
    }
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) struct Recipients(Vec<Box<dyn age::Recipient>>);

impl Recipients {
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

pub(super) struct Sealed(Vec<u8>);

impl Sealed {
    pub(super) fn sha256(&self) -> String {
        hash(&self.0)
    }
}

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

pub(super) struct Replacement {
    pub(super) original: Original,
    pub(super) sealed: Sealed,
    pub(super) text: Plaintext,
}

pub(super) fn replace_all(replacements: Vec<Replacement>, _identities: &Identities) -> Result<()> {
    for replacement in replacements {
        let Replacement { original, sealed, text } = replacement;
        drop(text);
        let failed =
            |error: &std::io::Error| Error::io("cannot write the file", error).in_file(original.path.display());
        let folder = original.path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
        file.write_all(&sealed.0).and_then(|()| file.as_file().sync_all()).map_err(|error| failed(&error))?;
        if original.exists && fs::read(&original.path).map_err(|error| failed(&error))? != original.bytes {
            return Err(Error::new(Kind::ChangedMeanwhile, "the file changed meanwhile"));
        }
        file.persist(&original.path).map_err(|error| failed(&error.error))?;
    }
    Ok(())
}
