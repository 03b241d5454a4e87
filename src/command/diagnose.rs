//! `agepatch diagnose`

use std::process::ExitCode;

use super::Context;
use crate::cli::DiagnoseArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &DiagnoseArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`diagnose` is not built yet"))
}
