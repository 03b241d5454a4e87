//! This process: what of it must not reach a disk, or the programs that it starts.

use std::collections::BTreeSet;
use std::env::{self, VarError};
use std::ffi::OsStr;
use std::process::Command;
use std::sync::Mutex;

use crate::memory::Zeroizing;

/// The variables that held secrets.
static TAKEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// No core dump of this process, nor of those that it starts, and no other program of the same user may look into its
/// memory. As many files as may be can be open. One that may not grow further is an error of writing, and not the end.
pub fn harden() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        // A kernel that refuses this is no reason to refuse the work.
        let _refused = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let _refused = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
        // Every file of a rekey is held locked until all are written, and there may be a thousand.
        let files = getrlimit(Resource::Nofile);
        let _refused = setrlimit(Resource::Nofile, Rlimit { current: files.maximum, ..files });
        let noted = std::sync::Arc::default();
        drop(signal_hook::flag::register(signal_hook::consts::SIGXFSZ, noted));
    }
}

/// The value of a variable that holds a secret. From here on no program that is started gets it.
///
/// # Errors
/// Where it is not set, or is no text.
pub fn take_variable(name: &str) -> Result<Zeroizing<String>, VarError> {
    let value = env::var(name).map(Zeroizing::new)?;
    if let Ok(mut taken) = TAKEN.lock() {
        taken.insert(name.to_owned());
    }
    Ok(value)
}

/// A program to be started, without the variables that held secrets.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    if let Ok(taken) = TAKEN.lock() {
        for name in taken.iter() {
            command.env_remove(name);
        }
    }
    command
}
