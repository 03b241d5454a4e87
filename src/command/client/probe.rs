//! `client probe`: asks the running Authelia.

use std::process::ExitCode;

use crate::cli::ProbeArgs;
use crate::command::Context;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(super) fn run(_file: Option<&str>, _args: &ProbeArgs, _context: &Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`client probe` is not built yet"))
}
