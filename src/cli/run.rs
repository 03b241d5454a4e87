//! Parses the command line and runs the command.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::FromArgMatches;

use super::{Cli, Command, completion, help, usage};
use crate::app::options::GENERATED_LENGTH;
use crate::app::{Context, output_format, recovery};
use crate::command::agenix::AgenixArgs;
#[cfg(feature = "mcp")]
use crate::command::mcp;
use crate::command::{
    add, agenix, apply, blame, check, client, commit, completions, convert, demo, diagnose, diff, doctor, edit, exec,
    explain, get, git, jj, log, man, merge_file, new, recipients, rekey, remove, restore, schema, set, show, status,
    textconv, trust, unset, write,
};
use crate::error::{Error, Result};
use crate::output::{Color, Mode, Output};
use crate::shown::{FileName, held_back, suspect};

/// Parses the arguments, runs the command, and returns the exit code.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = with_lengths(arguments.into_iter().collect());
    held_back::hold_back_in_errors(suspect::in_arguments(arguments.iter().skip(1).filter_map(|word| word.to_str())));
    if let Some(code) = completion::answer(&arguments, Output::new(Mode::Text, Color::Never, true, false)) {
        return code;
    }
    let mut command = help::command();
    let parsed = command.try_get_matches_from_mut(&arguments).and_then(|matches| {
        output_format::refuse_unknown(&command, &matches)?;
        Cli::from_arg_matches(&matches)
    });
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return usage::report(error, &arguments),
    };
    let output = Output::new(cli.global.mode(), cli.global.color, cli.global.quiet, cli.global.verbose);
    let failed = |out: &Output, error: &Error| {
        out.error(error);
        ExitCode::from(error.kind().exit_code())
    };
    if let Err(error) = usage::refuse(&cli) {
        return failed(&output, &error);
    }
    match Context::new(cli.global, output) {
        Ok(mut context) => dispatch(cli.command, &cli.agenix, &mut context)
            .unwrap_or_else(|error| failed(&context.out, &from_here(error, &context))),
        Err(error) => failed(&output, &error),
    }
}

/// The error with the name of its file relative to the current folder, if the file is in the repository.
fn from_here(error: Error, context: &Context) -> Error {
    let top = context.workspace.top().unwrap_or(context.workspace.current());
    let inside = error.file().map(Path::new).filter(|file| file.is_absolute() && file.starts_with(top));
    match inside.map(|file| FileName::shown(context.workspace.display(file))) {
        Some(name) => error.renamed_file(name),
        None => error,
    }
}

fn dispatch(command: Option<Command>, agenix: &AgenixArgs, context: &mut Context) -> Result<ExitCode> {
    if command.as_ref().is_some_and(recovers_first) {
        recovery::run(context)?;
    }
    // If this fails, the command reports why; without a snapshot it reads file by file.
    let _snapshot = command.as_ref().filter(|command| reads_several(command)).and_then(|command| {
        let named = if let Command::Diff(args) = command { args.named_files(context) } else { Vec::new() };
        if named.is_empty() { recovery::snapshot(context).ok() } else { recovery::snapshot_of(named, context).ok() }
    });
    let Some(command) = command else {
        return if agenix.given().is_some() { agenix::run(agenix, context) } else { status::run(context) };
    };
    match command {
        Command::Status(_) => status::run(context),
        Command::Show(args) => show::run(&args, context),
        Command::Get(args) => get::run(&args, context),
        Command::Set(args) => set::run(&args, context),
        Command::Unset(args) => unset::run(&args, context),
        Command::Add(args) => add::run(&args, context),
        Command::Remove(args) => remove::run(&args, context),
        Command::Apply(args) => apply::run(&args, context),
        Command::Write(args) => write::run(&args, context),
        Command::Edit(args) => edit::run(&args, context),
        Command::New(args) => new::run(&args, context),
        Command::Exec(args) => exec::run(&args, context),
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
        Command::Convert(args) => convert::run(&args, context),
        Command::Recipients(args) => recipients::run(&args, context),
        Command::Commit(args) => commit::run(&args, context),
        Command::Git(args) => git::run(&args, context),
        Command::Jj(args) => jj::run(&args, context),
        Command::Textconv(args) => textconv::run(&args, context),
        Command::MergeFile(args) => merge_file::run(&args, context),
        Command::Trust(args) => trust::run(&args, context),
        #[cfg(feature = "mcp")]
        Command::Mcp(args) => mcp::run(&args, context),
        Command::Demo(args) => demo::run(&args, context),
        Command::Completions(args) => completions::run(&args, super::definition(), context),
        Command::Man(args) => man::run(&args, &help::unfolded(), context),
        Command::Schema(args) => schema::run(&args, context),
    }
}

/// Whether the command reads several files and changes none, so that it should see them as of one moment. `doctor` and
/// `status` take their own snapshot, after they have looked for interrupted changes.
fn reads_several(command: &Command) -> bool {
    match command {
        Command::Check(args) => !args.fix,
        Command::Client(args) => args.only_reads(),
        _ => matches!(command, Command::Diff(_) | Command::Exec(_) | Command::Recipients(_)),
    }
}

/// `--generate` takes a length only if a number follows: in `set --generate FILE PATH`, FILE follows.
fn with_lengths(arguments: Vec<OsString>) -> Vec<OsString> {
    let is_number = |word: &OsString| word.to_str().is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    let end = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
    let takes_none: Vec<bool> = (0..arguments.len())
        .map(|at| {
            at < end && arguments[at] == "--generate" && arguments.get(at + 1).is_some_and(|next| !is_number(next))
        })
        .collect();
    let replaced = |(argument, takes_none): (OsString, bool)| {
        if takes_none { OsString::from(format!("--generate={GENERATED_LENGTH}")) } else { argument }
    };
    arguments.into_iter().zip(takes_none).map(replaced).collect()
}

/// Whether to complete or undo interrupted changes before the command. Some commands report them themselves; others
/// read no files here, or are run by git while it changes the files.
fn recovers_first(command: &Command) -> bool {
    // Each call of an agent is a separate run.
    #[cfg(feature = "mcp")]
    if matches!(command, Command::Mcp(_)) {
        return false;
    }
    !matches!(
        command,
        Command::Completions(_)
            | Command::Demo(_)
            | Command::Explain(_)
            | Command::Git(_)
            | Command::Jj(_)
            | Command::Man(_)
            | Command::MergeFile(_)
            | Command::Schema(_)
            | Command::Status(_)
            | Command::Textconv(_)
            | Command::Commit(_)
            | Command::Doctor(_)
    )
}
