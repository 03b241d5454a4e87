//! Private keys: ssh keys and age identity files.

use std::fs;
use std::io::{self, BufReader, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use age::IdentityFile;
use age::secrecy::SecretString;
use age::ssh;
use zeroize::Zeroizing;

use crate::error::{Error, Kind, Result};

/// How often a passphrase may be given.
const ATTEMPTS: usize = 3;

/// The identities at hand, in the order in which they are tried.
pub struct Identities {
    usable: Vec<Box<dyn age::Identity + Send + Sync>>,
    /// The files they came from.
    tried: Vec<PathBuf>,
    /// Keys with a passphrase.
    locked: Vec<Locked>,
    /// Held while a person is asked, so that nobody is asked twice for one key.
    asking: Mutex<()>,
    /// Whether nobody may be asked, terminal or not.
    silent: bool,
    /// Whether a key is a plugin's, which may ask for a touch.
    plugin: bool,
}

/// A key with a passphrase, which is asked for once a run, when no other key opens a file.
struct Locked {
    path: PathBuf,
    key: ssh::EncryptedKey,
    opened: OnceLock<ssh::Identity>,
}

impl Identities {
    /// Reads the identity files.
    ///
    /// # Errors
    /// `no-identity`, when a file cannot be read or holds no identity, naming the file.
    pub fn load(paths: &[PathBuf]) -> Result<Self> {
        let asking = Mutex::new(());
        let (usable, tried, locked) = (Vec::new(), Vec::new(), Vec::new());
        let mut identities = Self { usable, tried, locked, asking, silent: false, plugin: false };
        for path in paths {
            identities.read(path)?;
        }
        Ok(identities)
    }

    /// The same identities, for a run that git starts once a file: nobody is asked for a passphrase.
    #[must_use]
    pub fn silent(self) -> Self {
        Self { silent: true, ..self }
    }

    /// Whether using them may ask a person for something: a passphrase, or what a plugin wants.
    pub fn may_ask(&self) -> bool {
        self.plugin || !self.locked.is_empty()
    }

    fn read(&mut self, path: &Path) -> Result<()> {
        let refused = |what: &str| {
            Error::new(Kind::NoIdentity, what)
                .in_file(path.display())
                .hint("-i names a private key: an ssh key or an age identity file")
        };
        let bytes = fs::read(path).map_err(|error| refused(&format!("cannot read the identity file: {error}")))?;
        let bytes = Zeroizing::new(bytes);
        self.tried.push(path.to_owned());
        if bytes.windows(5).any(|window| window == b"-----") {
            return match ssh::Identity::from_buffer(BufReader::new(&bytes[..]), Some(path.display().to_string())) {
                Ok(ssh::Identity::Encrypted(key)) => {
                    self.locked.push(Locked { path: path.to_owned(), key, opened: OnceLock::new() });
                    Ok(())
                }
                Ok(identity @ ssh::Identity::Unencrypted(_)) => {
                    self.usable.push(Box::new(identity));
                    Ok(())
                }
                Ok(ssh::Identity::Unsupported(_)) => Err(refused("an ssh key of a type that age does not use")),
                Err(_) => Err(refused("the file holds no private key that can be read")),
            };
        }
        self.plugin |= bytes.windows(11).any(|window| window == b"AGE-PLUGIN-");
        let file = IdentityFile::from_buffer(BufReader::new(&bytes[..]));
        let found = file.ok().and_then(|file| file.into_identities().ok());
        let found = found.ok_or_else(|| refused("the file holds no age identity that can be read"))?;
        self.usable.extend(found);
        Ok(())
    }

    /// The identities, for age.
    pub(super) fn usable(&self) -> impl Iterator<Item = &dyn age::Identity> {
        let opened = self.locked.iter().filter_map(|locked| locked.opened.get());
        let usable = self.usable.iter().map(|identity| &**identity as &dyn age::Identity);
        usable.chain(opened.map(|identity| identity as &dyn age::Identity))
    }

    /// Asks for the passphrase of the next key that has one, on a terminal only. Whether there is a key more now.
    ///
    /// # Errors
    /// `passphrase-needed`, where the person gives none that fits.
    pub(super) fn unlock_next(&self) -> Result<bool> {
        let Ok(_asking) = self.asking.lock() else { return Ok(false) };
        let Some(locked) = self.locked.iter().find(|locked| locked.opened.get().is_none()) else { return Ok(false) };
        if self.silent || !io::stdin().is_terminal() {
            return Ok(false);
        }
        for _ in 0..ATTEMPTS {
            let prompt = format!("Passphrase for {}: ", locked.path.display());
            let passphrase = rpassword::prompt_password(prompt)
                .map_err(|error| Error::io("cannot ask for the passphrase", &error))?;
            if let Ok(key) = locked.key.decrypt(SecretString::from(passphrase)) {
                return Ok(locked.opened.set(key.into()).is_ok());
            }
        }
        Err(Error::new(Kind::PassphraseNeeded, "the passphrase does not open the key")
            .in_file(locked.path.display())
            .hint("-i names another private key"))
    }

    /// Why none of them opened a file.
    pub(super) fn none_fits(&self) -> Error {
        let names =
            |paths: &[PathBuf]| paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        let locked = self.locked.iter().filter(|locked| locked.opened.get().is_none());
        let locked: Vec<PathBuf> = locked.map(|locked| locked.path.clone()).collect();
        if !locked.is_empty() {
            let message = "none of the identities opens the file, and those with a passphrase were not tried";
            return Error::new(Kind::PassphraseNeeded, message).hint(format!("with a passphrase: {}", names(&locked)));
        }
        let error = Error::new(Kind::NoIdentity, "none of the identities at hand opens the file");
        match self.tried.is_empty() {
            true => error.hint("there is no identity: -i FILE or AGEPATCH_IDENTITIES names one"),
            false => error.hint(format!("tried: {}", names(&self.tried))),
        }
    }
}
