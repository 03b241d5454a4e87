//! `agepatch unset`: removes values by their paths, atomically.

use std::cmp::Reverse;
use std::process::ExitCode;

use crate::app::Context;
use crate::app::complete;
use crate::app::flow::{self, Creates, Draft, Job, View, Work};
use crate::app::options::EditOptions;
use crate::document::{Path, Pointer, nearest};
use crate::error::Result;
use crate::patch::{Action, Operation, Patch};
use crate::shown::KeyName;
use clap::Args;

/// `unset`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch unset app-env OLD_NAME OTHER_OLD_NAME
  agepatch unset authelia-secrets 'identity_providers.oidc.clients[media].jwks'

All paths refer to the file as it is now. Either all are removed, or none is.")]
pub(crate) struct UnsetArgs {
    /// The file: a path, a name in secrets.nix, `FILE#PATH`, or `-`.
    #[arg(add = complete::files())]
    pub(crate) file: String,
    /// The paths to remove.
    #[arg(required = true)]
    #[arg(add = complete::paths())]
    pub(crate) paths: Vec<String>,
    /// The options of every editing command.
    #[command(flatten)]
    pub(crate) options: EditOptions,
}

/// Removes the values. All paths refer to the file before any removal.
pub(crate) fn run(args: &UnsetArgs, context: &mut Context) -> Result<ExitCode> {
    let work = Work::make(|view, _| {
        let mut places: Vec<Pointer> = args.paths.iter().map(|path| place(path, view)).collect::<Result<_>>()?;
        // Remove the last items of a list first, so that the others keep their positions.
        places.sort_by_cached_key(|pointer| {
            Reverse(pointer.tokens().iter().map(|token| position(token)).collect::<Vec<_>>())
        });
        let inside = |pointer: &Pointer| places.iter().any(|above| above != pointer && above.contains(pointer));
        let mut outermost: Vec<&Pointer> = places.iter().filter(|pointer| !inside(pointer)).collect();
        outermost.dedup();
        let operations = outermost.iter().map(|pointer| Operation::new(pointer.to_string(), Action::Remove));
        Ok(Draft::Patch(Patch::Operations(operations.collect())))
    });
    flow::run(vec![Job { file: args.file.clone(), work, creates: Creates::Nothing }], &args.options, context)?;
    Ok(ExitCode::SUCCESS)
}

fn place(path: &str, view: &View<'_>) -> Result<Pointer> {
    let root = view.document.value();
    let pointer = view.document.format().locate(path, root, Path::resolve)?;
    if pointer.get(root).is_none() {
        return Err(nearest::missing(root, &pointer).at_path(KeyName::shown(path)));
    }
    Ok(pointer)
}

/// Orders positions as numbers, and everything else as text.
fn position(token: &str) -> (Option<usize>, String) {
    (token.parse().ok(), token.to_owned())
}
