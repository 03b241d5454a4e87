//! What earlier runs left unfinished when they were killed: finished or undone before anything else, and reported.

use std::path::{Path, PathBuf};

use super::Context;
use crate::cli::Command;
use crate::container::{self, Outcome, Recovered};
use crate::error::Result;
use crate::shown;
use crate::shown::Shown;

/// How many files are named.
const NAMED: usize = 5;

/// Finishes or undoes interrupted changes around here before a command that reads or writes files, and reports it. What git
/// calls while it changes the files itself does not.
///
/// # Errors
/// What stands in the way: the command would see a mixture of old and new files.
pub(crate) fn run(command: Option<&Command>, context: &Context) -> Result<()> {
    let Some(command) = command else { return report(&settle(context)?, context) };
    match command {
        Command::Completions(_)
        | Command::Demo(_)
        | Command::Explain(_)
        | Command::Git(_)
        | Command::Man(_)
        | Command::MergeFile(_)
        | Command::Schema(_)
        | Command::Textconv(_) => Ok(()),
        _ => report(&settle(context)?, context),
    }
}

/// Finishes or undoes interrupted changes of files in the current folder, beside the rules, and above.
///
/// # Errors
/// As [`container::recover`].
pub(crate) fn settle(context: &Context) -> Result<Vec<Recovered>> {
    let workspace = &context.workspace;
    let mut recovered = container::recover(workspace.current())?;
    if let Some(rules) = workspace.rules_folder().filter(|rules| !workspace.current().starts_with(rules)) {
        recovered.extend(container::recover(rules)?);
    }
    Ok(recovered)
}

/// Reports what has become of interrupted changes, a line for each.
///
/// # Errors
/// Those of the output.
pub(crate) fn report(recovered: &[Recovered], context: &Context) -> Result<()> {
    recovered.iter().try_for_each(|one| context.out.warn(&describe(one, context)))
}

/// What has become of an interrupted change, in a line.
pub(crate) fn describe(one: &Recovered, context: &Context) -> Shown {
    let files = shown!("{}: {}", count(&one.files), names(&one.files, context));
    match &one.outcome {
        Outcome::Finished => shown!("completed an interrupted change of {}", files),
        Outcome::Undone if one.files.is_empty() => {
            Shown::fixed("removed the journal of an interrupted change that had not replaced anything")
        }
        Outcome::Undone => shown!("undid an interrupted change of {}", files),
        Outcome::Mixed(new) => shown!(
            "an interrupted change could be neither completed nor undone, since temporary files are missing; it was to replace {}, and of these only {} new",
            files,
            shown!("{} {}", names(new, context), if new.len() == 1 { "is" } else { "are" })
        ),
        Outcome::Ignored(error) => {
            let file = Shown::vouched(error.file().unwrap_or_default());
            shown!("{}: {}", file, Shown::vouched(error.message()))
        }
    }
}

fn count(files: &[PathBuf]) -> Shown {
    if files.len() == 1 { Shown::fixed("1 file") } else { shown!("{} files", files.len()) }
}

fn names(files: &[PathBuf], context: &Context) -> Shown {
    // The journal has no links in it, and the current folder may be reached through one.
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
    Shown::vouched(names.join(", "))
}
