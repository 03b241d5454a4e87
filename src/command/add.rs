//! `agepatch add`

use std::process::ExitCode;

use super::Context;
use crate::cli::AddArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &AddArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`add` is not built yet"))
}
