//! A Jujutsu repository, read through the jj program. jj is not let to snapshot the working copy, so it writes nothing and
//! runs no file monitor; its output is not paged.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::error::{Error, Kind, Result};
use crate::process;

/// A repository with a folder `.jj`.
pub struct Jujutsu {
    root: PathBuf,
}

impl Jujutsu {
    /// The repository with this root.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The root of the working copy.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The paths of the files at a revision, below the root.
    ///
    /// # Errors
    /// `git`, if jj cannot be run, or does not know the revision.
    pub fn files(&self, revision: &str) -> Result<Vec<PathBuf>> {
        let output = self.run(&["file", "list", "-r", revision])?;
        let listed = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(listed.lines().map(PathBuf::from).collect())
    }

    /// The content of a file at a revision; `None` where the revision has none.
    ///
    /// # Errors
    /// As [`Jujutsu::files`].
    pub fn file(&self, revision: &str, path: &Path) -> Result<Option<Vec<u8>>> {
        // The fileset language has strings as TOML has them.
        let quoted = path.to_string_lossy().replace('\\', r"\\").replace('"', "\\\"");
        let fileset = format!("root-file:\"{quoted}\"");
        let listed = self.run(&["file", "list", "-r", revision, &fileset])?;
        if listed.stdout.trim_ascii().is_empty() {
            return Ok(None);
        }
        self.run(&["file", "show", "-r", revision, &fileset]).map(|output| Some(output.stdout))
    }

    /// Sets an option in the repository's own configuration.
    ///
    /// # Errors
    /// `git`, if jj cannot be run, or refuses.
    pub fn set(&self, key: &str, value: &str) -> Result<()> {
        self.run(&["config", "set", "--repo", key, value]).map(drop)
    }

    fn run(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = self.command();
        let output = command.args(arguments).stdin(Stdio::null()).output().map_err(|error| {
            Error::new(Kind::Git, format!("cannot run jj: {error}"))
                .hint("install jj, or colocate the repository with git (`jj git colocation enable`)")
        })?;
        if output.status.success() {
            return Ok(output);
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(Error::new(Kind::Git, format!("jj {} failed: {said}", arguments[..2].join(" "))))
    }

    fn command(&self) -> Command {
        let mut command = process::program("jj");
        command.current_dir(&self.root).args(["--ignore-working-copy", "--no-pager", "--color", "never"]);
        command
    }
}
