//! Consent: what a repository's settings may do beyond reading the repository itself.
//!
//! The settings of a fresh clone can name programs, and files anywhere. They are ignored until the user has reviewed
//! them and run `agepatch trust`. Consent applies to this repository and the current content of its settings. It is
//! stored outside the repository, in `$XDG_STATE_HOME/agepatch`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::config::Config;
use super::consent::{Consent, create_private, folder, stored};
use super::discovery::Workspace;
use super::outside_setting::{OutsideSetting, SettingKind};
use super::target::Target;
use super::without_dots::without_dots;
use crate::error::{Error, ErrorKind, Result};
use crate::hex::hex;
use crate::input::{self, Limit};
use crate::shown;
use crate::shown::{ProgramOutput, Setting};

impl Workspace {
    /// Fails without consent. Paths within the repository and the user's own settings need none.
    ///
    /// # Errors
    /// `untrusted`, with the setting and the command that gives consent.
    pub(crate) fn consent(&self, reach: &OutsideSetting) -> Result<()> {
        let is_own = reach.follows_settings() && !self.has_own_settings();
        if is_own || self.consent_file().is_ok_and(|file| self.is_given(reach, &file)) {
            return Ok(());
        }
        Err(reach.refusal())
    }

    /// Fails without consent to an identity file of the settings that is outside the repository, or that starts a
    /// plugin.
    ///
    /// # Errors
    /// `untrusted`.
    pub(crate) fn consent_to_identities(&self, file: &Path) -> Result<()> {
        if self.is_outside(file) {
            return self.consent(&OutsideSetting::path("identities", file));
        }
        OutsideSetting::plugins(file).iter().try_for_each(|plugin| self.consent(plugin))
    }

    /// Whether an identity file of the settings may start plugins that are only visible after decrypting it with a
    /// passphrase.
    pub(crate) fn may_start_plugins(&self, file: &Path) -> bool {
        self.is_outside(file) || self.consent(&OutsideSetting::program("identities", &[])).is_ok()
    }

    /// Fails for rules that only Nix can evaluate, unless there is consent and this run may start programs.
    ///
    /// # Errors
    /// `untrusted`.
    pub(crate) fn consent_to_nix(&self, construct: &str) -> Result<()> {
        if self.stays_within() {
            let message =
                shown!("the rules need Nix itself ({}), which this run does not start", Setting::shown(construct));
            return Err(Error::new(ErrorKind::Untrusted, message));
        }
        self.consent(&OutsideSetting::nix(construct))
    }

    /// Fails without consent for a file in the rules that is outside the repository: a repository must not decide which
    /// other files of a user are re-encrypted. Rules named by the user may list any file.
    ///
    /// # Errors
    /// `untrusted`.
    pub(crate) fn consent_to_secret(&self, target: &Target) -> Result<()> {
        let is_beside = self.names_folder().is_some_and(|folder| real(&target.path).starts_with(real(folder)));
        if is_beside || self.are_rules_named() || !self.is_outside(&target.path) {
            return Ok(());
        }
        self.consent(&OutsideSetting::secret(&target.path)).map_err(|error| error.in_file(target))
    }

    /// Whether the path is outside the repository after resolving symbolic links.
    pub(crate) fn is_outside(&self, path: &Path) -> bool {
        !real(path).starts_with(self.root())
    }

    /// From now on, settings neither run programs nor read anything outside the repository, even with consent: for a
    /// dry run, or a run started by git.
    pub(crate) fn stay_within(&self) {
        self.within.set(true);
    }

    pub(crate) fn stays_within(&self) -> bool {
        self.within.get()
    }

    /// Everything in the settings that needs consent, in their order.
    ///
    /// # Errors
    /// `rules` if agepatch.toml cannot be read.
    pub(crate) fn wants(&self) -> Result<Vec<OutsideSetting>> {
        if !self.has_own_settings() {
            return Ok(Vec::new());
        }
        Ok(self.wanted(self.config()?))
    }

    /// Stores consent.
    ///
    /// # Errors
    /// `rules` if agepatch.toml cannot be read; `io` if the consent cannot be stored.
    pub(crate) fn trust(&self) -> Result<()> {
        self.config()?;
        let file = self.consent_file()?;
        let failed = |error: std::io::Error| Error::io("cannot store the consent", &error).in_file(file.display());
        let folder = file.parent().unwrap_or(&file);
        create_private(folder).map_err(failed)?;
        let text = serde_json::to_vec(&self.state()).map_err(|error| {
            Error::new(ErrorKind::Io, shown!("cannot store the consent: {}", ProgramOutput::shown(error.to_string())))
        })?;
        // Other runs see either the old or the new consent.
        let mut temporary = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        temporary.write_all(&text).map_err(failed)?;
        temporary.persist(&file).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Withdraws consent; returns whether there was any.
    ///
    /// # Errors
    /// `io` if it cannot be removed.
    pub(crate) fn distrust(&self) -> Result<bool> {
        let file = self.consent_file()?;
        match fs::remove_file(&file) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(Error::io("cannot remove the consent", &error).in_file(file.display())),
        }
    }

    fn is_given(&self, reach: &OutsideSetting, file: &Path) -> bool {
        let Some(stored) = stored(file) else { return false };
        let now = self.state();
        let same = if reach.is_of_rules() { stored.rules == now.rules } else { stored.settings == now.settings };
        same && stored.repository == now.repository
    }

    /// The repository with its current settings and rules.
    pub(super) fn state(&self) -> Consent {
        let mut rules = Sha256::new();
        for text in self.rules_texts() {
            add(&mut rules, text.as_bytes());
        }
        Consent { repository: self.root(), settings: self.settings_digest(), rules: hex(&rules.finalize()) }
    }

    /// A digest of the settings, the targets of their paths, and the repository's programs that they run.
    fn settings_digest(&self) -> String {
        let mut digest = Sha256::new();
        let path = self.settings_path();
        let text = input::read_text(&path, Limit::Settings).unwrap_or_default();
        add(&mut digest, text.as_bytes());
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let config = Config { folder, ..Config::parse(&text).unwrap_or_default() };
        for reach in &self.wanted(&config) {
            match reach.what {
                SettingKind::Path => add(&mut digest, real(Path::new(&reach.value)).as_os_str().as_encoded_bytes()),
                SettingKind::Program
                | SettingKind::Nix
                | SettingKind::Patch
                | SettingKind::Secret
                | SettingKind::Public => {
                    add(&mut digest, reach.value.as_bytes());
                }
            }
        }
        for word in config.files.values().flat_map(|file| &file.with_command) {
            let path = config.folder.join(word);
            if !self.is_outside(&path)
                && let Ok(program) = input::read(&path, Limit::Settings)
            {
                add(&mut digest, &program);
            }
        }
        hex(&digest.finalize())
    }

    fn wanted(&self, config: &Config) -> Vec<OutsideSetting> {
        let mut wanted: Vec<OutsideSetting> = Vec::new();
        let identities = config.identity_paths();
        let within = identities.iter().filter(|path| !self.is_outside(path));
        wanted.extend(within.flat_map(|path| OutsideSetting::plugins(path)));
        let mut paths: Vec<(&'static str, PathBuf)> = identities.into_iter().map(|path| ("identities", path)).collect();
        paths.extend(config.commit.tasks.iter().map(|folder| ("tasks", config.folder.join(folder))));
        for settings in config.files.values() {
            paths.extend(settings.with.iter().map(|path| ("with", config.folder.join(path))));
            if !settings.public.is_empty() {
                wanted.push(OutsideSetting::public(&settings.public));
            }
            if !settings.with_command.is_empty() {
                wanted.push(OutsideSetting::program("with_command", &settings.with_command));
            }
        }
        let secrets = config.relying_parties.iter().filter_map(|party| party.secret.as_ref());
        for secret in secrets.filter(|secret| !secret.file.is_empty()) {
            let found = self.existing(&secret.file).map(|target| target.path);
            paths.push(("secret.file", found.unwrap_or_else(|| config.folder.join(&secret.file))));
        }
        let outside = paths.into_iter().filter(|(_, path)| self.is_outside(path));
        wanted.extend(outside.map(|(setting, path)| OutsideSetting::path(setting, &path)));
        wanted
    }

    /// The file with the consent for this repository, which need not exist.
    fn consent_file(&self) -> Result<PathBuf> {
        let folder = folder()?;
        let root = self.root();
        if real(&folder).starts_with(&root) {
            return Err(Error::new(ErrorKind::Io, "the folder for consent is inside the repository that asks for it")
                .in_file(folder.display())
                .hint("set XDG_STATE_HOME to a folder outside it"));
        }
        let name = hex(&Sha256::digest(root.as_os_str().as_encoded_bytes()));
        Ok(folder.join(name).with_extension("json"))
    }
}

/// Adds a part with its length, so that different lists of parts have different digests.
fn add(digest: &mut Sha256, part: &[u8]) {
    digest.update(part.len().to_le_bytes());
    digest.update(part);
}

/// The path with links resolved; if it does not exist, with those of its nearest existing parent.
fn real(path: &Path) -> PathBuf {
    let path = without_dots(path);
    let found = path.ancestors().find_map(|above| Some((above.canonicalize().ok()?, above)));
    match found {
        Some((real, above)) => match path.strip_prefix(above) {
            Ok(rest) if !rest.as_os_str().is_empty() => real.join(rest),
            _ => real,
        },
        None => path,
    }
}
