//! Keys with a passphrase: ssh keys, and identity files that age encrypted with one.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::memory::Zeroizing;
use age::secrecy::{ExposeSecret, SecretString};
use age::ssh;

use super::usable::{Lock, Usable};
use super::{ask_secret, derived, identity_file};
use crate::container::Recipient;
use crate::container::age::Binary;
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};

/// How often the user may try a passphrase.
const ATTEMPTS: usize = 3;
/// The maximum scrypt work factor of an identity file, as a power of two: about a minute.
const MOST_WORK: u8 = 22;

/// A key with a passphrase, which is asked for once per run if no other key opens a file.
pub(super) struct Locked {
    path: PathBuf,
    secret: Secret,
    public: Option<Public>,
    /// Whether plugins may be started for identities in it.
    plugins: bool,
    opened: OnceLock<Vec<Usable>>,
}

/// The public half of an ssh key, which is available without the passphrase.
struct Public {
    /// Its tag in age headers.
    tag: String,
    /// The age key that `ssh-to-age` derives from it.
    derived: Option<String>,
}

impl Public {
    /// From the key file, or from the `.pub` file beside it if the format does not include it.
    fn of(path: &Path, file: &[u8]) -> Option<Self> {
        let beside = || {
            let mut name = path.as_os_str().to_owned();
            name.push(".pub");
            let text = input::read_text(name, Limit::Settings).ok()?;
            ssh_key::PublicKey::from_openssh(text.trim()).ok()
        };
        let own = ssh_key::PrivateKey::from_openssh(file.trim_ascii()).ok();
        let key = own.map(|key| key.public_key().clone()).or_else(beside)?;
        let tag = Recipient::tag_of(&key.to_openssh().ok()?)?;
        let derived = key.key_data().ed25519().and_then(|point| derived::recipient(&point.0));
        Some(Self { tag, derived })
    }
}

pub(super) enum Secret {
    /// An ssh key, and the file that contains it.
    Ssh(ssh::EncryptedKey, Zeroizing<Vec<u8>>),
    /// An identity file encrypted by age.
    File(Vec<u8>),
}

impl Locked {
    pub(super) fn new(path: &Path, secret: Secret) -> Self {
        let public = match &secret {
            Secret::Ssh(_, file) => Public::of(path, file),
            Secret::File(_) => None,
        };
        Self { path: path.to_owned(), secret, public, plugins: true, opened: OnceLock::new() }
    }

    /// Ignores identities of plugins in it.
    pub(super) fn refuse_plugins(&mut self) {
        self.plugins = false;
    }

    /// Whether it may fit, as far as that is known without the passphrase; `listed` are the keys in the rules.
    pub(super) fn may_fit(&self, lock: &Lock<'_>, listed: &[String]) -> bool {
        match (&self.secret, &self.public) {
            (Secret::Ssh(..), Some(public)) => lock.fits_ssh(&public.tag, public.derived.as_deref(), listed),
            (Secret::Ssh(..), None) => true,
            (Secret::File(_), _) => lock.fits_age(),
        }
    }

    pub(super) fn path(&self) -> &PathBuf {
        &self.path
    }

    pub(super) fn is_open(&self) -> bool {
        self.opened.get().is_some()
    }

    /// Its keys, if it is unlocked.
    pub(super) fn opened(&self) -> &[Usable] {
        self.opened.get().map(Vec::as_slice).unwrap_or_default()
    }

    /// Asks for the passphrase.
    ///
    /// # Errors
    /// `passphrase-needed` if the user enters none that fits; `no-identity` if the file contains none.
    pub(super) fn open(&self) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let prompt = format!("Passphrase for {}: ", self.path.display());
            let passphrase = ask_secret(&prompt).map_err(|error| Error::io("cannot ask for the passphrase", &error))?;
            if let Some(keys) = self.with(SecretString::from(passphrase.as_str()))? {
                self.opened.get_or_init(|| keys);
                return Ok(());
            }
        }
        Err(Error::new(ErrorKind::PassphraseNeeded, "the passphrase does not open the key")
            .in_file(self.path.display())
            .hint("pass another private key with -i"))
    }

    /// The keys, if the passphrase fits.
    fn with(&self, passphrase: SecretString) -> Result<Option<Vec<Usable>>> {
        match &self.secret {
            Secret::Ssh(key, file) => {
                let Ok(opened) = key.decrypt(passphrase.clone()) else { return Ok(None) };
                let mut keys = vec![Usable::quiet(&self.path, Box::new(ssh::Identity::from(opened)))];
                let derived = derived::key(file, Some(passphrase.expose_secret()));
                keys.extend(derived.map(|key| Usable::native(&self.path, key)));
                Ok(Some(keys))
            }
            Secret::File(bytes) => match decrypt(bytes, passphrase) {
                Some(text) => identity_file::read(&self.path, &text, self.plugins).map(|(keys, _)| Some(keys)),
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
