//! The arguments of each tool, and their command lines.

mod clients;
mod editing;
mod reading;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::command::mcp::invocation::Invocation;
use crate::command::mcp::names::FileName;
use crate::error::Result;

pub(super) use clients::{ClientAdd, ClientRotate, ClientSet, ClientVerify};
pub(super) use editing::{ApplyPatch, Commit, PreviewPatch};
pub(super) use reading::{Check, Diagnose, Diff, Doctor, Explain, ListFiles, Show};

/// Arguments that can be turned into a command line.
pub(super) trait Arguments: JsonSchema + for<'de> Deserialize<'de> {
    /// The command line.
    ///
    /// # Errors
    /// `usage`, `patch`, or `secret-on-command-line` for arguments that are not allowed.
    fn invocation(self) -> Result<Invocation>;
}

fn names(files: &[FileName]) -> impl Iterator<Item = &str> {
    files.iter().map(FileName::as_str)
}

fn words(values: &[String]) -> impl Iterator<Item = &str> {
    values.iter().map(String::as_str)
}
