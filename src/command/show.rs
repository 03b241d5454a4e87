//! `agepatch show`

use std::process::ExitCode;

use super::Context;
use crate::cli::ShowArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &ShowArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`show` is not built yet"))
}
