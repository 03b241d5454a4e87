//! `agepatch write`

use std::process::ExitCode;

use super::Context;
use crate::cli::WriteArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &WriteArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`write` is not built yet"))
}
