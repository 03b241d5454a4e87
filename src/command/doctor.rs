//! `agepatch doctor`

use std::process::ExitCode;

use super::Context;
use crate::cli::DoctorArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &DoctorArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`doctor` is not built yet"))
}
