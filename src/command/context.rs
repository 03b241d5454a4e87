//! What a command needs to know of this run.

use std::env;
use std::path::PathBuf;

use crate::cli::Global;
use crate::error::{Error, Kind, Result};
use crate::output::Output;
use crate::workspace::Workspace;

/// This run: its options, where it takes place, and where it prints.
pub(crate) struct Context {
    /// The options of every command.
    pub(crate) global: Global,
    /// Where everything printed goes.
    pub(crate) out: Output,
    /// The repository, the rules, the settings.
    pub(crate) workspace: Workspace,
}

impl Context {
    /// Looks around.
    pub(crate) fn new(global: Global, out: Output) -> Result<Self> {
        if let Some(directory) = &global.directory {
            env::set_current_dir(directory)
                .map_err(|error| Error::new(Kind::Usage, format!("cannot go to {}: {error}", directory.display())))?;
        }
        let current = env::current_dir().map_err(|error| Error::io("cannot tell the current folder", &error))?;
        let workspace = Workspace::discover(current, global.rules.as_deref())?;
        Ok(Self { global, out, workspace })
    }

    /// The identity files to try, in order, as the contract lists them: `-i`, the environment, agepatch.toml, the usual places that exist.
    pub(crate) fn identity_paths(&self) -> Result<Vec<PathBuf>> {
        if !self.global.identities.is_empty() {
            return Ok(self.global.identities.clone());
        }
        if let Some(list) = env::var_os("AGEPATCH_IDENTITIES").filter(|list| !list.is_empty()) {
            return Ok(env::split_paths(&list).map(expand_home).collect());
        }
        let config = self.workspace.config()?;
        if !config.identities.is_empty() {
            return Ok(config.identities.iter().map(|path| config.folder.join(expand_home(path.into()))).collect());
        }
        let usual = ["~/.ssh/id_ed25519", "~/.ssh/id_rsa", "~/.config/age/keys.txt"];
        Ok(usual.iter().map(|path| expand_home(path.into())).filter(|path| path.exists()).collect())
    }
}

/// Replaces a leading `~/`.
fn expand_home(path: PathBuf) -> PathBuf {
    match (path.strip_prefix("~"), env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    }
}
