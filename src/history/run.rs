//! Runs git and captures its output.

use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};

use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::{ProgramOutput, Showable};

/// Runs the command with an empty stdin.
///
/// # Errors
/// `git` if it cannot be run.
pub(crate) fn run(command: &mut Command) -> Result<Output> {
    run_with(command, b"")
}

/// Runs the command with this stdin.
///
/// # Errors
/// `git` if it cannot be run.
pub(crate) fn run_with(command: &mut Command, input: &[u8]) -> Result<Output> {
    run_reading(command, input, |stdout| {
        let mut bytes = Vec::new();
        stdout.read_to_end(&mut bytes)?;
        Ok(bytes)
    })
    .map(|(stdout, output)| Output { stdout, ..output })
}

/// Runs the command with this stdin; `read` consumes its output, and may stop early.
///
/// # Errors
/// `git` if it cannot be run; `io` if `read` fails.
pub(super) fn run_reading<T>(
    command: &mut Command,
    input: &[u8],
    read: impl FnOnce(&mut dyn Read) -> std::io::Result<T>,
) -> Result<(T, Output)> {
    let failed = |error: std::io::Error| Error::new(ErrorKind::Git, shown!("cannot run git: {}", error));
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    let stdin = child.stdin.take();
    let mut stdout = child.stdout.take();
    // Write while reading: git answers before it has read everything, and pipes have a limited capacity.
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // If git closes its stdin early, its exit code and stderr tell why.
            stdin.map(|mut stdin| stdin.write_all(input))
        });
        let mut stderr = child.stderr.take();
        let failure = scope.spawn(move || {
            let mut failure = Vec::new();
            // An unreadable stderr is treated as empty.
            let _unread = stderr.as_mut().map(|stderr| stderr.read_to_end(&mut failure));
            failure
        });
        let result = match &mut stdout {
            Some(stdout) => read(stdout),
            None => read(&mut std::io::empty()),
        };
        // Closing the pipe makes git stop, even if it has more to write.
        drop(stdout);
        let status = child.wait().map_err(failed)?;
        let stderr = failure.join().unwrap_or_default();
        let result = result.map_err(|error| Error::io("cannot read what git prints", &error))?;
        Ok((result, Output { status, stdout: Vec::new(), stderr }))
    })
}

/// Turns an exit code other than 0 into an error.
///
/// # Errors
/// `git`, with its output.
pub(crate) fn expect(what: impl Showable, output: &Output) -> Result<()> {
    if output.status.success() { Ok(()) } else { Err(failure(what, output)) }
}

/// The error for a failed `what`, with the output of git or of a hook.
pub(crate) fn failure(what: impl Showable, output: &Output) -> Error {
    let printed = [output.stderr.as_slice(), output.stdout.as_slice()].concat();
    let printed = ProgramOutput::shown(String::from_utf8_lossy(&printed).trim());
    Error::new(ErrorKind::Git, shown!("{} failed: {}", what, printed))
}
