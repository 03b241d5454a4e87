//! Tasks named in a commit must exist, where the repository keeps them in files (Backlog.md).

use std::fs;
use std::path::Path;

use crate::command::Context;
use crate::document::nearest;
use crate::error::{Error, Kind, Result};

/// The folder of Backlog.md where the settings name none.
const FOLDER: &str = "backlog";
/// The folders in it that hold tasks.
const STATES: [&str; 5] = ["tasks", "completed", "drafts", "archive/tasks", "archive/drafts"];

/// Refuses tasks that no file is about.
///
/// # Errors
/// `task`, with the nearest IDs.
pub(super) fn refuse_missing(tasks: &[String], root: &Path, context: &Context) -> Result<()> {
    let config = context.workspace.config()?;
    let folder = match &config.commit.tasks {
        Some(folder) => [config.folder.join(folder), root.join(folder)].into_iter().find(|folder| folder.is_dir()),
        None => Some(root.join(FOLDER)).filter(|folder| folder.is_dir()),
    };
    let Some(folder) = folder else { return Ok(()) };
    let known: Vec<String> = STATES.iter().flat_map(|state| ids(&folder.join(state))).collect();
    for task in tasks {
        if !known.iter().any(|id| id.eq_ignore_ascii_case(task)) {
            let error = Error::new(Kind::Task, format!("there is no task {task} in {}", folder.display()));
            return Err(match nearest::name(known.iter().map(String::as_str), task) {
                Some(near) => error.hint(format!("did you mean {near}?")),
                None => error.hint("`--task` names a task by the ID that its file begins with"),
            });
        }
    }
    Ok(())
}

/// The IDs of the tasks in a folder: `task-118` of `task-118 - Mend the login.md`.
fn ids(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names
        .filter_map(|name| {
            let stem = name.strip_suffix(".md")?;
            Some(stem.split_once(" - ").map_or(stem, |(id, _)| id).trim().to_owned())
        })
        .collect()
}
