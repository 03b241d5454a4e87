//! `agepatch rekey`

use std::process::ExitCode;

use super::Context;
use crate::cli::RekeyArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &RekeyArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`rekey` is not built yet"))
}
