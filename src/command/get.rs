//! `agepatch get`

use std::process::ExitCode;

use super::Context;
use crate::cli::GetArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &GetArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`get` is not built yet"))
}
