//! Private keys: ssh keys, age identity files, and plugins.

mod derived;
mod environment;
mod identity_file;
mod locked;
mod person;
mod prompt;
mod refusal;
mod ssh;
mod usable;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use super::FILE_IS_FOR;
use crate::memory::Zeroizing;

pub use environment::sops_key_files;
use locked::{Locked, Secret};
pub(super) use person::Person;
pub use prompt::ask_secret;
use refusal::refused;
use ssh::Ssh;
pub(super) use usable::Lock;
use usable::Usable;

use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::shown;
use crate::shown::Shown;

/// The name of stdin for `-i`.
pub const STDIN: &str = "-";

/// The available identities, in the order in which they are tried.
pub struct Identities {
    usable: Vec<Usable>,
    /// The files that they came from.
    tried: Vec<PathBuf>,
    locked: Vec<Locked>,
    /// The age keys in the rules.
    listed: Vec<String>,
    /// Why other named files are unusable.
    unusable: Vec<Shown>,
    /// Held during a prompt, so that the user is asked only once for each key.
    asking: Mutex<()>,
    /// Whether prompts are forbidden, even at a terminal.
    silent: bool,
    /// The identities from sops' usual places, read when the first sops file is opened.
    sops: OnceLock<Box<Identities>>,
    /// The identities that the user's command printed for each recipient of a sops file.
    commands: Mutex<HashMap<String, Option<Arc<Identities>>>>,
}

impl Identities {
    /// Reads the identity files.
    ///
    /// # Errors
    /// `no-identity`, naming the file, if it cannot be read or contains no identity.
    pub fn load(paths: &[PathBuf]) -> Result<Self> {
        let mut identities = Self::none();
        for path in paths {
            identities.read(path)?;
        }
        Ok(identities)
    }

    /// Reads the files that exist on this host and are readable. Each of them must contain an identity.
    ///
    /// # Errors
    /// `no-identity`, naming the file, if it contains no identity.
    pub fn load_present(paths: &[PathBuf]) -> Result<Self> {
        let (present, missing): (Vec<&PathBuf>, Vec<&PathBuf>) =
            paths.iter().partition(|path| input::open(path).is_ok() || input::irregular(path).is_some());
        let mut identities = Self::none();
        for path in present {
            identities.read(path)?;
        }
        let skipped = |path: &PathBuf| shown!("skipped: {}: missing or not readable", path.display());
        identities.unusable.extend(missing.into_iter().map(skipped));
        Ok(identities)
    }

    /// Reads the usable files; reports why others are unusable only if no file opens.
    pub fn load_usable(paths: &[PathBuf]) -> Self {
        let mut identities = Self::none();
        for path in paths {
            if let Err(error) = identities.read(path) {
                identities.tried.retain(|tried| tried != path);
                identities.unusable.push(shown!("skipped: {}: {}", path.display(), error));
            }
        }
        identities
    }

    /// No identities.
    pub fn none() -> Self {
        Self {
            usable: Vec::new(),
            tried: Vec::new(),
            locked: Vec::new(),
            listed: Vec::new(),
            unusable: Vec::new(),
            asking: Mutex::new(()),
            silent: false,
            sops: OnceLock::new(),
            commands: Mutex::default(),
        }
    }

    /// From now on, also uses the identities that sops would use.
    pub(super) fn load_sops(&self) {
        self.sops.get_or_init(|| Box::new(environment::load()));
    }

    /// The same identities, without those that sops would use.
    #[must_use]
    pub fn without_sops(self) -> Self {
        self.sops.get_or_init(|| Box::new(Self::none()));
        self
    }

    /// The identities that `SOPS_AGE_KEY_CMD` prints for a recipient; it runs once for each.
    pub(super) fn sops_command(&self, recipient: &str) -> Option<Arc<Self>> {
        let mut commands = self.commands.lock().ok()?;
        let found = commands.entry(recipient.to_owned());
        found.or_insert_with(|| environment::from_command(recipient).map(Arc::new)).clone()
    }

    /// Why commands that were run for recipients gave no identity.
    pub(super) fn command_failures(&self) -> Vec<Shown> {
        let Ok(commands) = self.commands.lock() else { return Vec::new() };
        let mut failures: Vec<Shown> = commands.values().flatten().flat_map(|found| found.unusable.clone()).collect();
        failures.sort();
        failures.dedup();
        failures
    }

    /// Adds identities that do not come from a file; reports why they are unusable only if no file opens.
    fn add(&mut self, name: &Path, bytes: &[u8]) {
        self.tried.push(name.to_owned());
        if let Err(error) = self.read_bytes(name, bytes) {
            self.tried.pop();
            self.unusable.push(shown!("skipped: {}: {}", name.display(), error));
        }
    }

    /// Starts no plugins for identities in passphrase-protected files, since nobody could consent to their content.
    pub fn refuse_plugins(&mut self, is_refused: impl Fn(&Path) -> bool) {
        for locked in self.locked.iter_mut().filter(|locked| is_refused(locked.path())) {
            locked.refuse_plugins();
        }
    }

    /// The same identities without prompts, for runs that git starts for each file.
    #[must_use]
    pub fn silent(self) -> Self {
        Self { silent: true, ..self }
    }

    /// The same identities, for files whose rules list these age keys, which reveals whether a key derived from an ssh
    /// key may fit.
    #[must_use]
    pub fn with_listed(self, listed: Vec<String>) -> Self {
        Self { listed, ..self }
    }

    /// The files whose keys are tried, and why others are not.
    pub fn tried_and_unusable(&self) -> (&[PathBuf], &[Shown]) {
        (&self.tried, &self.unusable)
    }

    /// Whether using them may prompt, for a passphrase or on behalf of a plugin.
    pub fn may_ask(&self) -> bool {
        self.usable.iter().any(|key| key.asks) || !self.locked.is_empty()
    }

    fn read(&mut self, path: &Path) -> Result<()> {
        let bytes = match path == Path::new(STDIN) {
            true => input::read_stdin(Limit::Settings),
            false => input::read_named(path, Limit::Settings),
        };
        let bytes = bytes.map_err(|error| {
            let kind = if input::is_refused(&error) { ErrorKind::Io } else { ErrorKind::NoIdentity };
            refused(path, shown!("cannot read the identity file: {}", error)).with_kind(kind)
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
        let (keys, unusable) = identity_file::read(path, bytes, true)?;
        self.usable.extend(keys);
        self.unusable.extend(unusable);
        Ok(())
    }

    fn read_ssh(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        match ssh::read(path, bytes)? {
            Ssh::Usable(keys) => self.usable.extend(keys),
            Ssh::Locked(key) => self.locked.push(*key),
        }
        Ok(())
    }

    /// The usable identities in order, each with its file: first those without interaction, then, with `plugins`, those
    /// that may need a touch or a PIN.
    pub(super) fn usable(&self, plugins: bool) -> impl Iterator<Item = (&Path, &dyn age::Identity)> {
        let asks = if plugins { &[false, true][..] } else { &[false][..] };
        let all = asks.iter().flat_map(|asks| self.all_usable().filter(move |key| key.asks == *asks));
        all.map(|key| (key.path.as_path(), &*key.key as &dyn age::Identity))
    }

    /// The X25519 identities, each with its public key.
    pub(super) fn native(&self) -> impl Iterator<Item = (&str, &dyn age::Identity)> {
        self.all_usable().filter_map(|key| Some((key.recipient.as_deref()?, &*key.key as &dyn age::Identity)))
    }

    fn all_usable(&self) -> impl Iterator<Item = &Usable> {
        let sops = self.sops.get().into_iter().flat_map(|sops| &sops.usable);
        self.usable.iter().chain(sops).chain(self.locked().flat_map(Locked::opened))
    }

    fn locked(&self) -> impl Iterator<Item = &Locked> {
        self.locked.iter().chain(self.sops.get().into_iter().flat_map(|sops| &sops.locked))
    }

    /// Asks for the passphrase of the next key that has one and may fit, only at a terminal. Returns whether another
    /// key is available now.
    ///
    /// # Errors
    /// `passphrase-needed` if the user enters none that fits.
    pub(super) fn unlock_next(&self, lock: &Lock<'_>) -> Result<bool> {
        let Ok(_asking) = self.asking.lock() else { return Ok(false) };
        let Some(locked) = self.locked().find(|locked| !locked.is_open() && locked.may_fit(lock, &self.listed)) else {
            return Ok(false);
        };
        if self.silent || !Person::is_there() {
            return Ok(false);
        }
        locked.open().map(|()| true)
    }

    /// The number of unlocked keys.
    pub(super) fn unlocked(&self) -> usize {
        self.locked().filter(|locked| locked.is_open()).count()
    }

    /// The error if none of them opened a file that one of these locks describes; `said` holds messages of plugins.
    pub(super) fn none_fits(&self, locks: &[Lock<'_>], said: &[Shown]) -> Error {
        let names = |paths: &mut dyn Iterator<Item = &PathBuf>| Shown::join(paths.map(|path| path.display()), ", ");
        let readers = locks.iter().find_map(|lock| lock.readers);
        if readers.is_some_and(|readers| readers.all.iter().any(|reader| reader.kind == "scrypt")) {
            return Error::new(
                ErrorKind::NoIdentity,
                "the file is encrypted with a passphrase (`age -p`), which agepatch does not ask for",
            )
            .hint("encrypt it for keys instead: `age --decrypt FILE | agepatch write FILE`");
        }
        let (fitting, others): (Vec<&Locked>, Vec<&Locked>) = self
            .locked()
            .filter(|locked| !locked.is_open())
            .partition(|locked| locks.iter().any(|lock| locked.may_fit(lock, &self.listed)));
        let sops = self.sops.get();
        let is_other = |path: &&PathBuf| !fitting.iter().chain(&others).any(|locked| locked.path() == *path);
        let all = self.tried.iter().chain(sops.into_iter().flat_map(|sops| &sops.tried));
        let tried: Vec<&PathBuf> = all.filter(is_other).collect();
        let needs_passphrase = !fitting.is_empty();
        let mut hints = match (needs_passphrase, tried.is_empty() && others.is_empty()) {
            (true, _) => vec![shown!(
                "with a passphrase, which is asked for on a terminal: {}",
                names(&mut fitting.iter().map(|locked| locked.path()))
            )],
            (false, true) => vec![Shown::fixed("no identity available; pass one with -i FILE or AGEPATCH_IDENTITIES")],
            (false, false) => Vec::new(),
        };
        if !tried.is_empty() {
            hints.push(shown!("tried: {}", names(&mut tried.into_iter())));
        }
        if !others.is_empty() {
            let others = names(&mut others.iter().map(|locked| locked.path()));
            hints.push(shown!("not asked for a passphrase, since the file is not for these: {}", others));
        }
        hints.extend(said.iter().chain(&self.unusable).cloned());
        hints.extend(sops.into_iter().flat_map(|sops| &sops.unusable).cloned());
        if let Some(readers) = readers {
            hints.push(shown!("{}{}", FILE_IS_FOR, readers.listed()));
        }
        let error = match needs_passphrase {
            true => Error::new(
                ErrorKind::PassphraseNeeded,
                "none of the identities opens the file, and those with a passphrase were not tried",
            ),
            false => Error::new(ErrorKind::NoIdentity, "none of the available identities opens the file"),
        };
        error.hints(hints)
    }
}
