//! One file a command, each a short story: resolve the file, open, edit, check, seal, replace, report, commit.

mod add;
mod apply;
mod blame;
mod check;
mod client;
mod commit;
mod completions;
pub(crate) mod context;
mod demo;
mod diagnose;
mod diff;
mod doctor;
mod edit;
mod explain;
mod flow;
mod get;
mod git;
mod log;
mod man;
mod merge_file;
mod reading;
mod recipients;
mod rekey;
mod remove;
mod restore;
mod schema;
mod set;
mod show;
mod status;
mod textconv;
mod unset;
mod versions;
mod write;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::cli::{Cli, Command};
use crate::error::{Error, Kind, Result};
use crate::output::{Color, Mode, Output};

pub(crate) use context::Context;

/// Parses the arguments, runs the command, and turns what came of it into the exit code.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, &arguments),
    };
    let output = Output::new(cli.global.mode(), cli.global.color, cli.global.quiet, cli.global.verbose);
    let context = Context::new(cli.global, output);
    match context.and_then(|mut context| {
        let outcome = dispatch(cli.command, &mut context);
        outcome.or_else(|error| {
            context.out.error(&error);
            Ok(ExitCode::from(error.kind().exit_code()))
        })
    }) {
        Ok(code) => code,
        Err(error) => {
            Output::new(Mode::Text, Color::Auto, false, false).error(&error);
            ExitCode::from(error.kind().exit_code())
        }
    }
}

fn dispatch(command: Option<Command>, context: &mut Context) -> Result<ExitCode> {
    let Some(command) = command else { return status::run(context) };
    match command {
        Command::Show(args) => show::run(&args, context),
        Command::Get(args) => get::run(&args, context),
        Command::Set(args) => set::run(&args, context),
        Command::Unset(args) => unset::run(&args, context),
        Command::Add(args) => add::run(&args, context),
        Command::Remove(args) => remove::run(&args, context),
        Command::Apply(args) => apply::run(&args, context),
        Command::Write(args) => write::run(&args, context),
        Command::Edit(args) => edit::run(&args, context),
        Command::Diff(args) => diff::run(&args, context),
        Command::Log(args) => log::run(&args, context),
        Command::Blame(args) => blame::run(&args, context),
        Command::Restore(args) => restore::run(&args, context),
        Command::Check(args) => check::run(&args, context),
        Command::Explain(args) => explain::run(&args, context),
        Command::Client(args) => client::run(&args, context),
        Command::Diagnose(args) => diagnose::run(&args, context),
        Command::Doctor(args) => doctor::run(&args, context),
        Command::Rekey(args) => rekey::run(&args, context),
        Command::Recipients(args) => recipients::run(&args, context),
        Command::Commit(args) => commit::run(&args, context),
        Command::Git(args) => git::run(&args, context),
        Command::Textconv(args) => textconv::run(&args, context),
        Command::MergeFile(args) => merge_file::run(&args, context),
        Command::Demo(args) => demo::run(&args, context),
        Command::Completions(args) => completions::run(&args, context),
        Command::Man(args) => man::run(&args, context),
        Command::Schema(args) => schema::run(&args, context),
    }
}

/// Help and version go to stdout and are no failure; anything else is exit 2, as JSON where that was asked for.
fn usage(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    let asks_for_json = arguments.iter().any(|argument| argument == "--output=json")
        || arguments.windows(2).any(|pair| pair[0] == "--output" && pair[1] == "json");
    let informs = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if asks_for_json && !informs {
        let message = error.to_string();
        let first = message.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Output::new(Mode::Json, Color::Never, false, false)
            .error(&Error::new(Kind::Usage, first).hint("`agepatch help` lists the commands and their options"));
    } else {
        // clap colours for the terminal it prints to; a closed pipe is no failure.
        drop(error.print());
    }
    ExitCode::from(if informs { 0 } else { Kind::Usage.exit_code() })
}
