//! `agepatch set`: adds or replaces one value.

use std::process::ExitCode;

use super::Context;
use super::flow::{self, Argument, Creates, Destination, Draft, Job, Work};
use crate::cli::SetArgs;
use crate::document::{Format, Path};
use crate::error::Result;
use crate::patch::{Action, Patch, ValueSource, locate};

/// Sets the value, in the type that the schema or the old value asks for; makes the file if the rules name it.
pub(crate) fn run(args: &SetArgs, context: &mut Context) -> Result<ExitCode> {
    let argument = Argument::new(&args.value, args.options.allow_empty)?;
    let work = Work::make(|view, context| {
        if view.document.format() == Format::Raw {
            // A raw file is bytes, not text.
            locate(&args.path, Format::Raw, view.document.value(), Path::resolve_new)?;
            return argument.content(view, context).map(Draft::Content);
        }
        let root = view.document.value();
        let at = locate(&args.path, view.document.format(), root, Path::resolve_new)?;
        let old = at.get(root);
        let value = argument.value(&Destination { at, old }, view, context)?;
        Ok(Draft::Patch(Patch::one(&args.path, Action::Set(ValueSource::Given(value)))))
    });
    flow::run(vec![Job { file: args.file.clone(), work, creates: Creates::File }], &args.options, context)?;
    Ok(ExitCode::SUCCESS)
}
