//! `agepatch exec`: runs a program with variables from encrypted files in its environment.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use crate::app::Context;
use crate::app::complete;
use crate::app::options::ReadOptions;
use crate::app::reading::ReadDocument;
use crate::app::reveal;
use crate::document::Value;
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Zeroizing;
use crate::process;
use crate::shown;
use crate::shown::{CommandLine, KeyName, Shown};
use clap::{Args, ValueHint};

/// `exec`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch exec media-env -- ./server --port 8080
  agepatch exec media-env secrets.yaml#smtp -- sh -c 'echo \"$SMTP_HOST\"'

Each FILE is a list of variables: dotenv, or a flat map of scalars in YAML,
JSON, or TOML. Where two have the same variable, the last one wins. The command
replaces agepatch, so its exit code is the one you get, and signals reach it.
Nothing is written to disk, and nothing is in an argument list. A variable that
would run other code (PATH, LD_PRELOAD, BASH_ENV, NODE_OPTIONS, …) is refused.
With AGEPATCH_REVEAL=never nothing is run; with `terminal`, only if stdout is
one.")]
pub(crate) struct ExecArgs {
    /// The files: a path, a name in secrets.nix, a value of a file (`FILE#PATH`).
    #[arg(required = true, add = complete::files())]
    pub(crate) files: Vec<String>,
    /// The command and its arguments, after `--`.
    #[arg(last = true, required = true, value_name = "COMMAND", value_hint = ValueHint::CommandWithArguments)]
    pub(crate) command: Vec<OsString>,
    /// How the files are read.
    #[command(flatten)]
    pub(crate) read: ReadOptions,
}

/// Variables that make the loader, a shell, or a language run code before the program itself, and prefixes of such
/// variables.
const RUNS_CODE: [&str; 24] = [
    "LD_",
    "DYLD_",
    "BASH_ENV",
    "BASH_FUNC_",
    "ENV",
    "GCONV_PATH",
    "GIT_",
    "GLIBC_TUNABLES",
    "IFS",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "NODE_OPTIONS",
    "NODE_PATH",
    "PATH",
    "PERL5LIB",
    "PERL5OPT",
    "PHPRC",
    "PROMPT_COMMAND",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "RUBYLIB",
    "RUBYOPT",
    "SHELLOPTS",
];

/// A variable and its value.
type Variable = (String, Zeroizing<String>);

/// Runs the command in place of agepatch.
///
/// # Errors
/// `secret-needs-reveal` if secrets may not be revealed; `unsupported` for a document that is not a list of variables;
/// `untrusted` for a variable that runs code; `io` if the command cannot be run.
pub(crate) fn run(args: &ExecArgs, context: &mut Context) -> Result<ExitCode> {
    // The command sees the secrets and may print them.
    reveal::refuse(&context.workspace).map_err(|error| {
        error.hint("the command would receive secrets; run it yourself, where the policy allows that")
    })?;
    let mut variables: Vec<Variable> = Vec::new();
    for file in &args.files {
        variables.extend(of_file(file, args, context)?);
    }
    let (name, arguments) = args.command.split_first().ok_or_else(|| {
        Error::new(ErrorKind::Usage, "there is no command to run").hint("agepatch exec FILE -- COMMAND ARGUMENT…")
    })?;
    let mut command: Command = process::program(name);
    command.args(arguments);
    for (name, value) in &variables {
        command.env(name, value.as_str());
    }
    // It returns only if the command cannot be run.
    let error = command.exec();
    let program = CommandLine::shown(name.to_string_lossy());
    Err(match error.kind() {
        std::io::ErrorKind::NotFound => Error::new(ErrorKind::Io, shown!("cannot run {}: no such program", program))
            .hint("is it installed, and in PATH?"),
        _ => Error::io(shown!("cannot run {}", program), &error),
    })
}

/// The variables of a document.
fn of_file(file: &str, args: &ExecArgs, context: &Context) -> Result<Vec<Variable>> {
    let reading = ReadDocument::open_at_place(file, &args.read, context)?;
    let refused = |kind: ErrorKind, message: Shown| reading.named(Error::new(kind, message));
    let Value::Map(map) = reading.document.value() else {
        return Err(refused(ErrorKind::Unsupported, Shown::fixed("the document is not a list of variables")).hint(
            "a dotenv file, or a flat map; `--format dotenv` if the format was not recognized, FILE#PATH for a value",
        ));
    };
    let mut variables = Vec::new();
    for (at, (key, value)) in map.iter().enumerate() {
        let (name, number) = (key.text(), at + 1);
        if !is_variable(name) {
            let message = shown!("the name of entry {} is not one of a variable (letters, digits, and _)", number);
            return Err(refused(ErrorKind::Unsupported, message));
        }
        if RUNS_CODE.iter().any(|start| name == *start || (start.ends_with('_') && name.starts_with(start))) {
            let name = KeyName::shown(name);
            return Err(refused(
                ErrorKind::Untrusted,
                shown!("the variable {} would make the command run other code", name),
            )
            .hint(shown!("if you want that, set it yourself: {}=… agepatch exec …", name)));
        }
        let text = match value {
            Value::Null => None,
            value => value.scalar_text(),
        };
        let Some(text) = text.filter(|text| !text.as_str().contains('\0')) else {
            let message = shown!("entry {} is not a text, a number, or a boolean", number);
            return Err(refused(ErrorKind::Unsupported, message).hint("FILE#PATH names a document inside a value"));
        };
        variables.push((name.to_owned(), Zeroizing::new(text.as_str().to_owned())));
    }
    Ok(variables)
}

/// Whether every shell supports the name.
fn is_variable(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|next| next.is_ascii_alphanumeric() || next == b'_')
}
