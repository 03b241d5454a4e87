//! `agepatch write`: replaces the complete content with stdin.

use std::process::ExitCode;

use crate::app::Context;
use crate::app::complete;
use crate::app::flow::{self, Creates, Draft, FILTER, Job, Work};
use crate::app::options::EditOptions;
use crate::container::Plaintext;
use crate::error::{Error, ErrorKind, Result};
use crate::shown::FileName;
use clap::Args;

/// `write`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch write app-env < plaintext.env
  pass show app | agepatch write app-token --commit

The old content is not decrypted, so no key is needed. An empty stdin is
refused.")]
pub(crate) struct WriteArgs {
    /// The file: a path, a name in secrets.nix, or a value of a file (`FILE#PATH`).
    #[arg(add = complete::files())]
    pub(crate) file: String,
    /// The options of every editing command.
    #[command(flatten)]
    pub(crate) options: EditOptions,
}

/// Replaces the content with stdin; the old content is compared if it can be read, but need not be readable.
pub(crate) fn run(args: &WriteArgs, context: &mut Context) -> Result<ExitCode> {
    if args.file == FILTER {
        return Err(Error::new(ErrorKind::Usage, "`write` reads stdin, and writes a file")
            .hint("agepatch write FILE < content"));
    }
    let text = context.stdin.take("the content")?;
    put(&args.file, text, &args.options, context)
}

/// Replaces the file's content with the text from stdin.
///
/// # Errors
/// `empty-result` if it is empty; errors of the edit.
pub(super) fn put(file: &str, text: Plaintext, options: &EditOptions, context: &mut Context) -> Result<ExitCode> {
    if text.is_blank() && !options.allow_empty {
        return Err(Error::new(ErrorKind::EmptyResult, "stdin is empty, which would empty the file")
            .in_file(FileName::shown(file))
            .hint("did the command that generates the content fail? pass --allow-empty if this is intended"));
    }
    let work = Work::Ready(Draft::Content(text));
    flow::run(vec![Job { file: file.to_owned(), work, creates: Creates::Value }], options, context)?;
    Ok(ExitCode::SUCCESS)
}
