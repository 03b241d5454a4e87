//! `agepatch explain`

use std::process::ExitCode;

use super::Context;
use crate::cli::ExplainArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &ExplainArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`explain` is not built yet"))
}
