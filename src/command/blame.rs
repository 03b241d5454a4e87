//! `agepatch blame`

use std::process::ExitCode;

use super::Context;
use crate::cli::BlameArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &BlameArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`blame` is not built yet"))
}
