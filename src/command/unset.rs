//! `agepatch unset`

use std::process::ExitCode;

use super::Context;
use crate::cli::UnsetArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &UnsetArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`unset` is not built yet"))
}
