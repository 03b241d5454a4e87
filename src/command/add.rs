//! `agepatch add`: appends a value to a list unless it contains it.

use std::process::ExitCode;

use crate::app::Context;
use crate::app::complete;
use crate::app::flow::{self, Argument, Creates, Destination, Draft, Job, Work};
use crate::app::options::{EditOptions, ValueArgs};
use crate::document::{self, Path, Value};
use crate::error::Result;
use crate::patch::{Action, Patch, ValueSource};
use clap::Args;

/// `add`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch add app-config allowed_hosts app.example.com --public
  agepatch client set grafana scopes+=groups     # the same for an OIDC client

A value that is already in the list is not added again.")]
pub(crate) struct AddArgs {
    /// The file: a path, a name in secrets.nix, `FILE#PATH`, or `-`.
    #[arg(add = complete::files())]
    pub(crate) file: String,
    /// The list's path.
    #[arg(add = complete::paths())]
    pub(crate) path: String,
    /// Where the value comes from.
    #[command(flatten)]
    pub(crate) value: ValueArgs,
    /// The options of every editing command.
    #[command(flatten)]
    pub(crate) options: EditOptions,
}

/// Appends the value; creates a missing list.
pub(crate) fn run(args: &AddArgs, context: &mut Context) -> Result<ExitCode> {
    let argument = Argument::new(&args.value, args.options.allow_empty)?;
    let work = Work::make(|view, context| {
        let root = view.document.value();
        let list = view.document.format().locate(&args.path, root, Path::resolve)?;
        if list.get(root).is_some_and(|old| !matches!(old, Value::List(_) | Value::Null)) {
            return Err(document::no_list(&list));
        }
        // If the schema does not define the type of a new item, its siblings do.
        let old = list.get(root).and_then(Value::as_list).and_then(<[Value]>::last);
        let value = argument.value(&Destination { at: list.child("-"), old }, view, context)?;
        Ok(Draft::Patch(Patch::one(&args.path, Action::Append(ValueSource::Given(value)))))
    });
    flow::run(vec![Job { file: args.file.clone(), work, creates: Creates::File }], &args.options, context)?;
    Ok(ExitCode::SUCCESS)
}
