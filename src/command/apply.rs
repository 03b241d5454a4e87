//! `agepatch apply`

use std::process::ExitCode;

use super::Context;
use crate::cli::ApplyArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &ApplyArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`apply` is not built yet"))
}
