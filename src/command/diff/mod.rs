//! `agepatch diff`: shows semantic changes in the encrypted files, without their secrets.

mod compared;
mod jujutsu;
mod places;
pub(crate) mod print;
mod renames;
mod sides;

use std::process::ExitCode;

use crate::app::Context;
use crate::app::commits::repository;
use crate::app::{complete, output_format};
use crate::error::Result;
use clap::Args;
use compared::Compared;
use print::DiffFormat;
use sides::Comparison;

/// `diff`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch diff
  agepatch diff HEAD~3 authelia-secrets
  agepatch diff main..topic --output markdown
  agepatch diff HEAD~1..HEAD --output json-patch --reveal
  agepatch diff --exit-code
  agepatch diff old/ new/       # two folders, or two files

List items are matched by their client_id, key_id, id, or name.")]
#[command(arg = output_format::option::<DiffFormat>())]
pub(crate) struct DiffArgs {
    /// A revision or range (`REV`, `REV..REV`), then files.
    #[arg(value_name = "REV|FILE", add = complete::revisions_and_files())]
    pub(crate) arguments: Vec<String>,
    /// Files, after `--`.
    #[arg(last = true, value_name = "FILE")]
    #[arg(add = complete::files())]
    pub(crate) files: Vec<String>,
    /// Compare two files or folders with each other, whatever a repository says (the default for two folders, and for files
    /// outside of the repository).
    #[arg(long)]
    pub(crate) no_index: bool,
    /// Exit 1 if there are differences.
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Read sops files even if a value or their MAC does not verify.
    #[arg(long)]
    pub(crate) ignore_mac: bool,
}

/// Compares two revisions, or one and the working tree, or two files or folders.
pub(crate) fn run(args: &DiffArgs, context: &mut Context) -> Result<ExitCode> {
    context.ignore_mac(args.ignore_mac);
    let format = context.global.format::<DiffFormat>();
    let elsewhere = match places::Places::of(args, context)? {
        Some(places) => Some(places.compared(context)?),
        None if context.workspace.repository().is_none() => jujutsu::compared(args, context)?,
        None => None,
    };
    if let Some(files) = elsewhere {
        print::print(&files, format, context)?;
        return Ok(ExitCode::from(u8::from(args.exit_code && !files.is_empty())));
    }
    let repository = repository(context)?;
    let comparison = Comparison::of(args, &repository, context)?;
    let mut files = Vec::new();
    let pairs = renames::join(comparison.pairs(&repository, context)?, &comparison, &repository, context)?;
    for pair in pairs {
        for inner in comparison.inside(&pair) {
            files.extend(Compared::of(&pair, &inner, &comparison, &repository, context)?);
        }
    }
    print::print(&files, format, context)?;
    Ok(ExitCode::from(u8::from(args.exit_code && !files.is_empty())))
}
