//! The tasks that the repository keeps as files.

use crate::app::Context;
use crate::commit::Tasks;
use crate::error::{Error, ErrorKind, Result};
use crate::history::Repository;
use crate::shown;
use crate::shown::FileName;
use crate::workspace::OutsideSetting;

/// The folder of Backlog.md unless the settings name another.
const TASKS: &str = "backlog";

/// The tasks kept as files in the repository; `None` if it has none.
///
/// # Errors
/// `rules` if agepatch.toml names a folder that does not exist; `untrusted` for one outside the repository.
pub(crate) fn tasks(repository: &Repository, context: &Context) -> Result<Option<Tasks>> {
    let config = context.workspace.config()?;
    let root = repository.root();
    let folder = match &config.commit.tasks {
        Some(folder) => {
            let places = [config.folder.join(folder), root.join(folder)];
            Some(places.into_iter().find(|folder| folder.is_dir()).ok_or_else(|| {
                Error::new(
                    ErrorKind::Rules,
                    shown!("agepatch.toml: the folder `commit.tasks` does not exist: {}", FileName::shown(folder)),
                )
            })?)
        }
        None => Some(root.join(TASKS)).filter(|folder| folder.is_dir()),
    };
    if let Some(folder) = folder.as_ref().filter(|folder| context.workspace.is_outside(folder)) {
        if context.workspace.stays_within() {
            return Ok(None);
        }
        context.workspace.consent(&OutsideSetting::path("tasks", folder))?;
    }
    Ok(folder.map(|folder| Tasks::read(&folder)))
}
