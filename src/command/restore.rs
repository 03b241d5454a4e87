//! `agepatch restore`

use std::process::ExitCode;

use super::Context;
use crate::cli::RestoreArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &RestoreArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`restore` is not built yet"))
}
