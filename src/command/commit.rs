//! `agepatch commit`

use std::process::ExitCode;

use super::Context;
use crate::cli::CommitArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &CommitArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`commit` is not built yet"))
}
