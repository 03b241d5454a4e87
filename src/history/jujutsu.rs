//! A Jujutsu repository, read through the jj program. jj is told not to snapshot the working copy, so it writes nothing
//! and runs no file monitor; its output is not paged.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::revision::{Commit, Revision};
use crate::error::{Error, ErrorKind, Result};
use crate::process;
use crate::shown;
use crate::shown::{CommandLine, ProgramOutput};

/// The text that jj prints for a commit without a description.
const UNDESCRIBED: &str = "(no description set)";
const TEMPLATE: &str = r#"commit_id ++ "\t" ++ author.timestamp().format("%Y-%m-%d") ++ "\t" ++ author.name() ++ "\t" ++ description.first_line() ++ "\n""#;

/// A file in the fileset language, whose strings have TOML's syntax.
fn fileset(path: &Path) -> String {
    let quoted = path.to_string_lossy().replace('\\', r"\\").replace('"', "\\\"");
    format!("root-file:\"{quoted}\"")
}

/// Reads a line of [`TEMPLATE`].
fn commit(line: &str) -> Option<Commit> {
    let mut fields = line.splitn(4, '\t').map(str::to_owned);
    let (id, date, author) = (fields.next()?, fields.next()?, fields.next()?);
    let subject = fields.next().filter(|subject| !subject.is_empty()).unwrap_or_else(|| UNDESCRIBED.to_owned());
    let short = id.get(..8).unwrap_or(&id).to_owned();
    Some(Commit { id, short, date, author, subject, tasks: Vec::new() })
}

/// A repository with a `.jj` folder.
pub(crate) struct Jujutsu {
    root: PathBuf,
}

impl Jujutsu {
    /// The repository with this root.
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The root of the working copy.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The paths of the files at a revision, below the root.
    ///
    /// # Errors
    /// `git` if jj cannot be run, or does not know the revision.
    pub(crate) fn files(&self, revision: &str) -> Result<Vec<PathBuf>> {
        let output = self.run(&["file", "list", "-r", revision])?;
        let listed = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(listed.lines().map(PathBuf::from).collect())
    }

    /// The content of a file at a revision; `None` if the revision has none.
    ///
    /// # Errors
    /// See [`Jujutsu::files`].
    pub(crate) fn file(&self, revision: &str, path: &Path) -> Result<Option<Vec<u8>>> {
        let fileset = fileset(path);
        let listed = self.run(&["file", "list", "-r", revision, &fileset])?;
        if listed.stdout.trim_ascii().is_empty() {
            return Ok(None);
        }
        self.run(&["file", "show", "-r", revision, &fileset]).map(|output| Some(output.stdout))
    }

    /// The revisions up to the working copy in which a file changed, newest first. Each uses its commit id as its blob;
    /// its only known parent is the next older revision in the list.
    pub(crate) fn revisions(&self, path: &Path) -> Result<Vec<Revision>> {
        let output = self.run(&["log", "--no-graph", "-r", "::@", "-T", TEMPLATE, &fileset(path)])?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut commits: Vec<Commit> = printed.lines().filter_map(commit).collect();
        let mut revisions: Vec<Revision> = Vec::new();
        // Start with the oldest, so that each knows the one before.
        commits.reverse();
        for commit in commits {
            let blob = self.file(&commit.id, path)?.map(|_| commit.id.clone());
            let parents = vec![revisions.last().and_then(|older| older.blob.clone())];
            let path = path.to_string_lossy().into_owned();
            revisions.push(Revision { commit, path, blob, parents });
        }
        revisions.reverse();
        Ok(revisions)
    }

    /// Sets an option in the repository's configuration.
    ///
    /// # Errors
    /// `git` if jj cannot be run, or fails.
    pub(crate) fn set(&self, key: &str, value: &str) -> Result<()> {
        self.run(&["config", "set", "--repo", key, value]).map(drop)
    }

    fn run(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = self.command();
        let output = command.args(arguments).stdin(Stdio::null()).output().map_err(|error| {
            Error::new(ErrorKind::Git, shown!("cannot run jj: {}", error))
                .hint("install jj, or colocate the repository with git (`jj git colocation enable`)")
        })?;
        if output.status.success() {
            return Ok(output);
        }
        let stderr = ProgramOutput::shown(String::from_utf8_lossy(&output.stderr).trim());
        let subcommand = CommandLine::shown(arguments[..2].join(" "));
        Err(Error::new(ErrorKind::Git, shown!("jj {} failed: {}", subcommand, stderr)))
    }

    fn command(&self) -> Command {
        let mut command = process::program("jj");
        command.current_dir(&self.root).args(["--ignore-working-copy", "--no-pager", "--color", "never"]);
        command
    }
}
