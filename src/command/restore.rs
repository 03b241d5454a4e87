//! `agepatch restore`: sets a value, or the whole file, back to what it was at a revision.

use std::process::ExitCode;

use crate::app::Context;
use crate::app::commits::repository;
use crate::app::complete;
use crate::app::flow::{self, Creates, Draft, Job, View, Work};
use crate::app::options::EditOptions;
use crate::app::versions;
use crate::container::Plaintext;
use crate::diff;
use crate::document::{Document, Path, Pointer, Value, nearest};
use crate::error::{Error, Kind, Result};
use crate::patch::{Action, Patch, ValueSource};
use clap::Args;

/// `restore`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch restore authelia-secrets --source HEAD~1
  agepatch restore authelia-secrets 'identity_providers.oidc.clients[mediamanager]' --source HEAD~1 --commit
  agepatch restore media-env OIDC_CLIENT_SECRET --source main -n")]
pub(crate) struct RestoreArgs {
    /// The file.
    #[arg(add = complete::files())]
    pub(crate) file: String,
    /// The part to set back [default: the whole].
    #[arg(add = complete::paths())]
    pub(crate) path: Option<String>,
    /// The revision it is set back to.
    #[arg(long, value_name = "REV", required = true)]
    #[arg(add = complete::revisions())]
    pub(crate) source: String,
    /// What every editing command takes.
    #[command(flatten)]
    pub(crate) options: EditOptions,
}

/// Sets it back through the flow of every edit: checked, shown, sealed for those whom the rules name now.
pub(crate) fn run(args: &RestoreArgs, context: &mut Context) -> Result<ExitCode> {
    let text = at_revision(args, context)?;
    let work = match &args.path {
        None => Work::Ready(Draft::Content(text)),
        Some(path) => {
            let path = path.clone();
            Work::make(move |view, _| restored(&path, &text, view).map(Draft::Patch))
        }
    };
    flow::run(vec![Job { file: args.file.clone(), work, creates: Creates::Value }], &args.options, context)?;
    Ok(ExitCode::SUCCESS)
}

/// The file's content at the revision, followed through its renames.
fn at_revision(args: &RestoreArgs, context: &Context) -> Result<Plaintext> {
    let repository = repository(context)?;
    let target = context.target(&args.file)?;
    let named = |error: Error| error.in_file(&target.display);
    let path = repository.relative(&target.path).map_err(named)?;
    let mut bytes = repository.blob(&args.source, &path).map_err(named)?;
    if bytes.is_none() {
        // It may have had another name then: the newest of its former names that the revision knows.
        for revision in versions::revisions(&path, &repository, context)? {
            bytes = repository.blob(&args.source, &revision.path)?;
            if bytes.is_some() {
                break;
            }
        }
    }
    let bytes = bytes.ok_or_else(|| {
        named(Error::new(Kind::Git, format!("the file is not in {}", args.source)))
            .hint("`agepatch log FILE` lists the revisions that have it")
    })?;
    context.view(&target, &bytes).map_err(|error| named(error.context(format!("at {}", args.source))))
}

/// The patch that sets the value at `path` back: to what it was, or to not being there.
fn restored(path: &str, text: &Plaintext, view: &View<'_>) -> Result<Patch> {
    let old = Document::parse(text.expose(), view.document.format())?;
    let (old, new) = (old.value(), view.document.value());
    let parsed = Path::parse(path)?;
    let present = parsed.resolve(new).ok().filter(|pointer| pointer.get(new).is_some());
    let then = match &present {
        Some(present) => diff::counterpart(old, new, present).or_else(|| exact(&parsed, old)),
        None => exact(&parsed, old),
    };
    match (present, then.and_then(|then| Some((then.get(old)?.clone(), then)))) {
        (Some(present), Some((value, _))) => {
            Ok(Patch::one(present.to_string(), Action::Replace(ValueSource::Given(value))))
        }
        (Some(present), None) => Ok(Patch::one(present.to_string(), Action::Remove)),
        (None, Some((value, then))) => {
            Ok(Patch::one(place_for(&then, old, new).to_string(), Action::Set(ValueSource::Given(value))))
        }
        (None, None) => {
            let pointer = parsed.resolve(new).or_else(|_| parsed.resolve(old))?;
            Err(nearest::missing(old, &pointer).at_path(path))
        }
    }
}

/// The place, where it exists.
fn exact(path: &Path, root: &Value) -> Option<Pointer> {
    path.resolve(root).ok().filter(|pointer| pointer.get(root).is_some())
}

/// Where in `new` a value that is only in `old` belongs: in what holds it there, at the end of a list.
fn place_for(then: &Pointer, old: &Value, new: &Value) -> Pointer {
    let (Some(above), Some(last)) = (then.parent(), then.last()) else { return Pointer::root() };
    let above = diff::counterpart(new, old, &above).unwrap_or(above);
    match above.get(new) {
        Some(Value::List(_)) => above.child("-"),
        _ => above.child(last),
    }
}
