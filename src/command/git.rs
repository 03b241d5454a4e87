//! `agepatch git`

use std::process::ExitCode;

use super::Context;
use crate::cli::GitArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &GitArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`git` is not built yet"))
}
