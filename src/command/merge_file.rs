//! `agepatch merge-file`

use std::process::ExitCode;

use super::Context;
use crate::cli::MergeFileArgs;
use crate::error::{Error, Kind, Result};

/// Runs the command.
pub(crate) fn run(_args: &MergeFileArgs, _context: &mut Context) -> Result<ExitCode> {
    Err(Error::new(Kind::Unsupported, "`merge-file` is not built yet"))
}
