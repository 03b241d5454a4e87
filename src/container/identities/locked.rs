//! Keys with a passphrase: ssh keys, and identity files that age encrypted with one.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::memory::Zeroizing;
use age::secrecy::{ExposeSecret, SecretString};
use age::ssh;

use super::{Key, derived, identity_file};
use crate::container::age::Binary;
use crate::error::{Error, Kind, Result};

/// How often a passphrase may be given.
const ATTEMPTS: usize = 3;
/// The most work that an identity file may ask for (scrypt, as a power of two): a minute or so.
const MOST_WORK: u8 = 22;

/// A key with a passphrase, which is asked for once a run, when no other key opens a file.
pub(super) struct Locked {
    path: PathBuf,
    secret: Secret,
    /// Whether plugins may be started for identities in it.
    plugins: bool,
    opened: OnceLock<Vec<Key>>,
}

/// What the passphrase opens.
pub(super) enum Secret {
    /// An ssh key, and the file it is in.
    Ssh(ssh::EncryptedKey, Zeroizing<Vec<u8>>),
    /// An identity file, as age encrypted it.
    File(Vec<u8>),
}

impl Locked {
    pub(super) fn new(path: &Path, secret: Secret) -> Self {
        Self { path: path.to_owned(), secret, plugins: true, opened: OnceLock::new() }
    }

    /// Ignores identities of plugins in it.
    pub(super) fn refuse_plugins(&mut self) {
        self.plugins = false;
    }

    pub(super) fn path(&self) -> &PathBuf {
        &self.path
    }

    pub(super) fn is_open(&self) -> bool {
        self.opened.get().is_some()
    }

    /// What it holds, if it is open.
    pub(super) fn opened(&self) -> &[Key] {
        self.opened.get().map(Vec::as_slice).unwrap_or_default()
    }

    /// Asks for the passphrase.
    ///
    /// # Errors
    /// `passphrase-needed`, where the person gives none that fits; `no-identity`, where the file holds none.
    pub(super) fn open(&self) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let prompt = format!("Passphrase for {}: ", self.path.display());
            let passphrase = rpassword::prompt_password(prompt)
                .map_err(|error| Error::io("cannot ask for the passphrase", &error))?;
            if let Some(keys) = self.with(SecretString::from(passphrase))? {
                self.opened.get_or_init(|| keys);
                return Ok(());
            }
        }
        Err(Error::new(Kind::PassphraseNeeded, "the passphrase does not open the key")
            .in_file(self.path.display())
            .hint("-i names another private key"))
    }

    /// The keys, if the passphrase fits.
    fn with(&self, passphrase: SecretString) -> Result<Option<Vec<Key>>> {
        match &self.secret {
            Secret::Ssh(key, file) => {
                let Ok(opened) = key.decrypt(passphrase.clone()) else { return Ok(None) };
                let mut keys: Vec<Key> = vec![Box::new(ssh::Identity::from(opened))];
                keys.extend(derived::key(file, Some(passphrase.expose_secret())));
                Ok(Some(keys))
            }
            Secret::File(bytes) => match decrypt(bytes, passphrase) {
                Some(text) => identity_file(&self.path, &text, self.plugins).map(|(keys, _)| Some(keys)),
                None => Ok(None),
            },
        }
    }
}

fn decrypt(bytes: &[u8], passphrase: SecretString) -> Option<Zeroizing<Vec<u8>>> {
    let mut identity = age::scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(MOST_WORK);
    let file = Binary::read(bytes).ok()?;
    let mut reader = file.decryptor().ok()?.decrypt(std::iter::once(&identity as &dyn age::Identity)).ok()?;
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len()));
    reader.read_to_end(&mut text).ok()?;
    Some(text)
}
