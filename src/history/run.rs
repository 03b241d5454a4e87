//! Running git and hearing what it says.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::error::{Error, Kind, Result};

/// Runs the command with an empty stdin.
///
/// # Errors
/// `git`, where it cannot be run.
pub fn run(command: &mut Command) -> Result<Output> {
    run_with(command, b"")
}

/// Runs the command with this stdin.
///
/// # Errors
/// `git`, where it cannot be run.
pub fn run_with(command: &mut Command, input: &[u8]) -> Result<Output> {
    let failed = |error: std::io::Error| Error::new(Kind::Git, format!("cannot run git: {error}"));
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    let stdin = child.stdin.take();
    // Written beside the reading: git answers while it is still being asked, and neither pipe is endless.
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A git that reads nothing closes its end; what it has to say comes with its exit code.
            stdin.map(|mut stdin| stdin.write_all(input))
        });
        child.wait_with_output().map_err(failed)
    })
}

/// Takes an exit code other than 0 for a failure of `what`.
///
/// # Errors
/// `git`, with what it said.
pub fn expect(what: &str, output: &Output) -> Result<()> {
    if output.status.success() { Ok(()) } else { Err(said(what, output)) }
}

/// The failure of `what`, with what git, or a hook that it ran, said.
pub fn said(what: &str, output: &Output) -> Error {
    let said = [output.stderr.as_slice(), output.stdout.as_slice()].concat();
    let said = String::from_utf8_lossy(&said);
    Error::new(Kind::Git, format!("{what} failed: {}", said.trim()))
}
