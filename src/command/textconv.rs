//! `agepatch textconv`

use std::process::ExitCode;

use super::Context;
use crate::cli::TextconvArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &TextconvArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`textconv` is not built yet"))
}
