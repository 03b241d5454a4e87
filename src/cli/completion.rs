//! Answers a shell that completes a command line.

use std::ffi::OsString;
use std::process::ExitCode;

use clap_complete::env::Shells;

use crate::command::completions::ASKED;
use crate::output::Output;

/// Answers a shell's request for completions; `None` if this is an ordinary run.
pub(super) fn answer(arguments: &[OsString], out: Output) -> Option<ExitCode> {
    let shell = std::env::var(ASKED).ok().filter(|shell| !shell.is_empty())?;
    let words = arguments.iter().position(|word| word == "--").map(|place| arguments[place + 1..].to_vec());
    let shells = Shells::builtins();
    let (Some(completer), Some(words)) = (shells.completer(&shell), words) else {
        return Some(ExitCode::SUCCESS);
    };
    let mut offered = Vec::new();
    let mut command = super::definition();
    command.build();
    let current = std::env::current_dir().ok();
    // Pressing Tab must not print an error between the words.
    if completer.write_complete(&mut command, words, current.as_deref(), &mut offered).is_ok() {
        drop(out.revealed(&offered));
    }
    Some(ExitCode::SUCCESS)
}
