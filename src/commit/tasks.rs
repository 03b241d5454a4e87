//! Tasks named in a commit must exist if the repository keeps them as files (Backlog.md).

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::shown;
use crate::shown::suspect::looks_random;
use crate::shown::visible::is_hidden;
use crate::shown::{Shown, TaskId};

/// The folders that contain tasks, in the order in which they are searched.
const STATES: [&str; 5] = ["tasks", "completed", "drafts", "archive/tasks", "archive/drafts"];
/// The names of Backlog.md's settings file.
const SETTINGS: [&str; 2] = ["config.yml", "config.yaml"];
/// How many of the nearest IDs an error lists.
const NEAREST: usize = 3;
/// How much less similar (Jaro-Winkler) than the best an ID may be to be listed as well.
const CLOSE: f64 = 0.05;

/// The length of the longest ID.
const LONGEST_ID: usize = 60;
/// The length of the longest ID without a number.
const LONGEST_WORD: usize = 20;

/// Whether a task may have this ID: `task-118`, `#118`, `ops/infra#118`, or `cleanup`. A long one without a number may be
/// a password in the wrong place.
pub(super) fn is_id(text: &str) -> bool {
    text.len() <= LONGEST_ID
        && !text.is_empty()
        && (text.len() <= LONGEST_WORD || text.bytes().any(|byte| byte.is_ascii_digit()))
        && !text.contains(|letter: char| letter.is_whitespace() || is_hidden(letter))
        && !looks_random(text)
}

/// The tasks of a repository.
#[derive(Debug)]
pub(crate) struct Tasks {
    folder: PathBuf,
    /// The prefix of IDs: `task`, unless the settings differ.
    prefix: String,
    /// The ID and the file of each task.
    known: Vec<(String, PathBuf)>,
}

impl Tasks {
    /// Reads the tasks in this folder of Backlog.md.
    pub(crate) fn read(folder: &Path) -> Self {
        let settings = SETTINGS.iter().find_map(|name| input::read_text(folder.join(name), Limit::Settings).ok());
        let prefix = settings.and_then(|text| read_yaml(&text, |settings: Settings| settings.task_prefix));
        Self {
            folder: folder.to_owned(),
            prefix: prefix.unwrap_or_else(|| "task".to_owned()),
            known: STATES.iter().flat_map(|state| files(&folder.join(state))).collect(),
        }
    }

    /// The IDs of all tasks.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(|(id, _)| id.as_str())
    }

    /// The ID as the repository spells it: `118`, `TASK-118`, and `task-118` are the same.
    ///
    /// # Errors
    /// `task`, with the nearest IDs.
    pub(crate) fn find(&self, wanted: &str) -> Result<String> {
        self.entry(wanted).map(|(id, _)| id.clone())
    }

    /// The file of the task.
    ///
    /// # Errors
    /// `task`, with the nearest IDs.
    pub(crate) fn file(&self, wanted: &str) -> Result<&Path> {
        self.entry(wanted).map(|(_, path)| path.as_path())
    }

    fn entry(&self, wanted: &str) -> Result<&(String, PathBuf)> {
        let (prefix, number) = parts(wanted.trim().trim_start_matches('#'));
        let same = |id: &str, with: &str| {
            let (own_prefix, own) = parts(id);
            own_prefix.eq_ignore_ascii_case(with) && same_number(own, number)
        };
        let find = |with: &str| self.known.iter().filter(|(id, _)| same(id, with)).collect::<Vec<_>>();
        // A bare number prefers a task to a draft.
        let mut found = find(if prefix.is_empty() { &self.prefix } else { prefix });
        if found.is_empty() && prefix.is_empty() {
            found = self.known.iter().filter(|(id, _)| same_number(parts(id).1, number)).take(1).collect();
        }
        if let [_, _, ..] = found.as_slice() {
            return Err(self.several(wanted, &found));
        }
        found.first().copied().ok_or_else(|| {
            let folder = self.folder.display();
            let message = match is_id(wanted) {
                true => shown!("there is no task {} in {}", TaskId::shown(wanted), folder),
                false => shown!("there is no such task in {}", folder),
            };
            let error = Error::new(ErrorKind::Task, message);
            match self.nearest(number).as_slice() {
                [] => error.hint("`--task` names a task by the ID that its file begins with"),
                near => error
                    .hint(shown!("did you mean {}?", Shown::join(near.iter().map(|id| TaskId::shown(*id)), " or "))),
            }
        })
    }

    /// Several files have this ID, so it is unclear which task is meant.
    fn several(&self, wanted: &str, found: &[&(String, PathBuf)]) -> Error {
        let names = found.iter().map(|(_, path)| path.strip_prefix(&self.folder).unwrap_or(path).display());
        let (wanted, names) = (TaskId::shown(wanted), Shown::join(names, ", "));
        Error::new(ErrorKind::Task, shown!("{} files have the ID {}: {}", found.len(), wanted, names))
            .in_file(self.folder.display())
            .hint("give one of them another ID")
    }

    /// The IDs with the most similar numbers.
    fn nearest(&self, number: &str) -> Vec<&str> {
        let mut ids: Vec<(f64, &str)> =
            self.known.iter().map(|(id, _)| (strsim::jaro_winkler(parts(id).1, number), id.as_str())).collect();
        ids.sort_by(|left, right| right.0.total_cmp(&left.0));
        let best = ids.first().map_or(0.0, |(alike, _)| *alike);
        ids.into_iter().filter(|(alike, _)| *alike >= best - CLOSE).map(|(_, id)| id).take(NEAREST).collect()
    }
}

/// `task` and `4.1` for `task-4.1`; no prefix for a bare number.
fn parts(id: &str) -> (&str, &str) {
    id.rsplit_once('-').unwrap_or(("", id))
}

/// `7` and `007` are the same; `4.1` and `4.10` are not.
fn same_number(one: &str, other: &str) -> bool {
    let numbers = |text: &str| -> Option<Vec<u64>> { text.split('.').map(|part| part.parse().ok()).collect() };
    one.eq_ignore_ascii_case(other) || numbers(one).is_some_and(|one| Some(one) == numbers(other))
}

/// What is read of the settings of Backlog.md.
#[derive(Deserialize)]
struct Settings {
    #[serde(alias = "taskPrefix")]
    task_prefix: Option<Word>,
}

/// What is read of a task's front matter.
#[derive(Deserialize)]
struct FrontMatter {
    id: Option<Word>,
}

/// A word, which may be written like a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Word {
    Text(String),
    Number(u64),
}

impl Word {
    fn into_text(self) -> Option<String> {
        let text = match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
        };
        (!text.is_empty()).then_some(text)
    }
}

/// Reads a word out of YAML. Where the whole is not valid, as with `title: Fix: this`, the first line that holds the word by
/// itself counts.
fn read_yaml<T: DeserializeOwned>(text: &str, word: impl Fn(T) -> Option<Word>) -> Option<String> {
    let read = |text: &str| serde_yaml::from_str::<T>(text).map(|read| word(read).and_then(Word::into_text));
    read(text).unwrap_or_else(|_| {
        let lines = text.lines().filter(|line| !line.starts_with(char::is_whitespace));
        lines.filter_map(|line| read(line).ok()).find_map(|found| found)
    })
}

/// The YAML between the `---` lines that a file begins with.
fn front_matter(text: &str) -> Option<&str> {
    text.trim_start_matches('\u{feff}').strip_prefix("---")?.split("\n---").next()
}

/// The tasks in a folder: `task-118` for `task-118 - Fix the login.md`, spelled like the `id` in the file.
fn files(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let id = |path: PathBuf| {
        let stem = path.file_name()?.to_str()?.strip_suffix(".md")?;
        let named = stem.split_once(" - ").map_or(stem, |(id, _)| id).trim().to_owned();
        let text = input::read_text(&path, Limit::Settings).unwrap_or_default();
        let own = front_matter(&text).and_then(|front| read_yaml(front, |front: FrontMatter| front.id));
        Some((own.filter(|own| own.eq_ignore_ascii_case(&named)).unwrap_or(named), path))
    };
    let mut found: Vec<(String, PathBuf)> = entries.filter_map(|entry| id(entry.path())).collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tasks(files: &[(&str, &str)]) -> (tempfile::TempDir, Tasks) {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
        let tasks = Tasks::read(folder.path());
        (folder, tasks)
    }

    #[test]
    fn a_task_has_several_spellings() {
        let (_folder, tasks) = tasks(&[
            ("tasks/task-118 - Fix the login.md", ""),
            ("tasks/task-118.1 - A part.md", ""),
            ("tasks/task-4.10 - Another.md", ""),
            ("completed/task-007 - Done.md", "---\nid: TASK-007\ntitle: Done\n---\n"),
            ("drafts/draft-118 - Not yet.md", ""),
            ("drafts/draft-9 - Not yet.md", ""),
        ]);
        for (spelling, id) in [
            ("118", "task-118"),
            ("TASK-118", "task-118"),
            ("task-118.1", "task-118.1"),
            ("118.1", "task-118.1"),
            ("#7", "TASK-007"),
            ("task-7", "TASK-007"),
            ("draft-118", "draft-118"),
            ("9", "draft-9"),
        ] {
            assert_eq!(tasks.find(spelling).expect(spelling), id);
        }
        for wrong in ["task-18", "task-4.1", "nonsense", "", "feature-118"] {
            let error = tasks.find(wrong).expect_err(wrong);
            assert_eq!(error.kind(), ErrorKind::Task);
            assert!(error.hint_text().expect("a hint").starts_with("did you mean "), "{wrong}");
        }
        assert!(tasks.find("task-18").expect_err("none").hint_text().expect("a hint").contains("task-118"));
        assert!(tasks.find("4.1").expect_err("none").hint_text().expect("a hint").contains("task-4.10"));
    }

    #[test]
    fn an_id_that_several_files_have_is_reported() {
        let (_folder, tasks) = tasks(&[
            ("tasks/task-118 - Mend the login.md", ""),
            ("completed/task-0118 - Done.md", ""),
            ("tasks/task-7 - One.md", ""),
        ]);
        for wanted in ["118", "task-118", "TASK-118"] {
            let error = tasks.find(wanted).expect_err(wanted);
            assert_eq!(error.kind(), ErrorKind::Task);
            let message = error.message();
            assert!(message.contains("2 files") && message.contains("completed/task-0118"), "{message}");
        }
        assert_eq!(tasks.find("7").expect("one"), "task-7");
    }

    #[test]
    fn front_matter_is_read_also_where_it_is_not_quite_yaml() {
        for (text, expected) in [
            ("---\nid: TASK-1\ntitle: x\n---\n", Some("TASK-1")),
            ("---\ntitle: x\nlabels: [a, b]\nid: \"TASK-1\" # c\n---\n", Some("TASK-1")),
            ("---\r\nid: 'TASK-1'\r\n---\r\n", Some("TASK-1")),
            ("\u{feff}---\nid: TASK-1\n---\n", Some("TASK-1")),
            ("---\nid: 12\n---\n", Some("12")),
            ("---\nnote: |\n  id: TASK-2\nid: TASK-1\n---\n", Some("TASK-1")),
            // Not valid as a whole.
            ("---\ntitle: Fix: the login\nid: TASK-1\n---\n", Some("TASK-1")),
            ("---\nid: TASK-1\ntitle: [\n", Some("TASK-1")),
            ("---\nid: TASK-1\nid: TASK-2\n---\n", Some("TASK-1")),
            ("---\nid: TASK-1\n\ttitle: x\n---\n", Some("TASK-1")),
            ("---\ntitle: a: b\n  id: TASK-2\n---\n", None),
            ("---\nid:\n---\n", None),
            ("---\nid: ''\n---\n", None),
            ("---\nid: [TASK-1]\n---\n", None),
            ("id: TASK-1\n", None),
            ("", None),
        ] {
            let id = front_matter(text).and_then(|front| read_yaml(front, |front: FrontMatter| front.id));
            assert_eq!(id.as_deref(), expected, "{text:?}");
        }
        for text in ["task_prefix: BACK\n", "a: b: c\ntaskPrefix: 'BACK'\n", "taskPrefix: BACK\ntask_prefix: OTHER\n"] {
            let prefix = read_yaml(text, |settings: Settings| settings.task_prefix);
            assert_eq!(prefix.as_deref(), Some("BACK"), "{text:?}");
        }
    }

    #[test]
    fn the_prefix_is_that_of_the_settings() {
        let (_folder, tasks) = tasks(&[
            ("config.yml", "project_name: \"x\"\ntask_prefix: \"BACK\"\n"),
            ("tasks/back-12 - X.md", "---\nid: BACK-12\n---\n"),
            ("tasks/task-12 - Old.md", ""),
        ]);
        assert_eq!(tasks.find("12").expect("found"), "BACK-12");
        assert_eq!(tasks.find("task-12").expect("found"), "task-12");
    }
}
