//! `agepatch add`: appends to a list what it does not hold yet.

use std::process::ExitCode;

use super::Context;
use super::flow::{self, Argument, Creates, Destination, Draft, Job, Work};
use crate::cli::AddArgs;
use crate::document::{Path, Value};
use crate::error::Result;
use crate::patch::{Action, Patch, ValueSource, locate};

/// Appends the value; makes the list where there is none.
pub(crate) fn run(args: &AddArgs, context: &mut Context) -> Result<ExitCode> {
    let argument = Argument::new(&args.value, args.options.allow_empty)?;
    let work = Work::make(|view, context| {
        let root = view.document.value();
        let list = locate(&args.path, view.document.format(), root, Path::resolve)?;
        // Its siblings tell the type of a new item where the schema does not.
        let old = list.get(root).and_then(Value::as_list).and_then(<[Value]>::last);
        let value = argument.value(&Destination { at: list.child("-"), old }, view, context)?;
        Ok(Draft::Patch(Patch::one(&args.path, Action::Append(ValueSource::Given(value)))))
    });
    flow::run(vec![Job { file: args.file.clone(), work, creates: Creates::File }], &args.options, context)?;
    Ok(ExitCode::SUCCESS)
}
