//! `agepatch diff`: what changed in the encrypted files, by meaning, without their secrets.

mod compared;
mod print;
mod renames;
mod sides;

use std::process::ExitCode;

use super::Context;
use super::flow::commit::repository;
use crate::cli::DiffArgs;
use crate::error::Result;
use compared::Compared;
use sides::Comparison;

/// Compares two revisions, or one and the working tree.
pub(crate) fn run(args: &DiffArgs, context: &mut Context) -> Result<ExitCode> {
    context.ignore_mac(args.ignore_mac);
    let style = print::Style::of(context)?;
    let repository = repository(context)?;
    let comparison = Comparison::of(args, &repository, context)?;
    let mut files = Vec::new();
    let pairs = renames::join(comparison.pairs(&repository, context)?, &comparison, &repository, context)?;
    for pair in pairs {
        for inner in comparison.inside(&pair) {
            files.extend(Compared::of(&pair, &inner, &comparison, &repository, context)?);
        }
    }
    print::print(&files, style, context)?;
    Ok(ExitCode::from(u8::from(args.exit_code && !files.is_empty())))
}
