//! `agepatch demo`

use std::process::ExitCode;

use super::Context;
use crate::cli::DemoArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &DemoArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`demo` is not built yet"))
}
