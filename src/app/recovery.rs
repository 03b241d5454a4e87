//! Changes left unfinished by earlier runs that were killed. They are completed or undone before anything else, and
//! reported.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Context;
use crate::container;
use crate::error::{Error, ErrorKind, Result};
use crate::input::Snapshot;
use crate::real_paths::RealPaths;
use crate::shown;
use crate::shown::{FileName, Json, Shown};
use crate::workspace::Target;

pub(crate) use crate::container::{Leftover, Recovered, RecoveryOutcome};

const NAMED: usize = 5;

/// Completes or undoes interrupted changes nearby before a command that reads or writes files, and reports them.
///
/// # Errors
/// See [`settle`]; the command would see a mixture of old and new files.
pub(crate) fn run(context: &Context) -> Result<()> {
    report(&settle(context)?, context)
}

/// A consistent snapshot of the encrypted files nearby, for a command that only reads: another run may replace several
/// of them together at any time.
///
/// # Errors
/// See [`settle`].
pub(crate) fn snapshot(context: &Context) -> Result<Snapshot> {
    let workspace = &context.workspace;
    let has_sops = matches!(workspace.sops_rules(), Ok(Some(_)));
    let sops = if has_sops { workspace.sops_by_content() } else { Vec::new() };
    let targets = workspace.encrypted().into_iter().chain(sops);
    snapshot_of(targets, context)
}

/// A consistent snapshot of these files, for a command that reads no others.
///
/// # Errors
/// See [`settle`].
pub(crate) fn snapshot_of(targets: impl IntoIterator<Item = Target>, context: &Context) -> Result<Snapshot> {
    let paths = RealPaths::default();
    let files: BTreeSet<PathBuf> = targets.into_iter().filter_map(|target| paths.of(&target.path)).collect();
    let files: Vec<PathBuf> = files.into_iter().collect();
    let (files, recovered) = container::snapshot(&files)?;
    report(&recovered, context)?;
    Ok(Snapshot::hold(files))
}

/// Completes or undoes interrupted changes of files in the current folder, beside the rules, and in the folders above.
///
/// # Errors
/// See [`container::recover`].
pub(crate) fn settle(context: &Context) -> Result<Vec<Recovered>> {
    let workspace = &context.workspace;
    let mut recovered = container::recover(workspace.current())?;
    if let Some(rules) = workspace.rules_folder().filter(|rules| !workspace.current().starts_with(rules)) {
        recovered.extend(container::recover(rules)?);
    }
    Ok(recovered)
}

/// Does the same for a file in another repository that is about to be read, and reports it.
///
/// # Errors
/// See [`container::recover`].
pub(crate) fn settle_beside(file: &Path, context: &Context) -> Result<()> {
    let Some(folder) = file.parent() else { return Ok(()) };
    let workspace = &context.workspace;
    let settled = [Some(workspace.current()), workspace.rules_folder()];
    let is_submodule = || {
        folder.ancestors().take_while(|above| *above != workspace.current()).any(|above| above.join(".git").exists())
    };
    if settled.into_iter().flatten().any(|settled| settled.starts_with(folder))
        || (folder.starts_with(workspace.current()) && !is_submodule())
    {
        return Ok(());
    }
    report(&container::recover(folder)?, context)
}

/// Refuses a commit if a change was interrupted, since its completion should be reviewed first.
///
/// # Errors
/// `index`; errors from finishing it.
pub(crate) fn refuse_unfinished(context: &Context) -> Result<()> {
    let recovered = settle(context)?;
    report(&recovered, context)?;
    let is_new = |one: &&Recovered| matches!(one.outcome, RecoveryOutcome::Finished | RecoveryOutcome::Mixed(_));
    let Some(one) = recovered.iter().find(is_new) else { return Ok(()) };
    Err(Error::new(
        ErrorKind::Index,
        shown!("nothing was committed: an earlier run was interrupted ({})", describe(one, context)),
    )
    .hint("look at `agepatch diff`, then commit again"))
}

/// Reports the outcome of interrupted changes, one line each.
///
/// # Errors
/// Errors of the output.
pub(crate) fn report(recovered: &[Recovered], context: &Context) -> Result<()> {
    recovered.iter().try_for_each(|one| {
        let message = describe(one, context);
        context.out.warn(&message)?;
        let files = one.files.iter().map(|file| FileName::shown(context.workspace.display(file)).into());
        let recovered = Json::object([
            ("outcome", outcome(&one.outcome).into()),
            ("files", Json::list(files)),
            ("message", message.into()),
        ]);
        context.out.notice(&Json::object([("recovered", recovered)]))
    })
}

/// The outcome of an interrupted change, as a word for JSON.
fn outcome(outcome: &RecoveryOutcome) -> &'static str {
    match outcome {
        RecoveryOutcome::Finished => "completed",
        RecoveryOutcome::Undone => "undone",
        RecoveryOutcome::Mixed(_) => "mixed",
        RecoveryOutcome::Ignored(_) => "ignored",
    }
}

/// The outcome of an interrupted change, in one line.
pub(crate) fn describe(one: &Recovered, context: &Context) -> Shown {
    let files = shown!("{}: {}", count(&one.files), names(&one.files, context));
    match &one.outcome {
        RecoveryOutcome::Finished => shown!("completed an interrupted change of {}", files),
        RecoveryOutcome::Undone if one.files.is_empty() => {
            Shown::fixed("removed the journal of an interrupted change that had not replaced anything")
        }
        RecoveryOutcome::Undone => shown!("undid an interrupted change of {}", files),
        RecoveryOutcome::Mixed(new) => shown!(
            "an interrupted change could be neither completed nor undone, since temporary files are missing; of {}, only {} new",
            files,
            shown!("{} {}", names(new, context), if new.len() == 1 { "is" } else { "are" })
        ),
        RecoveryOutcome::Ignored(error) => {
            let file = FileName::shown(error.file().unwrap_or_default());
            shown!("{}: {}", file, error.shown())
        }
    }
}

fn count(files: &[PathBuf]) -> Shown {
    if files.len() == 1 { Shown::fixed("1 file") } else { shown!("{} files", files.len()) }
}

fn names(files: &[PathBuf], context: &Context) -> Shown {
    // The journal contains resolved paths, but the current folder may be reached through a link.
    let current = context.workspace.current();
    let real = current.canonicalize().unwrap_or_else(|_| current.to_owned());
    let display = |file: &Path| match file.strip_prefix(&real) {
        Ok(relative) => relative.display().to_string(),
        Err(_) => context.workspace.display(file),
    };
    let mut names: Vec<String> = files.iter().take(NAMED).map(|file| display(file)).collect();
    if files.len() > NAMED {
        names.push(format!("and {} more", files.len() - NAMED));
    }
    FileName::shown(names.join(", "))
}

/// The temporary files in the folders of these files.
pub(crate) fn leftovers(targets: &[Target], context: &Context) -> Vec<Leftover> {
    let paths = RealPaths::default();
    let real = |path: &Path| paths.or_as_is(path);
    let mut folders: BTreeSet<PathBuf> =
        targets.iter().filter_map(|target| Some(real(&target.path).parent()?.to_owned())).collect();
    folders.extend(context.workspace.rules_folder().and_then(|folder| paths.of_folder(folder)));
    let (current, real_current) = (context.workspace.current(), real(context.workspace.current()));
    let found = folders.iter().flat_map(|folder| container::leftovers(folder));
    // Show the path as the user knows it if the current folder is reached through a link.
    found
        .map(|one| match one.path.strip_prefix(&real_current) {
            Ok(relative) => Leftover { path: current.join(relative), ..one },
            Err(_) => one,
        })
        .collect()
}
