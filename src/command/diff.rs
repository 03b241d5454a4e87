//! `agepatch diff`

use std::process::ExitCode;

use super::Context;
use crate::cli::DiffArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &DiffArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`diff` is not built yet"))
}
