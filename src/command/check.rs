//! `agepatch check`

use std::process::ExitCode;

use super::Context;
use crate::cli::CheckArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &CheckArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`check` is not built yet"))
}
