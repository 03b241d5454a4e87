//! Hardens this process: what it holds must not reach a disk, or the programs that it starts.

use std::collections::BTreeSet;
use std::env::{self, VarError};
use std::ffi::OsStr;
use std::process::Command;
use std::sync::Mutex;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::memory::Zeroizing;

/// The variables that held secrets.
static TAKEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Disables core dumps of this process and its children, and debugging by other programs of the same user. Raises the
/// limit of open files. Makes exceeding the file size limit an error instead of a signal.
pub(crate) fn harden() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        // Continue if the kernel refuses this.
        let _refused = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
    let _refused = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // A rekey holds locks on all its files, possibly a thousand, until they are written.
    let files = getrlimit(Resource::Nofile);
    let _refused = setrlimit(Resource::Nofile, Rlimit { current: files.maximum, ..files });
    let noted = std::sync::Arc::default();
    drop(signal_hook::flag::register(signal_hook::consts::SIGXFSZ, noted));
}

/// The value of a variable that contains a secret. From now on, it is removed from the environment of started programs.
///
/// # Errors
/// If it is not set, or is not text.
pub(crate) fn take_variable(name: &str) -> Result<Zeroizing<String>, VarError> {
    let value = env::var(name).map(Zeroizing::new)?;
    if let Ok(mut taken) = TAKEN.lock() {
        taken.insert(name.to_owned());
    }
    Ok(value)
}

/// A program to start, without the variables that held secrets.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    if let Ok(taken) = TAKEN.lock() {
        for name in taken.iter() {
            command.env_remove(name);
        }
    }
    command
}
