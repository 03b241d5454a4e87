//! `client remove`: removes a client.

use std::process::ExitCode;

use super::find::find;
use crate::app::Context;
use crate::app::complete;
use crate::app::flow::{self, Creates, Draft, Job, Work};
use crate::app::options::EditOptions;
use crate::document::Edit;
use crate::error::Result;
use crate::patch::Patch;
use clap::Args;

/// `client remove`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch client remove grafana --commit")]
pub(crate) struct RemoveArgs {
    /// Its `client_id`.
    #[arg(add = complete::client_ids())]
    pub(crate) id: String,
    /// The options of every editing command.
    #[command(flatten)]
    pub(crate) options: EditOptions,
}

/// Removes a client.
pub(super) fn run(file: &str, args: &RemoveArgs, context: &mut Context) -> Result<ExitCode> {
    let work = Work::make(|view, _| {
        let (at, _) = find(view.document.value(), &args.id)?;
        Ok(Draft::Patch(Patch::from(vec![Edit::Remove { path: at }])))
    });
    flow::run(vec![Job { file: file.to_owned(), work, creates: Creates::Nothing }], &args.options, context)?;
    Ok(ExitCode::SUCCESS)
}
