//! Parses the output of `git log`.

use std::collections::HashMap;

use super::Program;
use crate::error::Result;
use crate::history::backend::{Backend, IndexEntry};
use crate::history::revision::{Commit, Revision, tasks};
use crate::history::run::{expect, run, run_with};

/// Precedes each commit in the output.
const COMMIT: char = '\u{1}';
const FIELD: char = '\u{1f}';
/// The length of a short id if git does not define one.
const SHORT: usize = 7;
/// The fields of each commit, parsed by [`commit`].
const FORMAT: &str = "--format=%x01%H%x1f%as%x1f%an%x1f%s%x1f%(trailers:only,unfold)";
/// Options that make the output independent of the user's configuration.
const OPTIONS: [&str; 9] = [
    "-z",
    "--raw",
    "--no-abbrev",
    "--no-color",
    "--no-show-signature",
    "--no-ext-diff",
    "--no-textconv",
    "--root",
    "--diff-merges=combined",
];

impl Program {
    /// The revisions of the file at `path`, followed through its renames.
    pub(super) fn followed(&self, from: &str, path: &str) -> Result<Vec<Revision>> {
        let printed = self.printed(&[&["--follow", FORMAT, from], &OPTIONS[..]].concat(), &[path])?;
        let length = self.short_length().unwrap_or(SHORT);
        Ok(printed.split(COMMIT).filter_map(|record| revision(record, length)).collect())
    }

    /// The newest commits of these files.
    pub(super) fn commits_of(&self, paths: &[String], most: usize) -> Result<Vec<Commit>> {
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let most = format!("--max-count={most}");
        let printed = self.printed(&[FORMAT, &most, "--no-color", "--no-show-signature", "HEAD"], &paths)?;
        Ok(printed.split(COMMIT).filter_map(|record| commit(record, SHORT)).collect())
    }

    /// The newest commit that added the blob.
    pub(super) fn with_blob(&self, blob: &str, path: &str) -> Result<Option<Commit>> {
        let find = format!("--find-object={blob}");
        let printed = self.printed(&[&["--all", FORMAT, find.as_str()], &OPTIONS[..]].concat(), &[path])?;
        let made = |revision: &Revision| revision.blob.as_deref() == Some(blob);
        let length = self.short_length().unwrap_or(SHORT);
        let mut revisions = printed.split(COMMIT).filter_map(|record| revision(record, length));
        Ok(revisions.find(made).map(|revision| revision.commit))
    }

    /// The newest commit that gave each file its blob.
    pub(super) fn introducing(&self, files: &[IndexEntry]) -> Result<HashMap<String, String>> {
        let mut wanted: HashMap<&str, &str> =
            files.iter().map(|file| (file.path.as_str(), file.blob.as_str())).collect();
        // Through stdin, since there may be more than fit into a command line.
        let paths: String = wanted.keys().flat_map(|path| [path, "\n"]).collect();
        let mut command = self.reading(&["log", "--format=%x01%H", "--no-renames", "--stdin"]);
        let output = run_with(command.args(OPTIONS).arg("HEAD"), ["--\n", &paths].concat().as_bytes())?;
        expect("git log", &output)?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let mut found = HashMap::new();
        for record in printed.split(COMMIT) {
            let mut fields = record.split('\0').filter(|field| !field.is_empty());
            let Some(commit) = fields.next() else { continue };
            while let (Some(change), Some(path)) = (fields.next(), fields.next()) {
                // The last blob is the new one.
                let blob = change.rsplit(' ').nth(1);
                if wanted.get(path).is_some_and(|wanted| blob == Some(wanted)) {
                    wanted.remove(path);
                    found.insert(path.to_owned(), commit.to_owned());
                }
            }
        }
        Ok(found)
    }

    fn printed(&self, arguments: &[&str], paths: &[&str]) -> Result<String> {
        let output = run(self.reading(&["log"]).args(arguments).arg("--").args(paths))?;
        expect("git log", &output)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

fn commit(header: &str, short: usize) -> Option<Commit> {
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
    let trailers = fields.next().unwrap_or_default();
    commit.tasks = tasks(trailers.lines().filter_map(|line| line.split_once(": ")));
    Some(commit)
}

fn revision(record: &str, short: usize) -> Option<Revision> {
    let (header, entries) = record.split_once('\0')?;
    let commit = commit(header, short)?;
    // `:mode mode blob blob M`, with another colon, mode, and blob for each further parent.
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
