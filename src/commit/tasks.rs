//! Tasks named in a commit must exist, where the repository keeps them in files (Backlog.md).

use std::fs;
use std::path::{Path, PathBuf};

use crate::document::nearest;
use crate::error::{Error, Kind, Result};

/// The folders that hold tasks.
const STATES: [&str; 5] = ["tasks", "completed", "drafts", "archive/tasks", "archive/drafts"];

/// The tasks of a repository.
#[derive(Debug)]
pub struct Tasks {
    folder: PathBuf,
    /// ID and file of each.
    known: Vec<(String, PathBuf)>,
}

impl Tasks {
    /// The tasks in this folder of Backlog.md.
    pub fn read(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), known: STATES.iter().flat_map(|state| files(&folder.join(state))).collect() }
    }

    /// The ID as the repository spells it: `118`, `TASK-118` and `task-118` are the same.
    ///
    /// # Errors
    /// `task`, with the nearest IDs.
    pub fn find(&self, wanted: &str) -> Result<String> {
        self.entry(wanted).map(|(id, _)| id.clone())
    }

    fn entry(&self, wanted: &str) -> Result<&(String, PathBuf)> {
        let same = |id: &str| {
            let number = id.rsplit_once('-').map_or(id, |(_, number)| number);
            id.eq_ignore_ascii_case(wanted) || number == wanted
        };
        self.known.iter().find(|(id, _)| same(id)).ok_or_else(|| {
            let error = Error::new(Kind::Task, format!("there is no task {wanted} in {}", self.folder.display()));
            let ids = || self.known.iter().map(|(id, _)| id.as_str());
            let number = |id: &str| id.rsplit_once('-').map_or(id, |(_, number)| number).to_owned();
            let wanted = number(wanted);
            match ids().max_by(|left, right| {
                strsim::jaro_winkler(&number(left), &wanted).total_cmp(&strsim::jaro_winkler(&number(right), &wanted))
            }) {
                Some(near) => error.hint(format!("did you mean {}?", nearest::name(ids(), &wanted).unwrap_or(near))),
                None => error.hint("`--task` names a task by the ID that its file begins with"),
            }
        })
    }
}

/// The tasks in a folder: `task-118` of `task-118 - Mend the login.md`.
fn files(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let id = |path: PathBuf| {
        let stem = path.file_name()?.to_str()?.strip_suffix(".md")?;
        let id = stem.split_once(" - ").map_or(stem, |(id, _)| id).trim().to_owned();
        Some((id, path))
    };
    entries.filter_map(|entry| id(entry.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_task_has_several_spellings() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("tasks")).expect("made");
        for name in ["task-118 - Mend the login.md", "task-118.1 - A part.md", "task-7 - Else.md"] {
            fs::write(folder.path().join("tasks").join(name), "").expect("written");
        }
        let tasks = Tasks::read(folder.path());
        for (spelling, id) in
            [("118", "task-118"), ("TASK-118", "task-118"), ("task-118.1", "task-118.1"), ("7", "task-7")]
        {
            assert_eq!(tasks.find(spelling).expect(spelling), id);
        }
        let error = tasks.find("task-18").expect_err("there is none");
        assert_eq!(error.kind(), Kind::Task);
        assert!(error.hint_text().expect("a hint").contains("task-118"));
    }
}
