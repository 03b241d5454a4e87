//! The stored consents: one file per repository in the state folder of the user.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::discovery::Workspace;
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Consent {
    pub(super) repository: PathBuf,
    /// The SHA-256 of the settings.
    pub(super) settings: String,
    /// The SHA-256 of the rules.
    pub(super) rules: String,
}

/// A repository with consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trusted {
    /// Its root.
    pub repository: PathBuf,
    /// Whether its settings and rules are unchanged since then.
    pub current: bool,
}

/// Every repository with consent, by path.
///
/// # Errors
/// `io` if the state folder cannot be determined.
pub(crate) fn trusted() -> Result<Vec<Trusted>> {
    let entries = fs::read_dir(folder()?).into_iter().flatten().flatten().map(|entry| entry.path());
    let consents = entries.filter(|path| path.extension() == Some(OsStr::new("json")));
    let mut all: Vec<Trusted> = consents
        .filter_map(|path| stored(&path))
        .map(|consent| {
            let now = Workspace::discover(consent.repository.clone(), None).state();
            let current = (&now.settings, &now.rules) == (&consent.settings, &consent.rules);
            Trusted { current: current && now.repository == consent.repository, repository: consent.repository }
        })
        .collect();
    all.sort_by(|left, right| left.repository.cmp(&right.repository));
    Ok(all)
}

pub(super) fn stored(file: &Path) -> Option<Consent> {
    serde_json::from_slice(&input::read(file, Limit::Settings).ok()?).ok()
}

/// `$XDG_STATE_HOME/agepatch/trust`, or else below `~/.local/state`.
pub(super) fn folder() -> Result<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let state = state.or_else(|| std::env::home_dir().map(|home| home.join(".local/state")));
    let state = state.filter(|path| path.is_absolute());
    state.map(|state| state.join("agepatch/trust")).ok_or_else(|| {
        Error::new(ErrorKind::Io, "there is no folder to store the consent in").hint("set XDG_STATE_HOME or HOME")
    })
}

/// Creates a folder that only its owner can enter.
pub(super) fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
