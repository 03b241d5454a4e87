//! `agepatch client`

use std::process::ExitCode;

use super::Context;
use crate::cli::ClientArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &ClientArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`client` is not built yet"))
}
