//! `agepatch remove`: removes a value from a list.

use std::process::ExitCode;

use crate::app::Context;
use crate::app::complete;
use crate::app::flow::{self, Argument, Creates, Destination, Draft, Job, Work};
use crate::app::options::{EditOptions, ValueArgs};
use crate::document::path::identity_key;
use crate::document::{Edit, Path, Pointer, Value, nearest};
use crate::error::{Error, ErrorKind, Result};
use crate::patch::Patch;
use crate::shown::KeyName;
use clap::Args;

/// `remove`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch remove app-config allowed_hosts old.example.com --public
  agepatch remove authelia-secrets identity_providers.oidc.clients grafana

An item is found by its value, or by its client_id, key_id, id, or name.")]
pub(crate) struct RemoveArgs {
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

/// Removes the items that equal the value or have it as their identity (`client_id`); changes nothing if there are
/// none.
pub(crate) fn run(args: &RemoveArgs, context: &mut Context) -> Result<ExitCode> {
    let argument = Argument::new(&args.value, args.options.allow_empty)?;
    let work = Work::make(|view, context| {
        let root = view.document.value();
        let list = view.document.format().locate(&args.path, root, Path::resolve)?;
        let items = items(root, &list).map_err(|error| error.at_path(KeyName::shown(&args.path)))?;
        let item = list.child("-");
        // A word denotes the item with that identity, so it has the identity's type.
        let place = match identity_key(items).filter(|_| args.value.json_value.is_none()) {
            Some(key) => Destination { at: item.child(key), old: items.last().and_then(|item| item.get(key)) },
            None => Destination { at: item, old: items.last() },
        };
        let value = argument.value(&place, view, context)?;
        let edits = matching(items, &value).map(|index| Edit::Remove { path: list.child(index.to_string()) });
        Ok(Draft::Patch(Patch::from(edits.collect::<Vec<_>>())))
    });
    flow::run(vec![Job { file: args.file.clone(), work, creates: Creates::Nothing }], &args.options, context)?;
    Ok(ExitCode::SUCCESS)
}

fn items<'v>(root: &'v Value, list: &Pointer) -> Result<&'v [Value]> {
    match list.get(root) {
        Some(Value::List(items)) => Ok(items),
        Some(_) => Err(Error::new(ErrorKind::Path, "values can only be removed from a list")
            .hint("`agepatch unset` removes an entry by its path")),
        None => Err(nearest::missing(root, list)),
    }
}

/// The positions of the matching items in descending order, so that removing one does not move the others.
fn matching(items: &[Value], value: &Value) -> impl Iterator<Item = usize> {
    let key = identity_key(items);
    let is_meant = move |item: &Value| {
        item == value || key.is_some_and(|key| item.get(key).and_then(Value::scalar_text) == value.scalar_text())
    };
    (0..items.len()).rev().filter(move |index| is_meant(&items[*index]))
}
