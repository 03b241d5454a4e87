//! The user's editor.

use std::env;
use std::process::{Child, ExitStatus};
use std::time::Duration;

use super::scratch::Scratch;
use crate::app::Signals;
use crate::error::{Error, ErrorKind, Result};
use crate::output::Output;
use crate::process;
use crate::shown;
use crate::shown::CommandLine;

/// How often to check whether the editor has exited, or a signal has arrived.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Whether the environment names an editor.
pub(in crate::command) fn is_set() -> bool {
    named().is_some()
}

fn named() -> Option<String> {
    let set = |name| env::var(name).ok().filter(|value| !value.trim().is_empty());
    set("VISUAL").or_else(|| set("EDITOR"))
}

/// A command line for the shell.
pub(super) struct Editor(String);

impl Editor {
    /// `$VISUAL`, or else `$EDITOR`, or else, at a terminal, `vi`.
    ///
    /// # Errors
    /// `usage` if none is set and there is no terminal.
    pub(super) fn find() -> Result<Self> {
        match named() {
            Some(editor) => Ok(Self(editor)),
            None if Output::is_interactive() => Ok(Self("vi".to_owned())),
            None => Err(Error::new(ErrorKind::Usage, "no editor is set, and there is no terminal")
                .hint("set EDITOR, or replace the content: agepatch write FILE < content")),
        }
    }

    /// Opens the copy and waits for the editor to exit. A signal that ends this program ends the editor, too; signals
    /// from the keyboard reach the editor itself, which decides what they mean.
    ///
    /// # Errors
    /// `io` if the editor cannot be started or fails, or a signal has arrived.
    pub(super) fn open(&self, scratch: &Scratch, signals: &Signals) -> Result<()> {
        let child =
            process::program("sh").args(["-c", &format!("{} \"$@\"", self.0), &self.0]).arg(scratch.path()).spawn();
        let child = child.map_err(|error| Error::io("cannot start the editor", &error))?;
        let status = wait(child, signals)?;
        signals.forget_keyboard();
        if status.success() {
            return Ok(());
        }
        let message = shown!("the editor failed ({}), nothing was changed", status);
        Err(Error::new(ErrorKind::Io, message).hint(shown!("is EDITOR right? It is `{}`", CommandLine::shown(&self.0))))
    }
}

fn wait(mut child: Child, signals: &Signals) -> Result<ExitStatus> {
    loop {
        if signals.arrived_from_elsewhere() {
            // The editor may have exited in the meantime.
            drop(child.kill());
            drop(child.wait());
            return Err(Error::new(ErrorKind::Io, "interrupted, nothing was changed"));
        }
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => std::thread::sleep(POLL_INTERVAL),
            Err(error) => return Err(Error::io("cannot wait for the editor", &error)),
        }
    }
}
