//! `agepatch schema`

use std::process::ExitCode;

use super::Context;
use crate::cli::SchemaArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &SchemaArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`schema` is not built yet"))
}
