//! Reports interrupted operations: changes of several files, merges of git, temporary files of killed runs.

use super::file::Patient;
use super::finding::finding;
use crate::app::Context;
use crate::app::recovery::{self, Recovered, RecoveryOutcome};
use crate::app::unmerged;
use crate::check::{Finding, Severity};
use crate::error::{Error, Result};
use crate::history::Repository;
use crate::shown::{FileName, Shown};
use crate::workspace::Target;

/// The outcomes of interrupted changes; an error is one that is still unfinished.
pub(super) fn changes(settled: Result<Vec<Recovered>>, context: &Context) -> Vec<Finding> {
    match settled {
        Ok(recovered) => recovered.iter().map(|one| change(one, context)).collect(),
        Err(error) => vec![unfinished(&error)],
    }
}

fn change(one: &Recovered, context: &Context) -> Finding {
    let (severity, help) = match one.outcome {
        RecoveryOutcome::Finished | RecoveryOutcome::Undone => {
            (Severity::Warning, "`agepatch diff` shows what the files hold now")
        }
        RecoveryOutcome::Mixed(_) => {
            (Severity::Error, "compare the files with `agepatch diff`, and restore or edit them")
        }
        RecoveryOutcome::Ignored(_) => (Severity::Warning, "find out where the journal comes from, and remove it"),
    };
    let file = one.files.first().map(|file| context.workspace.display(file));
    let mut found = finding("interrupted", severity, &file.unwrap_or_else(|| ".".to_owned()), "");
    found.message = recovery::describe(one, context);
    found.help = Some(Shown::fixed(help));
    found
}

fn unfinished(error: &Error) -> Finding {
    let mut found = finding("unfinished", Severity::Error, error.file().unwrap_or("."), error);
    found.help = error.shown_hint().cloned();
    found
}

/// Temporary files beside the files of the rules. `fix` removes those that certainly contain nothing else.
///
/// # Errors
/// `io` if one cannot be removed.
pub(super) fn temporary(targets: &[Target], fix: bool, context: &Context) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for leftover in recovery::leftovers(targets, context) {
        let name = context.workspace.display(&leftover.path);
        if fix && leftover.is_known {
            leftover.remove()?;
            context.out.note(&crate::shown!("removed {}", FileName::shown(name)))?;
            continue;
        }
        let (message, help) = match leftover.is_known {
            true => ("a run that was killed left this ciphertext behind", "`agepatch doctor --fix` removes it"),
            false => (
                "a run that was killed left this file behind, and it may hold what another program wrote",
                "compare it with the files beside it, and remove it by hand",
            ),
        };
        let mut one = finding("temporary", Severity::Warning, &name, message);
        one.help = Some(Shown::fixed(help));
        found.push(one);
    }
    Ok(found)
}

/// A clone that cannot merge encrypted files yet, although the repository's attributes require agepatch for that.
pub(super) fn driver(context: &Context) -> Option<Finding> {
    let message = ".gitattributes names agepatch's merge driver, but this clone does not have it: a merge would write \
        conflict markers into ciphertext";
    unmerged::lacks_driver(context).then(|| {
        let mut found = finding("git-setup", Severity::Warning, ".gitattributes", message);
        found.help = Some(Shown::fixed("`agepatch git setup` registers it"));
        found
    })
}

/// The files of the rules that are in conflict.
pub(super) fn unmerged(patients: &[Patient], context: &Context) -> Vec<Finding> {
    let repository = context.workspace.repository().map(Repository::new);
    unmerged::conflicts(patients.iter().map(|patient| (patient.target(), patient.merger)), repository.as_ref())
        .into_iter()
        .map(|conflict| {
            let message = crate::shown!("{} has this file in conflict", conflict.merger.name());
            let mut found = finding("unmerged", Severity::Error, &conflict.file, message);
            found.help = Some(Shown::fixed(conflict.merger.again()));
            found
        })
        .collect()
}
