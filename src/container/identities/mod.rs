//! Private keys: ssh keys, age identity files, and plugins.

mod derived;
mod environment;
mod locked;
mod person;

use std::collections::HashMap;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use crate::memory::Zeroizing;
use age::ssh;

use locked::{Locked, Secret};
pub(super) use person::Person;

use crate::container::Readers;
use crate::container::age::plugin::PluginIdentity;
use crate::error::{Error, Kind, Result};
use crate::input::{self, Limit};

/// An identity that may be used by any thread.
pub(super) type Key = Box<dyn age::Identity + Send + Sync>;

/// The identities at hand, in the order in which they are tried.
pub struct Identities {
    /// Each with the file it came from.
    usable: Vec<(PathBuf, Key)>,
    /// The files they came from.
    tried: Vec<PathBuf>,
    /// Keys with a passphrase.
    locked: Vec<Locked>,
    /// What was named and cannot be used, and why.
    unusable: Vec<String>,
    /// Held while a person is asked, so that nobody is asked twice for one key.
    asking: Mutex<()>,
    /// Whether nobody may be asked, terminal or not.
    silent: bool,
    /// Whether a key is a plugin's, which may ask for a touch.
    plugin: bool,
    /// Where sops looks, read when the first sops file is opened.
    sops: OnceLock<Box<Identities>>,
    /// What a command of the user gave for a recipient of a sops file.
    commands: Mutex<HashMap<String, Option<Arc<Identities>>>>,
}

impl Identities {
    /// Reads the identity files.
    ///
    /// # Errors
    /// `no-identity`, when a file cannot be read or holds no identity, naming the file.
    pub fn load(paths: &[PathBuf]) -> Result<Self> {
        let mut identities = Self::none();
        for path in paths {
            identities.read(path)?;
        }
        Ok(identities)
    }

    /// Reads those of the files that this host has and may read. One that it reads must hold an identity.
    ///
    /// # Errors
    /// `no-identity`, when a file holds no identity, naming the file.
    pub fn load_present(paths: &[PathBuf]) -> Result<Self> {
        let (present, missing): (Vec<&PathBuf>, Vec<&PathBuf>) =
            paths.iter().partition(|path| input::open(path).is_ok() || input::irregular(path).is_some());
        let mut identities = Self::none();
        for path in present {
            identities.read(path)?;
        }
        let skipped = |path: &PathBuf| format!("skipped: {}: missing or not readable", path.display());
        identities.unusable.extend(missing.into_iter().map(skipped));
        Ok(identities)
    }

    /// Reads those of the files that can be used; why the others cannot is told where none opens a file.
    pub fn load_usable(paths: &[PathBuf]) -> Self {
        let mut identities = Self::none();
        for path in paths {
            if let Err(error) = identities.read(path) {
                identities.tried.retain(|tried| tried != path);
                identities.unusable.push(format!("passed over: {}: {}", path.display(), error.message()));
            }
        }
        identities
    }

    /// No identity.
    pub fn none() -> Self {
        Self {
            usable: Vec::new(),
            tried: Vec::new(),
            locked: Vec::new(),
            unusable: Vec::new(),
            asking: Mutex::new(()),
            silent: false,
            plugin: false,
            sops: OnceLock::new(),
            commands: Mutex::default(),
        }
    }

    /// Also uses the identities that sops would use, from here on.
    pub(super) fn load_sops(&self) {
        self.sops.get_or_init(|| Box::new(environment::load()));
    }

    /// The same identities, without those that sops would use.
    #[cfg(test)]
    pub(super) fn without_sops(self) -> Self {
        self.sops.get_or_init(|| Box::new(Self::none()));
        self
    }

    /// What `SOPS_AGE_KEY_CMD` gives for a recipient. It runs once for each.
    pub(super) fn sops_command(&self, recipient: &str) -> Option<Arc<Self>> {
        let mut commands = self.commands.lock().ok()?;
        let found = commands.entry(recipient.to_owned());
        found.or_insert_with(|| environment::from_command(recipient).map(Arc::new)).clone()
    }

    /// Adds what is not in a file; why it cannot be used is reported where nothing opens a file.
    fn add(&mut self, name: &Path, bytes: &[u8]) {
        self.tried.push(name.to_owned());
        if let Err(error) = self.read_bytes(name, bytes) {
            self.tried.pop();
            self.unusable.push(format!("passed over: {}: {}", name.display(), error.message()));
        }
    }

    /// Starts no plugin for identities in files with a passphrase, whose content nobody could consent to.
    pub fn refuse_plugins(&mut self, is_refused: impl Fn(&Path) -> bool) {
        for locked in self.locked.iter_mut().filter(|locked| is_refused(locked.path())) {
            locked.refuse_plugins();
        }
    }

    /// The same identities, for a run that git starts once a file: nobody is asked for a passphrase.
    #[must_use]
    pub fn silent(self) -> Self {
        Self { silent: true, ..self }
    }

    /// The files whose keys are tried, and why others are not.
    pub fn told(&self) -> (&[PathBuf], &[String]) {
        (&self.tried, &self.unusable)
    }

    /// Whether using them may ask a person for something: a passphrase, or what a plugin wants.
    pub fn may_ask(&self) -> bool {
        self.plugin || !self.locked.is_empty()
    }

    fn read(&mut self, path: &Path) -> Result<()> {
        let bytes = input::read_named(path, Limit::Settings).map_err(|error| {
            let kind = if input::is_refused(&error) { Kind::Io } else { Kind::NoIdentity };
            refused(path, &format!("cannot read the identity file: {error}")).with_kind(kind)
        })?;
        let bytes = Zeroizing::new(bytes);
        self.tried.push(path.to_owned());
        self.read_bytes(path, &bytes)
    }

    fn read_bytes(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        if crate::container::age::is_age(bytes) {
            self.locked.push(Locked::new(path, Secret::File(bytes.to_vec())));
            return Ok(());
        }
        if bytes.windows(5).any(|window| window == b"-----") {
            return self.read_ssh(path, bytes);
        }
        let (keys, unusable) = identity_file(path, bytes, true)?;
        self.plugin |= bytes.windows(11).any(|window| window == b"AGE-PLUGIN-");
        self.usable.extend(keys.into_iter().map(|key| (path.to_owned(), key)));
        self.unusable.extend(unusable);
        Ok(())
    }

    fn read_ssh(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        match ssh::Identity::from_buffer(BufReader::new(bytes), Some(path.display().to_string())) {
            Ok(ssh::Identity::Encrypted(key)) => {
                self.locked.push(Locked::new(path, Secret::Ssh(key, Zeroizing::new(bytes.to_vec()))));
            }
            Ok(identity @ ssh::Identity::Unencrypted(_)) => {
                self.usable.push((path.to_owned(), Box::new(identity)));
                self.usable.extend(derived::key(bytes, None).map(|key| (path.to_owned(), key)));
            }
            Ok(ssh::Identity::Unsupported(_)) => {
                return Err(refused(path, "an ssh key of a type that age does not use"));
            }
            Err(_) => return Err(refused(path, "the file holds no private key that can be read")),
        }
        Ok(())
    }

    /// The identities that can be used now, in order, each with its file.
    pub(super) fn usable(&self) -> impl Iterator<Item = (&Path, &dyn age::Identity)> {
        let opened = self.locked().flat_map(|locked| locked.opened().iter().map(|key| (locked.path(), key)));
        let sops = self.sops.get().into_iter().flat_map(|sops| &sops.usable);
        let all = self.usable.iter().chain(sops).map(|(path, key)| (path, key)).chain(opened);
        all.map(|(path, key)| (path.as_path(), &**key as &dyn age::Identity))
    }

    /// Keys with a passphrase.
    fn locked(&self) -> impl Iterator<Item = &Locked> {
        self.locked.iter().chain(self.sops.get().into_iter().flat_map(|sops| &sops.locked))
    }

    /// Asks for the passphrase of the next key that has one, on a terminal only. Whether there is a key more now.
    ///
    /// # Errors
    /// `passphrase-needed`, where the person gives none that fits.
    pub(super) fn unlock_next(&self) -> Result<bool> {
        let Ok(_asking) = self.asking.lock() else { return Ok(false) };
        let Some(locked) = self.locked().find(|locked| !locked.is_open()) else { return Ok(false) };
        if self.silent || !Person::is_there() {
            return Ok(false);
        }
        locked.open().map(|()| true)
    }

    /// How many of the locked keys are open.
    pub(super) fn unlocked(&self) -> usize {
        self.locked().filter(|locked| locked.is_open()).count()
    }

    /// Why none of them opened a file; `said` is what plugins said.
    pub(super) fn none_fits(&self, readers: Option<&Readers>, said: &[String]) -> Error {
        let names = |paths: &mut dyn Iterator<Item = &PathBuf>| {
            paths.map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
        };
        let mut locked = self.locked().filter(|locked| !locked.is_open()).map(Locked::path).peekable();
        let sops = self.sops.get();
        let tried: Vec<&PathBuf> = self.tried.iter().chain(sops.into_iter().flat_map(|sops| &sops.tried)).collect();
        let needs_passphrase = locked.peek().is_some();
        let mut hints = match (needs_passphrase, tried.is_empty()) {
            (true, _) => vec![format!("with a passphrase, which is asked for on a terminal: {}", names(&mut locked))],
            (false, true) => vec!["there is no identity: -i FILE or AGEPATCH_IDENTITIES names one".to_owned()],
            (false, false) => Vec::new(),
        };
        if !tried.is_empty() {
            hints.push(format!("tried: {}", names(&mut tried.into_iter())));
        }
        hints.extend(said.iter().chain(&self.unusable).cloned());
        hints.extend(sops.into_iter().flat_map(|sops| &sops.unusable).cloned());
        if let Some(readers) = readers {
            hints.push(format!("the file is for: {}", readers.listed()));
        }
        let error = match needs_passphrase {
            true => Error::new(
                Kind::PassphraseNeeded,
                "none of the identities opens the file, and those with a passphrase were not tried",
            ),
            false => Error::new(Kind::NoIdentity, "none of the identities at hand opens the file"),
        };
        error.hints(hints)
    }
}

/// The identities of an age identity file, one a line, and why others in it cannot be used. Without `plugins`, those of a
/// plugin cannot.
///
/// # Errors
/// `no-identity`, for a line that is none, and where there is none at all.
pub(super) fn identity_file(path: &Path, bytes: &[u8], plugins: bool) -> Result<(Vec<Key>, Vec<String>)> {
    let wrong = || refused(path, "the file holds no age identity that can be read");
    let text = std::str::from_utf8(bytes).map_err(|_| wrong())?;
    let (mut keys, mut unusable): (Vec<Key>, Vec<String>) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Ok(identity) = line.parse::<age::x25519::Identity>() {
            keys.push(Box::new(identity));
        } else if let Ok(identity) = line.parse::<age::plugin::Identity>() {
            let plugin = identity.plugin().to_owned();
            if !plugins {
                unusable
                    .push(format!("{}: the repository is not trusted to start age-plugin-{plugin}", path.display()));
                continue;
            }
            match PluginIdentity::new(identity) {
                Some(identity) => keys.push(Box::new(identity)),
                None => unusable.push(format!("{}: age-plugin-{plugin} is not on the PATH", path.display())),
            }
        } else if let Some(kind) = unknown_kind(line) {
            unusable.push(format!("{}: line {}: {kind}", path.display(), index + 1));
        } else {
            return Err(wrong().at(index + 1, 1));
        }
    }
    if keys.is_empty() && unusable.is_empty() { Err(wrong()) } else { Ok((keys, unusable)) }
}

/// What an identity is of a kind that is not known here; `None` for a line that is not an identity, or a damaged one of a
/// known kind. Nothing of the key itself is repeated.
fn unknown_kind(line: &str) -> Option<String> {
    let (kind, key) = line.rsplit_once('1')?;
    let name = kind.to_ascii_uppercase().strip_prefix("AGE-SECRET-KEY-")?.strip_suffix('-')?.to_owned();
    let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if name.is_empty() || name.len() > 16 || key.is_empty() || !is_word(&name) || !is_word(key) {
        return None;
    }
    Some(match name.as_str() {
        "PQ" => "a post-quantum key (AGE-SECRET-KEY-PQ-…), which agepatch cannot use; age-plugin-pq \
            can convert it to an identity of its own (AGE-PLUGIN-PQ-…)"
            .to_owned(),
        other => format!("a key of an unknown kind (AGE-SECRET-KEY-{other}-…)"),
    })
}

fn refused(path: &Path, what: &str) -> Error {
    Error::new(Kind::NoIdentity, what)
        .in_file(path.display())
        .hint("-i names a private key: an ssh key or an age identity file")
}
