//! `agepatch git`: configures git to show encrypted files redacted and to merge them semantically.

pub(super) mod marks;
pub(crate) mod program;
mod registration;
pub(crate) mod setup;

pub(super) use setup::is_set_up;

use std::process::ExitCode;

use crate::app::Context;
use crate::error::Result;
use clap::{Args, Subcommand};

/// `git`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch git setup
  agepatch git setup --check")]
pub(crate) struct GitArgs {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: GitCommand,
}

/// The commands below `git`.
#[derive(Debug, Subcommand)]
pub(crate) enum GitCommand {
    /// Register the textual view and the merge driver in this repository.
    Setup(setup::GitSetupArgs),
}

/// Runs the command.
pub(crate) fn run(args: &GitArgs, context: &mut Context) -> Result<ExitCode> {
    match &args.command {
        GitCommand::Setup(args) => setup::run(args, context),
    }
}
