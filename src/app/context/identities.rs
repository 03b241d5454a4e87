//! The private keys of a run: from the command line, the environment, the settings, or the usual places.

use std::env;
use std::path::{Path, PathBuf};

use super::Context;
use crate::container::{self, Identities};
use crate::error::Result;
use crate::shown::FileName;

impl Context {
    /// The available private keys, read once.
    pub(crate) fn identities(&self) -> Result<&Identities> {
        if let Some(identities) = self.identities.get() {
            return Ok(identities);
        }
        let identities = self.load_identities()?;
        let identities = match identities.may_ask() {
            true => identities.with_listed(self.workspace.listed_age_keys()),
            false => identities,
        };
        let (tried, unusable) = identities.tried_and_unusable();
        let tried: Vec<String> = tried.iter().map(|path| path.display().to_string()).collect();
        let tried = if tried.is_empty() { "none".to_owned() } else { tried.join(", ") };
        self.detail(&FileName::shown(format!("identities: {tried}")))?;
        for why in unusable {
            self.detail(why)?;
        }
        Ok(self.identities.get_or_init(|| identities))
    }

    /// Reads the private keys. A key given with `-i` must be usable. Settings and the environment may name a file that
    /// this host does not have, which is skipped; so are keys for other programs in the usual places.
    ///
    /// # Errors
    /// `no-identity`, naming the file; `rules` if agepatch.toml cannot be read.
    pub(crate) fn load_identities(&self) -> Result<Identities> {
        if !self.global.identities.is_empty() {
            if self.global.identities.iter().any(|path| path == Path::new(container::STDIN)) {
                self.stdin.reserve("an identity")?;
            }
            return Identities::load(&self.global.identities);
        }
        if let Some(named) = identities_of_environment() {
            return Identities::load_present(&named);
        }
        let Some(named) = self.identities_of_settings()? else {
            return Ok(Identities::load_usable(&usual_identities()));
        };
        let mut identities = Identities::load_present(&named)?;
        identities.refuse_plugins(|path| !self.workspace.may_start_plugins(path));
        Ok(identities)
    }

    /// The identity files to try, in order: `-i`, the environment, agepatch.toml, and the usual places that exist.
    pub(crate) fn identity_paths(&self) -> Result<Vec<PathBuf>> {
        if !self.global.identities.is_empty() {
            return Ok(self.global.identities.clone());
        }
        match identities_of_environment() {
            Some(named) => Ok(named),
            None => Ok(self.identities_of_settings()?.unwrap_or_else(usual_identities)),
        }
    }

    fn identities_of_settings(&self) -> Result<Option<Vec<PathBuf>>> {
        let config = self.workspace.config()?;
        if config.identities.is_empty() {
            return Ok(None);
        }
        let paths = config.identity_paths();
        for path in paths.iter().filter(|path| path.exists()) {
            self.workspace.consent_to_identities(path)?;
        }
        Ok(Some(paths))
    }
}

fn identities_of_environment() -> Option<Vec<PathBuf>> {
    let list = env::var_os("AGEPATCH_IDENTITIES").filter(|list| !list.is_empty())?;
    Some(env::split_paths(&list).map(expand_home).collect())
}

/// The identity files that sops would use, for its files.
pub(crate) fn sops_key_files() -> Vec<PathBuf> {
    container::sops_key_files()
}

/// The usual places of private keys that exist.
pub(crate) fn usual_identities() -> Vec<PathBuf> {
    let usual = ["~/.ssh/id_ed25519", "~/.ssh/id_rsa", "~/.config/age/keys.txt"];
    usual.iter().map(|path| expand_home(path.into())).filter(|path| path.exists()).collect()
}

/// Expands a leading `~/`.
fn expand_home(path: PathBuf) -> PathBuf {
    match (path.strip_prefix("~"), env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    }
}
