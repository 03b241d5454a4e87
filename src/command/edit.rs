//! `agepatch edit`

use std::process::ExitCode;

use super::Context;
use crate::cli::EditArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &EditArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`edit` is not built yet"))
}
