//! `--output`: the formats that each command prints.
//!
//! A command whose formats are other than text and JSON declares them, where `F` is an enum of them:
//! `#[command(mut_arg(output_format::ID, output_format::of::<F>))]`. The option may also precede the command; clap then
//! knows the command's formats only afterwards, so that [`refuse_unknown`] checks it.

use std::ffi::OsStr;

use clap::builder::{EnumValueParser, PossibleValue, StringValueParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgMatches, Command, ValueEnum};

use crate::check::Finding;
use crate::error::Result;
use crate::output::{Output, findings};
use crate::shown::{Json, Shown};

/// The id of the option.
pub(crate) const ID: &str = "output";
/// Its position among the global options.
const POSITION: usize = 4;

/// The formats of most commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum TextOrJson {
    #[default]
    Text,
    Json,
}

/// The formats of the commands that report findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum FindingsFormat {
    /// For people.
    #[default]
    Text,
    /// JSON for programs.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// GitHub annotations.
    Github,
}

impl FindingsFormat {
    /// Prints `found`. Each command has a text and a JSON of its own; the other formats are the same for all.
    ///
    /// # Errors
    /// `io`, if nothing can be printed.
    pub(crate) fn print(
        self,
        found: &[Finding],
        text: impl FnOnce() -> Shown,
        json: impl FnOnce() -> Json,
        out: Output,
    ) -> Result<()> {
        match self {
            Self::Text => out.findings(&text()),
            Self::Json => out.json(&json()),
            Self::Sarif => out.json(&findings::sarif(found)),
            Self::Github => out.result(&findings::github(found)),
        }
    }
}

/// The option of a command that prints the formats `F`, in place of the global one.
pub(crate) fn of<F: ValueEnum + Send + Sync + 'static>(_: Arg) -> Arg {
    option::<F>()
}

fn option<F: ValueEnum + Send + Sync + 'static>() -> Arg {
    // All commands have the same type of value, because clap copies the value of a global option between them.
    let name = |format: F| format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    Arg::new(ID)
        .long(ID)
        .value_name("FORMAT")
        .help("What to print")
        .help_heading("Global options")
        .display_order(POSITION)
        .value_parser(EnumValueParser::<F>::new().map(name))
}

/// Whether this is the option with the formats of most commands.
pub(crate) fn is_text_or_json(arg: &Arg) -> bool {
    arg.get_id() == ID && arg.get_possible_values().len() == TextOrJson::value_variants().len()
}

/// Gives the option of most commands to the command, or to those below it, unless they declare another one.
pub(crate) fn with_option(command: Command) -> Command {
    if command.has_subcommands() {
        return command.mut_subcommands(with_option);
    }
    // clap has copied the global option to a command whose arguments it defines late.
    let is_global = command.get_arguments().find(|arg| arg.get_id() == ID).map(Arg::is_global_set);
    match is_global {
        Some(true) => command.mut_arg(ID, of::<TextOrJson>),
        Some(false) => command,
        None => command.arg(option::<TextOrJson>()),
    }
}

/// Refuses a format that precedes the command and that the command does not have.
///
/// # Errors
/// clap's error for a value that is not possible.
pub(crate) fn refuse_unknown(command: &Command, matches: &ArgMatches) -> std::result::Result<(), clap::Error> {
    let (mut command, mut matches) = (command, matches);
    while let Some((name, below)) = matches.subcommand() {
        let Some(found) = command.find_subcommand(name) else { break };
        (command, matches) = (found, below);
    }
    let Some(format) = matches.get_one::<String>(ID) else { return Ok(()) };
    let Some(arg) = command.get_arguments().find(|arg| arg.get_id() == ID) else { return Ok(()) };
    let possible: Vec<String> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if possible.contains(format) {
        return Ok(());
    }
    let mut error = clap::Error::new(ErrorKind::InvalidValue).with_cmd(command);
    error.insert(ContextKind::InvalidArg, ContextValue::String("--output <FORMAT>".to_owned()));
    error.insert(ContextKind::InvalidValue, ContextValue::String(format.clone()));
    error.insert(ContextKind::ValidValue, ContextValue::Strings(possible));
    Err(error)
}

/// Reads the option where it may precede a command with other formats: any word is accepted until the command is known.
#[derive(Debug, Clone)]
pub(super) struct AnyFormat;

impl TypedValueParser for AnyFormat {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> std::result::Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(TextOrJson::value_variants().iter().filter_map(ValueEnum::to_possible_value)))
    }
}
