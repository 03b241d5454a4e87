//! `agepatch set`

use std::process::ExitCode;

use super::Context;
use crate::cli::SetArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &SetArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`set` is not built yet"))
}
