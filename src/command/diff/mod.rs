//! `agepatch diff`: shows semantic changes in the encrypted files, without their secrets.

mod args;
mod compared;
mod format;
mod jujutsu;
mod places;
pub(crate) mod print;
mod renames;
mod sides;

use std::process::ExitCode;

use crate::app::Context;
use crate::app::commits::repository;
use crate::error::Result;
pub(crate) use args::DiffArgs;
use compared::Compared;
use format::DiffFormat;
use sides::Comparison;

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
