//! `agepatch write`: replaces the whole content with stdin.

use std::process::ExitCode;

use super::Context;
use super::flow::{self, Draft, FILTER, Job, Work};
use crate::cli::WriteArgs;
use crate::error::{Error, Kind, Result};

/// Puts what stdin holds in the file's place; the old content is compared where it can be read, and need not be.
pub(crate) fn run(args: &WriteArgs, context: &mut Context) -> Result<ExitCode> {
    if args.file == FILTER {
        return Err(
            Error::new(Kind::Usage, "`write` takes stdin, and writes a file").hint("agepatch write FILE < content")
        );
    }
    let text = context.stdin.take("the content")?;
    if text.is_blank() && !args.options.allow_empty {
        return Err(Error::new(Kind::EmptyResult, "stdin is empty, and the file would be")
            .in_file(&args.file)
            .hint("has the command that makes the content failed? --allow-empty says that this is meant"));
    }
    let work = Work::Ready(Draft::Content(text));
    flow::run(vec![Job { file: args.file.clone(), work, creates: true }], &args.options, context)?;
    Ok(ExitCode::SUCCESS)
}
