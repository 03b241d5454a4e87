//! What is wrong with the command line itself: exit 2, as JSON where that was asked for.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Cli, Command};
use crate::error::{Error, Kind, Result};
use crate::output::{Color, Mode, Output};

/// Help and version go to stdout and are no failure; anything else is told on stderr.
pub(super) fn report(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // clap colours for the terminal it prints to; a closed pipe is no failure.
        drop(error.print());
        return ExitCode::SUCCESS;
    }
    let file = mistaken_for_a_command(error);
    if let (Mode::Text, None) = (asked_for(arguments), &file) {
        drop(error.print());
    } else {
        let error = file.unwrap_or_else(|| ours(error));
        Output::new(asked_for(arguments), Color::Auto, false, false).error(&error);
    }
    ExitCode::from(Kind::Usage.exit_code())
}

/// Refuses what clap lets through: an output that the command does not have, agenix's options beside a command.
///
/// # Errors
/// `usage`.
pub(super) fn refuse(cli: &Cli) -> Result<()> {
    if let (Some(option), Some(_)) = (cli.agenix.given(), &cli.command) {
        return Err(Error::new(Kind::Usage, format!("{option} stands in place of a command, and there is one"))
            .hint("leave one of the two out"));
    }
    // These three know more, and say so themselves.
    let knows_more = matches!(cli.command, Some(Command::Check(_) | Command::Doctor(_) | Command::Diff(_)));
    match cli.global.output.as_deref() {
        None | Some("text" | "json") => Ok(()),
        Some(_) if knows_more => Ok(()),
        Some(other) => Err(Error::new(Kind::Usage, format!("there is no output `{other}` here"))
            .hint("text and json; check and doctor also have sarif and github, diff json-patch, markdown and unified")),
    }
}

/// The mode, read from arguments that could not be parsed.
fn asked_for(arguments: &[OsString]) -> Mode {
    let json = arguments.iter().any(|argument| argument == "--output=json")
        || arguments.windows(2).any(|pair| pair[0] == "--output" && pair[1] == "json");
    if json { Mode::Json } else { Mode::Text }
}

/// `agepatch FILE`, as one calls sops.
fn mistaken_for_a_command(error: &clap::Error) -> Option<Error> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let is_file = error.kind() == ErrorKind::InvalidSubcommand
        && (Path::new(word).extension().is_some_and(|end| end == "age") || Path::new(word).is_file());
    is_file.then(|| {
        Error::new(Kind::Usage, format!("`{word}` is a file, and the command is missing"))
            .hint(format!("agepatch show {word} prints it redacted, agepatch edit {word} opens it in an editor"))
    })
}

/// clap's message without its frame: the first paragraph, and its tips as the hint.
fn ours(error: &clap::Error) -> Error {
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n");
    let joined = |lines: &str| lines.split_whitespace().collect::<Vec<_>>().join(" ");
    let message = joined(paragraphs.next().unwrap_or_default().trim_start_matches("error: "));
    let tips: Vec<String> =
        text.lines().filter_map(|line| line.trim_start().strip_prefix("tip: ")).map(joined).collect();
    let hint = if tips.is_empty() {
        "`agepatch help COMMAND` tells the command's options".to_owned()
    } else {
        tips.join("; ")
    };
    Error::new(Kind::Usage, message).hint(hint)
}
