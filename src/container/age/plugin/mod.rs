//! Plugins (`age-plugin-NAME`), in version 1 of their protocol. They are started here instead of by the age crate, so
//! that none inherits a variable that held a secret, and every one has a timeout.

mod conversation;
mod identity;
mod recipient;

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

pub(in crate::container) use identity::PluginIdentity;
pub(in crate::container) use recipient::PluginRecipients;

/// A program that handles keys of one kind.
struct Plugin {
    name: String,
    path: PathBuf,
    /// Whether it timed out, so that other files do not wait for it again.
    silent: AtomicBool,
}

impl Plugin {
    /// The plugin of this kind in PATH.
    fn find(kind: &str) -> Option<Self> {
        let name = format!("age-plugin-{kind}");
        let places = env::var_os("PATH").unwrap_or_default();
        // A Windows program can be started from WSL.
        let names = [name.clone(), format!("{name}.exe")];
        let candidates = names.iter().flat_map(|name| env::split_paths(&places).map(move |folder| folder.join(name)));
        let path = candidates.filter_map(|path| path.canonicalize().ok()).find(|path| {
            fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
        })?;
        Some(Self { name, path, silent: AtomicBool::new(false) })
    }
}
