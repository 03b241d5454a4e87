//! The places where sops looks for identities: its variables and `sops/age/keys.txt`. They belong to the user and need
//! no consent.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::Identities;
use crate::memory::{self, Zeroizing};
use crate::process;
use crate::shown;
use crate::shown::Shown;

/// The maximum output of a command; an identity has 75 bytes.
const LONGEST: usize = 1 << 20;

/// The identities that sops would use, except those that a command prints for a recipient.
pub(super) fn load() -> Identities {
    let mut identities = Identities::load_usable(&sops_key_files());
    if let Ok(text) = process::take_variable("SOPS_AGE_KEY") {
        // A line may contain several keys.
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let keys = Zeroizing::new(lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join("\n"));
        identities.add(Path::new("SOPS_AGE_KEY"), keys.as_bytes());
    }
    add_output(&mut identities, "SOPS_AGE_SSH_PRIVATE_KEY_CMD", None);
    identities
}

/// The identity files that sops would use.
pub fn sops_key_files() -> Vec<PathBuf> {
    let files = [variable("SOPS_AGE_SSH_PRIVATE_KEY_FILE"), variable("SOPS_AGE_KEY_FILE"), keys_file()];
    files.into_iter().flatten().collect()
}

/// The identities that `SOPS_AGE_KEY_CMD` prints for a recipient; `None` if it is not set.
pub(super) fn from_command(recipient: &str) -> Option<Identities> {
    let mut identities = Identities::none();
    add_output(&mut identities, "SOPS_AGE_KEY_CMD", Some(recipient)).then_some(identities)
}

/// Adds what the command in a variable prints; false if the variable is not set.
fn add_output(identities: &mut Identities, name: &'static str, recipient: Option<&str>) -> bool {
    let Some(command) = variable(name) else { return false };
    match run(&command, recipient) {
        Ok(output) => identities.add(Path::new(name), &output),
        Err(why) => identities.unusable.push(shown!("skipped: {}: {}", name, why)),
    }
    true
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// `sops/age/keys.txt` in the configuration folder, if it exists.
fn keys_file() -> Option<PathBuf> {
    let usual = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".config" };
    let folder = variable("XDG_CONFIG_HOME").or_else(|| env::home_dir().map(|home| home.join(usual)))?;
    Some(folder.join("sops/age/keys.txt")).filter(|path| path.exists())
}

/// The output of a command, or why there is none. It is split into words as by a shell, but no shell runs it.
fn run(command: &Path, recipient: Option<&str>) -> Result<Zeroizing<Vec<u8>>, Shown> {
    let words = command.to_str().and_then(shlex::split).unwrap_or_default();
    let Some((name, arguments)) = words.split_first() else {
        return Err(Shown::fixed("not a command line"));
    };
    let mut program = process::program(name);
    program.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
    if let Some(recipient) = recipient {
        program.env("SOPS_AGE_RECIPIENT", recipient);
    }
    let mut child = program.spawn().map_err(|error| shown!("cannot run the command: {}", error))?;
    let output = child.stdout.take().and_then(|stdout| {
        use std::io::Read;
        memory::read(&mut stdout.take(LONGEST as u64), 0).ok().map(Zeroizing::new)
    });
    let ended = child.wait().map_err(|error| shown!("cannot run the command: {}", error))?;
    match (ended.success(), output) {
        (true, Some(output)) => Ok(output),
        _ => Err(shown!("the command failed: {}", ended)),
    }
}
