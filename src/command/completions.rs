//! `agepatch completions`: a shell's completion script, made from the command line's own definition.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use super::Context;
use crate::cli::{Cli, CompletionsArgs};
use crate::error::{Error, Kind, Result};
use crate::shown::Shown;

/// Prints the script.
pub(crate) fn run(args: &CompletionsArgs, context: &mut Context) -> Result<ExitCode> {
    let shell: Shell = args.shell.parse().map_err(|_| {
        Error::new(Kind::Usage, format!("there are no completions for `{}`", args.shell))
            .hint("bash, zsh, fish, elvish, powershell")
    })?;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "agepatch", &mut script);
    context.out.result(&Shown::vouched(String::from_utf8_lossy(&script).trim_end()))?;
    Ok(ExitCode::SUCCESS)
}
