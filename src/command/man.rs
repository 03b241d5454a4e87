//! `agepatch man`

use std::process::ExitCode;

use super::Context;
use crate::cli::ManArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &ManArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`man` is not built yet"))
}
