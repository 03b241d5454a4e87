//! `agepatch` without a command: tells where one stands.

use std::process::ExitCode;

use super::Context;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "the status is not built yet"))
}
