//! Errors in the command line: exit 2, as JSON if that was requested.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};

use super::Cli;
use crate::document::nearest;
use crate::error::{Error, ErrorKind, Result};
use crate::output::{Color, Mode, Output};
use crate::shown;
use crate::shown::{CommandLine, FileName, Shown};

/// No option and no command has a longer name.
const LONGEST_NAME: usize = 20;

/// A word of this many letters may be a password.
const SHORT_WORD: usize = 8;

/// The text of `agepatch help agents`.
const AGENTS: &str = include_str!("agents.txt");

/// Names of commands in other programs, and our names.
const ELSEWHERE: [(&[&str], &str); 13] = [
    (&["init", "create"], "`agepatch new NAME` adds a rule and creates the file; `agepatch git setup` sets up git"),
    (&["ls", "list", "files"], "`agepatch status` lists the files, `agepatch recipients` who can read them"),
    (
        &["decrypt", "cat", "view", "print", "open"],
        "`agepatch show FILE` hides secrets; `agepatch show FILE --reveal`, or -d FILE, prints them",
    ),
    (&["encrypt", "import"], "`agepatch write FILE` encrypts stdin; `agepatch new NAME` also adds the rule"),
    (
        &["rotate"],
        "`agepatch set FILE PATH --generate` generates a secret, `agepatch client rotate ID` one of an OIDC client, `agepatch rekey` re-encrypts for the recipients",
    ),
    (
        &["rm", "delete", "del"],
        "`agepatch unset FILE PATH` removes a value, `agepatch remove FILE PATH VALUE` an item of a list",
    ),
    (&["updatekeys", "reencrypt", "rekey-all"], "`agepatch rekey` re-encrypts the files that drifted from the rules"),
    (&["keys", "who", "access"], "`agepatch recipients` shows who can read each file"),
    (&["generate", "gen"], "`agepatch set FILE PATH --generate` generates a secret"),
    (
        &["validate", "lint", "verify"],
        "`agepatch check` checks Authelia's files, `agepatch doctor` every file of the rules",
    ),
    (&["history"], "`agepatch log FILE`"),
    (&["setup", "install"], "`agepatch git setup` sets up git, `agepatch jj setup` Jujutsu"),
    (&["config", "settings"], "settings are in agepatch.toml, beside secrets.nix"),
];

/// Prints help and version to stdout successfully; reports anything else as an error on stderr.
pub(super) fn report(mut error: clap::Error, arguments: &[OsString]) -> ExitCode {
    if matches!(error.kind(), clap::error::ErrorKind::DisplayHelp | clap::error::ErrorKind::DisplayVersion) {
        // clap detects colours itself; a closed pipe is not an error.
        drop(error.print());
        return ExitCode::SUCCESS;
    }
    if is_topic(arguments, "agents") {
        let out = Output::new(Mode::Text, Color::Auto, false, false);
        return ExitCode::from(u8::from(out.result(&Shown::fixed(AGENTS)).is_err()));
    }
    let file = mistaken_for_a_command(&error).or_else(|| another_name(&error)).or_else(|| missing_path(&error));
    without_values(&mut error);
    if let (Mode::Text, None) = (asked_for(arguments), &file) {
        drop(error.print());
    } else {
        let error = file.unwrap_or_else(|| ours(&error));
        Output::new(asked_for(arguments), Color::Auto, false, false).error(&error);
    }
    ExitCode::from(ErrorKind::Usage.exit_code())
}

/// Rejects what clap accepts: agenix's options together with a command.
///
/// # Errors
/// `usage`.
pub(super) fn refuse(cli: &Cli) -> Result<()> {
    if let (Some(option), Some(_)) = (cli.agenix.given(), &cli.command) {
        return Err(Error::new(ErrorKind::Usage, shown!("{} cannot be combined with a command", option))
            .hint("leave out one of the two"));
    }
    Ok(())
}

/// Leaves out arguments that may be a secret: `set FILE PATH "$KEY"` without its quotes, a key in PEM, which begins as an
/// option does, or `--generate "$KEY"`.
fn without_values(error: &mut clap::Error) {
    use clap::error::ErrorKind::{InvalidSubcommand, UnknownArgument};
    if error.kind() == UnknownArgument && !text(error, ContextKind::InvalidArg).is_some_and(is_option) {
        leave_out(error, ContextKind::InvalidArg, ContextKind::SuggestedArg);
        error.remove(ContextKind::Suggested);
    }
    // What is almost a possible value is a misspelled one.
    if text(error, ContextKind::InvalidValue).is_some() && !is_misspelled(error) {
        leave_out(error, ContextKind::InvalidValue, ContextKind::SuggestedValue);
    }
    if error.kind() == InvalidSubcommand
        && text(error, ContextKind::InvalidSubcommand).is_none_or(|word| !is_word(word))
    {
        leave_out(error, ContextKind::InvalidSubcommand, ContextKind::SuggestedSubcommand);
        error.remove(ContextKind::Suggested);
    }
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text),
        _ => None,
    }
}

fn leave_out(error: &mut clap::Error, kind: ContextKind, suggestion: ContextKind) {
    error.insert(kind, ContextValue::String("…".to_owned()));
    error.remove(suggestion);
}

/// Whether a value looks like one of the possible values and is not much longer, or is a short word.
fn is_misspelled(error: &clap::Error) -> bool {
    let Some(ContextValue::Strings(possible)) = error.get(ContextKind::ValidValue) else { return false };
    let value = text(error, ContextKind::InvalidValue).unwrap_or_default();
    let near = nearest::name(possible.iter().map(String::as_str), value);
    near.is_some_and(|near| value.len() <= near.len() + 2) || (value.len() < SHORT_WORD && is_word(value))
}

/// Whether the argument is the name of an option.
fn is_option(argument: &str) -> bool {
    let name = argument.trim_start_matches('-');
    let (name, dashes) = (name.split('=').next().unwrap_or_default(), argument.len() - name.len());
    matches!((dashes, name.len()), (1, 1) | (2, 2..=LONGEST_NAME))
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

/// Whether the argument is what a command could be called.
fn is_word(argument: &str) -> bool {
    argument.len() <= LONGEST_NAME
        && argument.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        && argument.matches('-').count() < 2
}

/// The mode, from arguments that could not be parsed.
fn asked_for(arguments: &[OsString]) -> Mode {
    let json = arguments.iter().any(|argument| argument == "--output=json")
        || arguments.windows(2).any(|pair| pair[0] == "--output" && pair[1] == "json");
    if json { Mode::Json } else { Mode::Text }
}

/// Whether this is `agepatch help TOPIC`.
fn is_topic(arguments: &[OsString], topic: &str) -> bool {
    matches!(arguments, [_, help, word] if help == "help" && word == topic)
}

/// Suggests our name for a command of another program.
fn another_name(error: &clap::Error) -> Option<Error> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let (_, hint) = ELSEWHERE.iter().find(|(names, _)| names.contains(&word.as_str()))?;
    Some(Error::new(ErrorKind::Usage, shown!("unknown command `{}`", CommandLine::shown(word))).hint(*hint))
}

/// A command without its PATH: a newcomer does not know that a file that is one value has one, too.
fn missing_path(error: &clap::Error) -> Option<Error> {
    let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else { return None };
    let only = matches!(missing.as_slice(), [one] if one.trim_end_matches("...") == "<PATH>");
    let is_missing = error.kind() == clap::error::ErrorKind::MissingRequiredArgument && only;
    is_missing.then(|| {
        Error::new(ErrorKind::Usage, "the path of the value is missing").hint(
            "`agepatch show FILE` prints the names in a file; `.` is the complete content of one that is a single value",
        )
    })
}

/// `agepatch FILE`, as with sops.
fn mistaken_for_a_command(error: &clap::Error) -> Option<Error> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let is_file = error.kind() == clap::error::ErrorKind::InvalidSubcommand
        && (Path::new(word).extension().is_some_and(|end| end == "age") || Path::new(word).is_file());
    is_file.then(|| {
        let file = FileName::shown(word);
        Error::new(ErrorKind::Usage, shown!("`{}` is a file, not a command", file)).hint(shown!(
            "agepatch show {} prints it redacted, agepatch edit {} opens it in an editor",
            file,
            file
        ))
    })
}

/// clap's message without decoration: the first paragraph, and its tips as the hint.
fn ours(error: &clap::Error) -> Error {
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n");
    let joined = |lines: &str| lines.split_whitespace().collect::<Vec<_>>().join(" ");
    let message = joined(paragraphs.next().unwrap_or_default().trim_start_matches("error: "));
    let tips: Vec<String> =
        text.lines().filter_map(|line| line.trim_start().strip_prefix("tip: ")).map(joined).collect();
    let hint = match tips.is_empty() {
        true => Shown::fixed("`agepatch help COMMAND` lists the options of a command"),
        false => CommandLine::shown(tips.join("; ")),
    };
    Error::new(ErrorKind::Usage, CommandLine::shown(message)).hint(hint)
}
