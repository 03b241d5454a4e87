//! `agepatch restore`: restores a value, or a complete file, from a revision.

use std::process::ExitCode;

use crate::app::Context;
use crate::app::commits::repository;
use crate::app::complete;
use crate::app::flow::{self, Creates, Draft, Job, Work};
use crate::app::locked_file::{LockedFile, Replacements};
use crate::app::options::EditOptions;
use crate::app::versions;
use crate::container::{self, Evidence, Plaintext};
use crate::diff;
use crate::document::{Document, Edit, Path, Pointer, Value, nearest};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::patch::Patch;
use crate::rules::Rule;
use crate::shown;
use crate::shown::{CommitId, KeyName};
use crate::workspace::Target;
use clap::Args;

/// `restore`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch restore app-env --source HEAD
  agepatch restore app-env API_TOKEN --source HEAD~1 --commit
  agepatch restore authelia-secrets --source main -n")]
pub(crate) struct RestoreArgs {
    /// The file.
    #[arg(add = complete::files())]
    pub(crate) file: String,
    /// The value to restore [default: the entire file].
    #[arg(add = complete::paths())]
    pub(crate) path: Option<String>,
    /// The revision to restore from.
    #[arg(long, value_name = "REV", required = true)]
    #[arg(add = complete::revisions())]
    pub(crate) source: String,
    /// The options of every editing command.
    #[command(flatten)]
    pub(crate) options: EditOptions,
}

/// Restores it through the flow of every edit: checked, shown, and encrypted for the recipients in the rules. If the
/// complete file is then as it was at the revision, and for the same recipients, it gets the ciphertext of the revision
/// itself, so that git sees no change.
pub(crate) fn run(args: &RestoreArgs, context: &mut Context) -> Result<ExitCode> {
    let (target, bytes) = at_revision(args, context)?;
    let source = |error: Error| error.context(shown!("at {}", CommitId::shown(&args.source))).in_file(&target);
    let text = context.view(&target, &bytes).map_err(source)?;
    let job = |work| vec![Job { file: args.file.clone(), work, creates: Creates::Value }];
    let file = target.file();
    let reuses = !args.options.commit
        && reuses_ciphertext(&file, &bytes, context)
        && becomes_revision(&target, args.path.as_deref(), &text, &bytes, context).unwrap_or(false);
    let work = match args.path.clone() {
        None => Work::Ready(Draft::Content(text)),
        Some(path) => Work::make(move |view, _| {
            restored(&path, &text, view.document).map(|edit| Draft::Patch(Patch::from(vec![edit])))
        }),
    };
    if !reuses {
        flow::run(job(work), &args.options, context)?;
        return Ok(ExitCode::SUCCESS);
    }
    let rehearsal = EditOptions { dry_run: true, ..args.options.clone() };
    let mut outcome = flow::perform(job(work), &rehearsal, context)?;
    if !args.options.dry_run
        && let Some(restored) = outcome.files.first_mut()
    {
        let sha256 = container::sha256(&bytes);
        restored.changed |= restore_file(&file, bytes, context)?;
        restored.sha256 = Some(sha256);
    }
    flow::report::print(&outcome, &args.options, None, context)?;
    Ok(ExitCode::SUCCESS)
}

/// Whether the ciphertext is for the recipients in the current rules.
fn reuses_ciphertext(file: &Target, bytes: &[u8], context: &Context) -> bool {
    let container = container::detect(&file.display, bytes);
    let rule = context.workspace.rule(file).ok().flatten();
    let agrees =
        |rule: &Rule| context.agreement(file, bytes, rule, Evidence::default).is_ok_and(|found| !found.drifted());
    container.kind().is_encrypted() && rule.as_ref().is_some_and(agrees)
}

/// Whether the complete file has the text of the revision once the value at `path` (or the complete target) has that of
/// `text`; `bytes` is the file at the revision.
///
/// # Errors
/// If that cannot be computed; the edit itself reports why.
fn becomes_revision(
    target: &Target,
    path: Option<&str>,
    text: &Plaintext,
    bytes: &[u8],
    context: &Context,
) -> Result<bool> {
    if path.is_none() && !target.is_value() {
        return Ok(true);
    }
    let file = target.file();
    let now = input::read(&file.path, Limit::Secret).map_err(|error| Error::io("cannot read the file", &error))?;
    let (file_now, file_then) = (context.view(&file, &now)?, context.view(&file, bytes)?);
    let before = context.view(target, &now)?;
    let after = match path {
        None => text.clone(),
        Some(path) => {
            let (document, _) = context.parse(target, before.expose())?;
            let mut session = document.edit();
            session.apply(&restored(path, text, &document)?)?;
            Plaintext::new(session.finish()?.bytes().to_vec())
        }
    };
    let changed = flow::with_inner(file_now.expose(), target, before.expose(), after.expose())?;
    Ok(changed.expose() == file_then.expose())
}

/// Replaces the file with the ciphertext; returns whether that was necessary.
fn restore_file(target: &Target, bytes: Vec<u8>, context: &Context) -> Result<bool> {
    let locked = if target.path.exists() { LockedFile::read(target)? } else { LockedFile::absent(target)? };
    if locked.exists() && locked.bytes() == bytes {
        return Ok(false);
    }
    let mut replacements = Replacements::default();
    replacements.push(locked, context.verified(&target.display, bytes)?);
    replacements.put(context)?;
    Ok(true)
}

/// The file at the revision, followed through its renames: its current name, and its bytes at the revision.
fn at_revision(args: &RestoreArgs, context: &Context) -> Result<(Target, Vec<u8>)> {
    let repository = repository(context)?;
    let target = context.target(&args.file)?;
    let named = |error: Error| error.in_file(&target);
    let path = repository.relative(&target.path).map_err(named)?;
    let mut bytes = repository.blob(&args.source, &path).map_err(named)?;
    if bytes.is_none() {
        // It may have had another name: use the newest of its former names that the revision contains.
        for revision in versions::revisions(&path, &repository, context, &|_| ())? {
            bytes = repository.blob(&args.source, &revision.path)?;
            if bytes.is_some() {
                break;
            }
        }
    }
    let bytes = bytes.ok_or_else(|| {
        named(Error::new(ErrorKind::Git, shown!("the file is not in {}", CommitId::shown(&args.source))))
            .hint("`agepatch log FILE` lists the revisions that have it")
    })?;
    Ok((target, bytes))
}

/// The edit that restores the value at `path`, or removes it if it did not exist.
fn restored(path: &str, text: &Plaintext, document: &Document) -> Result<Edit> {
    let old = Document::parse(text.expose(), document.format())?;
    let (old, new) = (old.value(), document.value());
    let parsed = Path::parse(path)?;
    let present = parsed.resolve(new).ok().filter(|pointer| pointer.get(new).is_some());
    let then = match &present {
        Some(present) => diff::counterpart(old, new, present).or_else(|| exact(&parsed, old)),
        None => exact(&parsed, old),
    };
    match (present, then.and_then(|then| Some((then.get(old)?.clone(), then)))) {
        (Some(present), Some((value, _))) => Ok(Edit::Replace { path: present, value }),
        (Some(present), None) => Ok(Edit::Remove { path: present }),
        (None, Some((value, then))) => Ok(Edit::Set { path: place_for(&then, old, new), value }),
        (None, None) => {
            let pointer = parsed.resolve(new).or_else(|_| parsed.resolve(old))?;
            Err(nearest::missing(old, &pointer).at_path(KeyName::shown(path)))
        }
    }
}

/// The place, if it exists.
fn exact(path: &Path, root: &Value) -> Option<Pointer> {
    path.resolve(root).ok().filter(|pointer| pointer.get(root).is_some())
}

/// The place in `new` for a value that is only in `old`: in the same collection, at the end of a list.
fn place_for(then: &Pointer, old: &Value, new: &Value) -> Pointer {
    let (Some(above), Some(last)) = (then.parent(), then.last()) else { return Pointer::root() };
    let above = diff::counterpart(new, old, &above).unwrap_or(above);
    match above.get(new) {
        Some(Value::List(_)) => above.child("-"),
        _ => above.child(last),
    }
}
