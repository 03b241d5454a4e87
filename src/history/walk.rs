//! The commits that touched a file, followed through its renames.

use std::process::Command;

use super::repository::Repository;
use super::run::{expect, run};
use crate::error::Result;

/// The trailers that name tasks.
const RELATIONS: [&str; 7] = ["Resolves", "Related", "Fixes", "Closes", "Part-of", "Task", "Refs"];
/// Stands before each commit in what git prints.
const COMMIT: char = '\u{1}';
/// Stands between its fields.
const FIELD: char = '\u{1f}';

/// A commit, as a list of commits tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The full id.
    pub id: String,
    /// The id, as short as git shows it.
    pub short: String,
    /// The author's date, `2026-03-14`.
    pub date: String,
    /// The author's name.
    pub author: String,
    /// The first line of the message.
    pub subject: String,
    /// The tasks that its trailers name.
    pub tasks: Vec<String>,
}

/// A commit in which a file is another than in the commits before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Which commit.
    pub commit: Commit,
    /// The file's path in it, below the root.
    pub path: String,
    /// The file's blob; `None` where it was deleted.
    pub blob: Option<String>,
    /// Its blob in each parent; `None` where it was not there.
    pub parents: Vec<Option<String>>,
}

/// How long a short id is where git does not say.
const SHORT: usize = 7;
/// What is asked of each commit; [`revision`] reads it.
const FORMAT: &str = "--format=%x01%H%x1f%as%x1f%an%x1f%s%x1f%(trailers:only,unfold)";
/// However the user has configured it, `git log` prints what [`revision`] reads.
const OPTIONS: [&str; 8] = [
    "-z",
    "--raw",
    "--no-abbrev",
    "--no-color",
    "--no-show-signature",
    "--no-ext-diff",
    "--no-textconv",
    "--diff-merges=combined",
];

impl Repository {
    /// The revisions of the file at `path` (below the root) that HEAD descends from, newest first.
    ///
    /// # Errors
    /// `git`, where there is no commit yet, or the log cannot be read.
    pub fn revisions(&self, path: &str) -> Result<Vec<Revision>> {
        self.revisions_before("HEAD", path)
    }

    /// As [`Repository::revisions`], of those that another commit descends from.
    ///
    /// # Errors
    /// `git`, where the log cannot be read.
    pub fn revisions_before(&self, commit: &str, path: &str) -> Result<Vec<Revision>> {
        let mut command: Command = self.command(&["log", "--follow", FORMAT, commit]);
        let output = run(command.args(OPTIONS).args(["--", path]))?;
        expect("git log", &output)?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let length = self.short_length();
        Ok(printed.split(COMMIT).filter_map(|record| revision(record, length)).collect())
    }

    /// Path and blob of each file that went in a commit.
    ///
    /// # Errors
    /// `git`, where it cannot be read.
    pub fn removed_in(&self, commit: &str) -> Result<Vec<(String, String)>> {
        let options =
            ["diff-tree", "-r", "--no-commit-id", "--no-renames", "--diff-filter=D", "--raw", "--no-abbrev", "-z"];
        let printed = self.text(&[&options[..], &[commit]].concat())?;
        let mut fields = printed.split('\0');
        let mut removed = Vec::new();
        while let (Some(entry), Some(path)) = (fields.next(), fields.next()) {
            if let Some(blob) = entry.split(' ').nth(2) {
                removed.push((path.to_owned(), blob.to_owned()));
            }
        }
        Ok(removed)
    }

    /// How long git makes a short id in this repository (`core.abbrev`, or by its size).
    fn short_length(&self) -> usize {
        self.text(&["rev-parse", "--short", "HEAD"]).map_or(SHORT, |id| id.trim().len())
    }

    /// The newest commit, of whatever branch or stash, that made this blob of the file at `path`; `None` where none is known.
    pub fn origin(&self, blob: &str, path: &str) -> Option<Commit> {
        let find = format!("--find-object={blob}");
        let mut command = self.command(&["log", "--all", FORMAT, &find]);
        let output = run(command.args(OPTIONS).args(["--", path])).ok().filter(|output| output.status.success())?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let made = |revision: &Revision| revision.blob.as_deref() == Some(blob);
        let length = self.short_length();
        let mut revisions = printed.split(COMMIT).filter_map(|record| revision(record, length));
        revisions.find(made).map(|revision| revision.commit)
    }
}

fn revision(record: &str, short: usize) -> Option<Revision> {
    let (header, entries) = record.split_once('\0')?;
    let mut fields = header.splitn(5, FIELD).map(str::to_owned);
    let id = fields.next()?;
    let mut commit = Commit {
        short: id.chars().take(short).collect(),
        id,
        date: fields.next()?,
        author: fields.next()?,
        subject: fields.next()?,
        tasks: Vec::new(),
    };
    commit.tasks = fields.next().map(|trailers| tasks(&trailers)).unwrap_or_default();
    // `:mode mode blob blob M`, with one colon, and one mode and blob more, for each further parent.
    let mut entries = entries.trim_start_matches(['\0', '\n']).split('\0');
    let change = entries.next()?;
    let parents = change.chars().take_while(|c| *c == ':').count();
    let words: Vec<&str> = change.trim_start_matches(':').split(' ').collect();
    let blobs: Vec<Option<String>> = words.get(parents + 1..2 * (parents + 1))?.iter().map(|id| blob(id)).collect();
    let names: Vec<&str> = entries.filter(|name| !name.is_empty()).collect();
    let (new, old) = blobs.split_last()?;
    Some(Revision { commit, path: (*names.last()?).to_owned(), blob: new.clone(), parents: old.to_vec() })
}

fn blob(id: &str) -> Option<String> {
    (!id.bytes().all(|byte| byte == b'0')).then(|| id.to_owned())
}

fn tasks(trailers: &str) -> Vec<String> {
    let pairs = trailers.lines().filter_map(|line| line.split_once(": "));
    let named = pairs.filter(|(token, _)| RELATIONS.iter().any(|relation| relation.eq_ignore_ascii_case(token)));
    named.flat_map(|(_, value)| value.split(", ")).map(|task| task.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merges_and_renames_are_read() {
        let (a, b, zero) = ("a".repeat(40), "b".repeat(40), "0".repeat(40));
        let header = "id\u{1f}2026-01-02\u{1f}A\u{1f}fix: x\u{1f}Resolves: task-1\nCo-authored-by: B";
        let renamed = revision(&format!("{header}\0\n:100644 100644 {a} {a} R100\0old\0new\0"), 1).expect("a revision");
        assert_eq!((renamed.path.as_str(), renamed.commit.tasks.as_slice()), ("new", &["task-1".to_owned()][..]));
        let merge =
            revision(&format!("{header}\0\0::100644 000000 100644 {a} {zero} {b} MA\0f\0"), 7).expect("a revision");
        assert_eq!((merge.blob, merge.parents), (Some(b), vec![Some(a), None]));
    }
}
