//! `agepatch git`: what git itself is told, so that it shows and merges encrypted files by meaning.

pub(super) mod marks;
pub(super) mod program;
mod registration;
mod setup;

use std::process::ExitCode;

use super::Context;
use crate::cli::{GitArgs, GitCommand};
use crate::error::Result;

/// Runs the command.
pub(crate) fn run(args: &GitArgs, context: &mut Context) -> Result<ExitCode> {
    match &args.command {
        GitCommand::Setup(args) => setup::run(args, context),
    }
}
