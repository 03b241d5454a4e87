//! `agepatch remove`

use std::process::ExitCode;

use super::Context;
use crate::cli::RemoveArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &RemoveArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`remove` is not built yet"))
}
