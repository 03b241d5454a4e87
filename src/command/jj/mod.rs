//! `agepatch jj`: makes Jujutsu show and merge encrypted files.

pub(crate) mod setup;

use std::process::ExitCode;

use crate::app::Context;
use crate::error::Result;
use clap::{Args, Subcommand};

/// `jj`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch jj setup
  agepatch jj setup --write")]
pub(crate) struct JjArgs {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: JjCommand,
}

/// The commands below `jj`.
#[derive(Debug, Subcommand)]
pub(crate) enum JjCommand {
    /// Print the configuration of the merge and diff tools, or set it in this repository.
    Setup(setup::JjSetupArgs),
}

/// Runs the command.
pub(crate) fn run(args: &JjArgs, context: &Context) -> Result<ExitCode> {
    match &args.command {
        JjCommand::Setup(args) => setup::run(args, context),
    }
}
