//! `agepatch recipients`

use std::process::ExitCode;

use super::Context;
use crate::cli::RecipientsArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &RecipientsArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`recipients` is not built yet"))
}
