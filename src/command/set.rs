//! `agepatch set`: adds or replaces one value.

use std::process::ExitCode;

use crate::app::Context;
use crate::app::complete;
use crate::app::flow::{self, Argument, Creates, Destination, Draft, Job, Work};
use crate::app::options::{EditOptions, ValueArgs};
use crate::document::Path;
use crate::error::Result;
use crate::patch::{Action, Patch, ValueSource};
use clap::Args;

/// `set`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch set app-env API_TOKEN --generate --commit
  pass show app | agepatch set app-env API_TOKEN --from-stdin
  agepatch set app-env DB_PORT 5432 --public
  agepatch set - port 8080 --public < plain.yaml > edited.yaml

The value gets the type of the option in the file's schema, else of the value it
replaces, else the type that YAML reads (from files, stdin, and the environment:
a string). Without a value, a terminal prompts for it.")]
pub(crate) struct SetArgs {
    /// The file: a path, a name in secrets.nix, `FILE#PATH`, or `-`.
    #[arg(add = complete::files())]
    pub(crate) file: String,
    /// The value's path.
    #[arg(add = complete::paths())]
    pub(crate) path: String,
    /// Where the value comes from.
    #[command(flatten)]
    pub(crate) value: ValueArgs,
    /// The options of every editing command.
    #[command(flatten)]
    pub(crate) options: EditOptions,
}

/// Sets the value, with the type of the schema or the old value; creates the file if the rules list it.
pub(crate) fn run(args: &SetArgs, context: &mut Context) -> Result<ExitCode> {
    let argument = Argument::new(&args.value, args.options.allow_empty)?;
    let work = Work::make(|view, context| {
        if view.document.format().is_opaque() {
            // A raw file is bytes, not text.
            view.document.format().locate(&args.path, view.document.value(), Path::resolve_new)?;
            return argument.content(view, context).map(Draft::Content);
        }
        let root = view.document.value();
        let at = view.document.format().locate(&args.path, root, Path::resolve_new)?;
        let old = at.get(root);
        let value = argument.value(&Destination { at, old }, view, context)?;
        Ok(Draft::Patch(Patch::one(&args.path, Action::Set(ValueSource::Given(value)))))
    });
    flow::run(vec![Job { file: args.file.clone(), work, creates: Creates::File }], &args.options, context)?;
    Ok(ExitCode::SUCCESS)
}
