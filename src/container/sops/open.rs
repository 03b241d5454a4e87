//! Opens a sops file.

use super::cipher::{Cipher, DataKey};
use super::decrypt::MarkValue;
use super::mac::Mac;
use super::sheet::Sheet;
use super::sops_file::SopsFile;
use super::view::{self, View};
use crate::container::Plaintext;
use crate::document::{Nodes, Notation};
use crate::error::{Error, Result};

/// A decrypted file.
pub struct OpenFile {
    pub(super) file: SopsFile,
    pub(super) cipher: Cipher,
    pub(super) held: Vec<MarkValue>,
    view: Plaintext,
    /// The parsed view; its marks are those of the file.
    pub(super) seen: Sheet,
    /// Where the metadata was removed from the view.
    pub(super) cuts: Vec<usize>,
    nodes: Option<Nodes>,
    /// The first failed verification: such a file can be read, but not written.
    damaged: Option<Error>,
}

impl SopsFile {
    /// Decrypts all values and verifies the MAC. With `ignore_mac`, values that fail verification are left as they are
    /// in the view, and the file cannot be written.
    ///
    /// # Errors
    /// `damaged` for a value that does not authenticate, or a MAC that does not verify.
    pub fn open(self, key: &DataKey, ignore_mac: bool) -> Result<OpenFile> {
        self.open_by(Cipher::new(key), ignore_mac, None)
    }

    /// Opens a file with the key of another one, and shows it in that one's notation, if given.
    pub(super) fn open_with(self, cipher: &Cipher, notation: Option<&Notation>) -> Result<OpenFile> {
        self.open_by(cipher.clone(), false, notation)
    }

    fn open_by(self, cipher: Cipher, ignore_mac: bool, notation: Option<&Notation>) -> Result<OpenFile> {
        let mut mac = Mac::new(self.metadata().mac_only_encrypted);
        let (held, mut damaged) = self.values(&cipher, ignore_mac, &mut mac)?;
        match mac.verify(&cipher, &self.metadata().mac, &self.metadata().last_modified) {
            Err(error) if ignore_mac => drop(damaged.get_or_insert(error)),
            result => result?,
        }
        let View { text: view, sheet: seen, cuts, nodes } = view::of(&self, &held, notation)?;
        Ok(OpenFile { file: self, cipher, held, view, seen, cuts, nodes, damaged })
    }
}

impl OpenFile {
    /// The view: what people edit.
    pub fn view(&self) -> &Plaintext {
        &self.view
    }

    /// The nodes of the view, if it is one document in YAML or JSON.
    pub(super) fn nodes(&self) -> Option<Nodes> {
        self.nodes.clone()
    }

    /// The file.
    pub fn file(&self) -> &SopsFile {
        &self.file
    }

    /// Fails for a file with a failed verification, which must not be written.
    pub(super) fn refuse_damaged(&self) -> Result<()> {
        self.damaged.clone().map_or(Ok(()), Err)
    }
}
