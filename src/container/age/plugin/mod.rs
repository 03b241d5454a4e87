//! Plugins (`age-plugin-NAME`), in version 1 of their protocol. They are started here and not by age, so that none
//! inherits a variable that held a secret, and none is waited for without end.

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

/// A program that speaks for keys of one kind.
struct Plugin {
    name: String,
    path: PathBuf,
    /// Whether it was given up, so that it is not waited for once a file.
    silent: AtomicBool,
}

impl Plugin {
    /// The plugin of that kind on the PATH, if there is one.
    fn find(kind: &str) -> Option<Self> {
        let name = format!("age-plugin-{kind}");
        let places = env::var_os("PATH").unwrap_or_default();
        // A program of Windows can be started from within WSL.
        let names = [name.clone(), format!("{name}.exe")];
        let candidates = names.iter().flat_map(|name| env::split_paths(&places).map(move |folder| folder.join(name)));
        let path = candidates.filter_map(|path| path.canonicalize().ok()).find(|path| {
            fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
        })?;
        Some(Self { name, path, silent: AtomicBool::new(false) })
    }
}
