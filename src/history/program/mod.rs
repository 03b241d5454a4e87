//! Answers from the git program, which opens every kind of repository: SHA-256, reftable, partial clones, and whatever
//! the user's configuration allows.

mod log;

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::backend::{Backend, Folders, IndexEntry, Pair};
use super::revision::{Commit, Revision};
use super::run::{expect, failure, run, run_reading, run_with};
use crate::error::{Error, Result};
use crate::input::{self, Limit};
use crate::process;
use crate::shown;
use crate::shown::CommandLine;

/// The git program in one repository.
pub(super) struct Program {
    root: PathBuf,
}

impl Program {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The root of the working tree.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// A git command in this repository; paths are taken literally.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = process::program("git");
        command.arg("-C").arg(&self.root).arg("--literal-pathspecs").args(arguments);
        command
    }

    /// A read-only command: it takes no lock, and starts neither a file system monitor nor gpg.
    pub(super) fn reading(&self, arguments: &[&str]) -> Command {
        // Options, since a variable would make the standard library copy the whole environment, secrets included.
        let options = ["--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false"];
        let mut command = self.command(&options);
        command.args(arguments);
        command
    }

    /// The output of a read-only command.
    fn text(&self, arguments: &[&str]) -> Result<String> {
        let output = run(&mut self.reading(arguments))?;
        expect(shown!("git {}", CommandLine::shown(arguments[0])), &output)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The fields in the output of a command with `-z`.
    fn list(&self, arguments: &[&str]) -> Result<Vec<String>> {
        let printed = self.text(arguments)?;
        Ok(printed.split('\0').filter(|part| !part.is_empty()).map(str::to_owned).collect())
    }

    fn differs(&self, arguments: &[&str], path: &str) -> Result<bool> {
        let output = run(self.reading(arguments).args(["--", path]))?;
        match output.status.code() {
            Some(0) => Ok(false),
            Some(1) => Ok(true),
            _ => Err(failure("git diff", &output)),
        }
    }
}

impl Backend for Program {
    fn folders(&self) -> Result<Folders> {
        let printed = self.text(&["rev-parse", "--absolute-git-dir", "--git-common-dir"])?;
        let mut lines = printed.lines();
        let mut next = || self.root.join(lines.next().unwrap_or_default());
        Ok(Folders { own: next(), shared: next() })
    }

    fn commit_id(&self, revision: &str) -> Result<Option<String>> {
        let name = format!("{revision}^{{commit}}");
        let output = run(&mut self.reading(&["rev-parse", "--verify", "--quiet", "--end-of-options", &name]))?;
        // If git refuses to read the repository, the revision may still exist.
        if String::from_utf8_lossy(&output.stderr).contains("safe.directory") {
            return Err(failure("git rev-parse", &output));
        }
        let id = String::from_utf8_lossy(&output.stdout).lines().last().unwrap_or_default().to_owned();
        Ok(Some(id).filter(|id| output.status.success() && !id.is_empty()))
    }

    fn merge_base(&self, one: &str, other: &str) -> Result<String> {
        Ok(self.text(&["merge-base", one, other])?.trim().to_owned())
    }

    fn blob_at(&self, commit: &str, path: &str) -> Result<Option<String>> {
        let listed = self.text(&["ls-tree", "-z", "--full-tree", commit, "--", path])?;
        let entry = listed.split('\0').next().and_then(|line| line.split_once('\t')).map(|(entry, _)| entry);
        Ok(entry.and_then(|entry| entry.split_once(" blob ")).map(|(_, id)| id.to_owned()))
    }

    fn object(&self, id: &str) -> Result<Vec<u8>> {
        let mut command = self.reading(&["cat-file", "blob", id]);
        let (bytes, output) = run_reading(&mut command, b"", |stdout| input::limited(stdout, 0, Limit::Secret))?;
        expect("git cat-file", &output)?;
        Ok(bytes)
    }

    fn objects(&self, ids: &[String]) -> Result<Vec<Option<Vec<u8>>>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let most = Limit::Secret.bytes().map_err(|error| Error::io("cannot read the history", &error))?;
        let input = format!("{}\n", ids.join("\n"));
        let mut command = self.reading(&["cat-file", "--batch"]);
        let (found, output) = run_reading(&mut command, input.as_bytes(), |stdout| {
            let mut stdout = BufReader::new(stdout);
            let found = ids.iter().map(|_| next_object(&mut stdout, most)).collect::<io::Result<Vec<_>>>()?;
            // Git fails if its output is not read to the end.
            io::copy(&mut stdout, &mut io::sink())?;
            Ok(found)
        })?;
        expect("git cat-file", &output)?;
        Ok(found)
    }

    fn blob_id(&self, bytes: &[u8]) -> Result<String> {
        let output = run_with(&mut self.reading(&["hash-object", "-t", "blob", "--stdin"]), bytes)?;
        expect("git hash-object", &output)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn trailers(&self, message: &str) -> Result<Vec<(String, String)>> {
        let mut command = self.reading(&["-c", "trailer.separators=:", "interpret-trailers", "--parse"]);
        let output = run_with(&mut command, message.as_bytes())?;
        expect("git interpret-trailers", &output)?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let pair = |line: &str| line.split_once(": ").map(|(token, value)| (token.to_owned(), value.to_owned()));
        Ok(printed.lines().filter_map(pair).collect())
    }

    fn short_length(&self) -> Result<usize> {
        Ok(self.text(&["rev-parse", "--short", "HEAD"])?.trim().len())
    }

    fn local_setting(&self, key: &str) -> Result<Option<String>> {
        let output = run(&mut self.command(&["config", "--local", "--get", key]))?;
        let value = String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned();
        Ok(output.status.success().then_some(value))
    }

    fn attributes(&self, names: &[&str], paths: &[String]) -> Result<Vec<Vec<String>>> {
        let mut command = self.reading(&[&["check-attr", "-z", "--stdin"], names].concat());
        let input: String = paths.iter().flat_map(|path| [path, "\0"]).collect();
        let output = run_with(&mut command, input.as_bytes())?;
        expect("git check-attr", &output)?;
        let printed = String::from_utf8_lossy(&output.stdout);
        // Path, attribute, and value, for each attribute of each path.
        let values: Vec<String> = printed.split('\0').skip(2).step_by(3).map(str::to_owned).collect();
        Ok(values.chunks(names.len()).map(<[String]>::to_vec).collect())
    }

    fn index(&self) -> Result<Vec<IndexEntry>> {
        let entry = |line: String| {
            // `<mode> <blob> <stage>`, a tab, and the path.
            let (head, path) = line.split_once('\t')?;
            let mut words = head.split(' ').skip(1);
            let (blob, stage) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
            Some(IndexEntry { path: path.to_owned(), blob, stage })
        };
        Ok(self.list(&["ls-files", "--stage", "--full-name", "-z"])?.into_iter().filter_map(entry).collect())
    }

    fn is_staged(&self, path: &str) -> Result<bool> {
        self.differs(&["diff", "--cached", "--quiet", "--no-ext-diff", "--no-textconv"], path)
    }

    fn is_edited(&self, path: &str) -> Result<bool> {
        self.differs(&["diff", "--quiet", "--no-ext-diff", "--no-textconv"], path)
    }

    fn changed_since_head(&self) -> Result<Vec<String>> {
        let options = ["-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all"];
        let listed = self.list(&[&["status", "--porcelain=v1"], &options[..]].concat())?;
        Ok(listed.into_iter().filter_map(|entry| entry.get(3..).map(str::to_owned)).collect())
    }

    fn untracked(&self) -> Result<Vec<String>> {
        self.list(&["ls-files", "--others", "--exclude-standard", "-z"])
    }

    fn compare(&self, before: &str, after: Option<&str>, files: &[String]) -> Result<Vec<Pair>> {
        let mut arguments = vec![
            "diff",
            "--name-status",
            "-z",
            "-M",
            "--no-ext-diff",
            "--no-textconv",
            "--ignore-submodules=all",
            before,
        ];
        arguments.extend(after);
        arguments.push("--");
        arguments.extend(files.iter().map(String::as_str));
        Ok(pairs(self.list(&arguments)?))
    }

    fn changed_in(&self, commit: &str) -> Result<Vec<String>> {
        self.list(&["diff-tree", "--root", "--no-commit-id", "--no-renames", "--name-only", "-r", "-z", commit])
    }

    fn removed_in(&self, commit: &str) -> Result<Vec<(String, String)>> {
        let options =
            ["diff-tree", "-r", "--no-commit-id", "--no-renames", "--diff-filter=D", "--raw", "--no-abbrev", "-z"];
        let mut fields = self.list(&[&options[..], &[commit]].concat())?.into_iter();
        let mut removed = Vec::new();
        while let (Some(entry), Some(path)) = (fields.next(), fields.next()) {
            if let Some(blob) = entry.split(' ').nth(2) {
                removed.push((path, blob.to_owned()));
            }
        }
        Ok(removed)
    }

    fn revisions(&self, commit: &str, path: &str, found: &dyn Fn(&Revision)) -> Result<Vec<Revision>> {
        self.followed(commit, path).inspect(|revisions| revisions.iter().for_each(found))
    }

    fn touching(&self, paths: &[String], most: usize) -> Result<Vec<Commit>> {
        self.commits_of(paths, most)
    }

    fn introductions(&self, files: &[IndexEntry]) -> Result<HashMap<String, String>> {
        self.introducing(files)
    }

    fn origin(&self, blob: &str, path: &str) -> Result<Option<Commit>> {
        self.with_blob(blob, path)
    }
}

/// The next blob of `git cat-file --batch`: `<id> blob <size>`, the bytes, and a line feed; or `<id> missing`.
fn next_object(stdout: &mut impl BufRead, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut header = String::new();
    stdout.read_line(&mut header)?;
    let Some(size) = header.trim_end().rsplit_once(' ').and_then(|(_, size)| size.parse::<u64>().ok()) else {
        return Ok(None);
    };
    let is_blob = header.contains(" blob ") && size <= most;
    let mut bytes = Vec::new();
    if is_blob {
        stdout.take(size).read_to_end(&mut bytes)?;
    } else {
        io::copy(&mut stdout.take(size), &mut io::sink())?;
    }
    io::copy(&mut stdout.take(1), &mut io::sink())?;
    Ok(is_blob.then_some(bytes))
}

/// Parses the output of `git diff --name-status -z`.
fn pairs(fields: Vec<String>) -> Vec<Pair> {
    let mut fields = fields.into_iter();
    let mut pairs = Vec::new();
    while let Some(status) = fields.next() {
        let Some(path) = fields.next() else { break };
        pairs.push(match status.as_bytes()[0] {
            b'A' => Pair { before: None, after: Some(path) },
            b'D' => Pair { before: Some(path), after: None },
            b'R' | b'C' => Pair { before: Some(path), after: fields.next() },
            _ => Pair { before: Some(path.clone()), after: Some(path) },
        });
    }
    pairs
}
