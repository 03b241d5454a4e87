//! `agepatch completions`

use std::process::ExitCode;

use super::Context;
use crate::cli::CompletionsArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &CompletionsArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`completions` is not built yet"))
}
