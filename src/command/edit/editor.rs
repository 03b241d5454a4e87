//! The editor, as the user has set it.

use std::env;
use std::process::{Child, ExitStatus};
use std::time::Duration;

use super::scratch::Scratch;
use crate::app::Signals;
use crate::error::{Error, Kind, Result};
use crate::output::Output;
use crate::process;

/// How often is looked whether the editor has ended, or we are to end.
const GLANCE: Duration = Duration::from_millis(20);

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
    /// `$VISUAL`, else `$EDITOR`, else, at a terminal, `vi`.
    ///
    /// # Errors
    /// `usage` if none is set and nobody is there to use one.
    pub(super) fn find() -> Result<Self> {
        match named() {
            Some(editor) => Ok(Self(editor)),
            None if Output::is_interactive() => Ok(Self("vi".to_owned())),
            None => Err(Error::new(Kind::Usage, "no editor is set, and there is no terminal")
                .hint("set EDITOR, or replace the whole content: agepatch write FILE < content")),
        }
    }

    /// Opens the copy and waits until the editor ends. A signal that asks us to end ends the editor too; the keyboard's
    /// signals reach the editor itself, which decides what they mean.
    ///
    /// # Errors
    /// `io` if the editor cannot be started, ends with a failure, or we are to end.
    pub(super) fn open(&self, scratch: &Scratch, signals: &Signals) -> Result<()> {
        let child =
            process::program("sh").args(["-c", &format!("{} \"$@\"", self.0), &self.0]).arg(scratch.path()).spawn();
        let child = child.map_err(|error| Error::io("cannot start the editor", &error))?;
        let status = wait(child, signals)?;
        signals.forget_keyboard();
        if status.success() {
            return Ok(());
        }
        let message = format!("the editor ended with a failure ({status}), nothing was changed");
        Err(Error::new(Kind::Io, message).hint(format!("is EDITOR right? It is `{}`", self.0)))
    }
}

fn wait(mut child: Child, signals: &Signals) -> Result<ExitStatus> {
    loop {
        if signals.arrived_from_elsewhere() {
            // The editor may have ended by itself concurrently.
            drop(child.kill());
            drop(child.wait());
            return Err(Error::new(Kind::Io, "interrupted, nothing was changed"));
        }
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => std::thread::sleep(GLANCE),
            Err(error) => return Err(Error::io("cannot wait for the editor", &error)),
        }
    }
}
