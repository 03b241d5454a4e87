//! The places where sops looks for identities: its variables and `sops/age/keys.txt`. They belong to the user and need
//! no consent.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::Identities;
use crate::memory::{self, Zeroizing};
use crate::process;

/// The maximum output of a command; an identity has 75 bytes.
const LONGEST: usize = 1 << 20;

/// The identities that sops would use, except those that a command prints for a recipient.
pub(super) fn load() -> Identities {
    let files = [variable("SOPS_AGE_SSH_PRIVATE_KEY_FILE"), variable("SOPS_AGE_KEY_FILE"), keys_file()];
    let files: Vec<PathBuf> = files.into_iter().flatten().collect();
    let mut identities = Identities::load_usable(&files);
    if let Ok(text) = process::take_variable("SOPS_AGE_KEY") {
        // A line may contain several keys.
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let keys = Zeroizing::new(lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join("\n"));
        identities.add(Path::new("SOPS_AGE_KEY"), keys.as_bytes());
    }
    if let Some(output) = variable("SOPS_AGE_SSH_PRIVATE_KEY_CMD").and_then(|command| run(&command, None)) {
        identities.add(Path::new("SOPS_AGE_SSH_PRIVATE_KEY_CMD"), &output);
    }
    identities
}

/// The identities that `SOPS_AGE_KEY_CMD` prints for a recipient; `None` if it is not set or fails.
pub(super) fn from_command(recipient: &str) -> Option<Identities> {
    let output = run(&variable("SOPS_AGE_KEY_CMD")?, Some(recipient))?;
    let mut identities = Identities::none();
    identities.add(Path::new("SOPS_AGE_KEY_CMD"), &output);
    Some(identities)
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

/// The output of a command. It is split into words as by a shell, but no shell runs it.
fn run(command: &Path, recipient: Option<&str>) -> Option<Zeroizing<Vec<u8>>> {
    let words = shlex::split(command.to_str()?)?;
    let (name, arguments) = words.split_first()?;
    let mut program = process::program(name);
    program.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
    if let Some(recipient) = recipient {
        program.env("SOPS_AGE_RECIPIENT", recipient);
    }
    let mut child = program.spawn().ok()?;
    let output = child.stdout.take().and_then(|stdout| {
        use std::io::Read;
        memory::read(&mut stdout.take(LONGEST as u64), 0).ok().map(Zeroizing::new)
    });
    child.wait().ok().filter(std::process::ExitStatus::success).and(output)
}
