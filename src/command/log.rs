//! `agepatch log`

use std::process::ExitCode;

use super::Context;
use crate::cli::LogArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &LogArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`log` is not built yet"))
}
