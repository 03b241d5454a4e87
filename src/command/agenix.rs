//! `agepatch -e`, `-d`, `-r`: agenix's options, with agenix's meaning and agepatch's guarantees.

use std::process::ExitCode;

use super::edit::EditArgs;
use super::rekey::RekeyArgs;
use super::{edit, rekey, show, write};
use crate::app::Context;
use crate::app::complete;
use crate::app::options::{CommitOptions, EditOptions, ReadOptions};
use crate::app::reading::ReadDocument;
use crate::app::reveal;
use crate::app::stdin::Stdin;
use crate::document::{Format, Pointer};
use crate::error::{Error, ErrorKind, Result};
use crate::redact::Redactor;
use clap::{ArgGroup, Args};

/// agenix's own options, in place of a command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options of agenix", group(ArgGroup::new("agenix_file").args(["edit", "decrypt"])))]
pub(crate) struct AgenixArgs {
    /// Edit FILE in $EDITOR; stdin becomes its content if it is not a terminal.
    #[arg(short, long, value_name = "FILE", add = complete::files(), conflicts_with_all = ["decrypt", "rekey"])]
    pub(crate) edit: Option<String>,
    /// The format of FILE [default: guessed from its name and content].
    #[arg(long, value_enum, requires = "agenix_file", hide_possible_values = false)]
    pub(crate) format: Option<Format>,
    /// Decrypt FILE to stdout, as `show FILE --reveal` does.
    #[arg(short, long, value_name = "FILE", add = complete::files(), conflicts_with = "rekey")]
    pub(crate) decrypt: Option<String>,
    /// Re-encrypt every file of the rules, drifted or not.
    #[arg(short, long)]
    pub(crate) rekey: bool,
}

impl AgenixArgs {
    /// The option that replaces a command, if one was given.
    pub(crate) fn given(&self) -> Option<&'static str> {
        let edit = self.edit.as_ref().map(|_| "--edit");
        edit.or(self.decrypt.as_ref().map(|_| "--decrypt")).or(self.rekey.then_some("--rekey"))
    }
}

/// Runs the option.
pub(crate) fn run(args: &AgenixArgs, context: &mut Context) -> Result<ExitCode> {
    match (&args.edit, &args.decrypt) {
        (Some(file), _) => edit_or_replace(file, args.format, context),
        (None, Some(file)) => decrypt(file, args.format, context),
        (None, None) => {
            let message = CommitOptions::default();
            let args =
                RekeyArgs { files: Vec::new(), all: true, rotate: false, dry_run: false, commit: false, message };
            rekey::run(&args, context)
        }
    }
}

/// As in agenix, stdin is the new content unless it is a terminal. Empty stdin never replaces anything; then the editor
/// runs, if one is set.
fn edit_or_replace(file: &str, format: Option<Format>, context: &mut Context) -> Result<ExitCode> {
    let mut options = EditOptions::default();
    options.read.format = format;
    if !Stdin::is_terminal() {
        let text = context.stdin.take("the content")?;
        if !text.is_blank() || !edit::is_editor_set() {
            return write::put(file, text, &options, context);
        }
    }
    edit::run(&EditArgs { file: file.to_owned(), allow_disk: false, options }, context)
}

/// Prints the content as it is, whether or not it can be parsed.
fn decrypt(file: &str, format: Option<Format>, context: &Context) -> Result<ExitCode> {
    reveal::refuse(&context.workspace)?;
    let target = context.target(file)?;
    if !target.path.exists() {
        let error = Error::new(ErrorKind::Io, "the file does not exist yet").in_file(target);
        return Err(error.hint("create it with `agepatch edit` or `agepatch write`"));
    }
    if context.out.is_json() {
        let reading = ReadDocument::open(file, &ReadOptions { format, ..ReadOptions::default() }, context)?;
        let whole = Redactor::new(reading.schema, true).json(&Pointer::root(), reading.document.value());
        context.out.json(&show::Output::of(&reading, whole))?;
        return Ok(ExitCode::SUCCESS);
    }
    context.out.revealed(context.read(&target)?.expose())?;
    Ok(ExitCode::SUCCESS)
}
