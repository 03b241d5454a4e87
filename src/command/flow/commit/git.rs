//! git, run as the user would run it: hooks, signing and configuration are theirs.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::error::{Error, Kind, Result};

/// What lies in the git folder while something is unfinished, and what that is.
const UNFINISHED: [(&str, &str); 6] = [
    ("MERGE_HEAD", "a merge"),
    ("rebase-merge", "a rebase"),
    ("rebase-apply", "a rebase"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
    ("sequencer", "a cherry-pick or revert"),
];

/// A repository.
pub(super) struct Git {
    root: PathBuf,
}

impl Git {
    /// The repository at this root.
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Refuses while a merge or the like is under way: git itself would commit in the midst of a rebase.
    pub(super) fn refuse_unfinished(&self) -> Result<()> {
        for (name, what) in UNFINISHED {
            let place = self.text(&["rev-parse", "--git-path", name])?;
            if self.root.join(place.trim()).exists() {
                return Err(Error::new(Kind::Index, format!("{what} is under way in this repository"))
                    .hint("finish or abort it first, or edit without --commit"));
            }
        }
        Ok(())
    }

    /// Refuses where something is staged for the file: the commit would take it along.
    pub(super) fn refuse_staged(&self, path: &Path) -> Result<()> {
        let mut command = self.command(&["diff", "--cached", "--quiet", "--"]);
        let output = run(command.arg(path))?;
        match output.status.code() {
            Some(0) => Ok(()),
            Some(1) => Err(Error::new(Kind::Index, "changes of this file are staged already")
                .hint("commit or unstage them first (git restore --staged FILE), or edit without --commit")),
            _ => Err(said("git diff", &output)),
        }
    }

    /// The scope that commits of these files have most often.
    pub(super) fn usual_scope(&self, paths: &[PathBuf]) -> Option<String> {
        let mut command = self.command(&["log", "-n", "200", "--format=%s", "--"]);
        let output = run(command.args(paths)).ok().filter(|output| output.status.success())?;
        let subjects = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for scope in subjects.lines().filter_map(scope) {
            *counts.entry(scope).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(scope, _)| scope.to_owned())
    }

    /// Commits these files and nothing else; whatever is staged besides stays staged.
    pub(super) fn commit(&self, paths: &[PathBuf], message: &str) -> Result<String> {
        let mut fresh = Vec::new();
        for path in paths {
            let known = run(self.command(&["ls-files", "--error-unmatch", "--"]).arg(path))?.status.success();
            if !known {
                fresh.push(path);
                expect("git add", &run(self.command(&["add", "-N", "--"]).arg(path))?)?;
            }
        }
        let mut command = self.command(&["commit", "--quiet", "--only", "--cleanup=verbatim", "-F", "-", "--"]);
        let output = run_with(command.args(paths), message.as_bytes())?;
        if !output.status.success() {
            for path in fresh {
                // The commit did not happen: the file is untracked again, as it was.
                drop(run(self.command(&["reset", "--quiet", "--"]).arg(path)));
            }
            return Err(said("git commit", &output)
                .hint("the edited file is written, and not committed; `agepatch commit` tries again"));
        }
        self.text(&["rev-parse", "HEAD"]).map(|id| id.trim().to_owned())
    }

    fn text(&self, arguments: &[&str]) -> Result<String> {
        let output = run(&mut self.command(arguments))?;
        expect(&format!("git {}", arguments[0]), &output)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.root).arg("--literal-pathspecs").args(arguments.iter().map(OsStr::new));
        command
    }
}

/// `cloud` of `fix(cloud)!: mend it`.
fn scope(subject: &str) -> Option<&str> {
    let (head, _) = subject.split_once(": ")?;
    let (kind, scope) = head.trim_end_matches('!').strip_suffix(')')?.split_once('(')?;
    kind.bytes().all(|byte| byte.is_ascii_alphabetic()).then_some(scope)
}

fn run(command: &mut Command) -> Result<Output> {
    run_with(command, b"")
}

fn run_with(command: &mut Command, input: &[u8]) -> Result<Output> {
    let failed = |error: std::io::Error| Error::new(Kind::Git, format!("cannot run git: {error}"));
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A git that reads nothing closes its end; what it has to say comes with its exit code.
        drop(stdin.write_all(input));
    }
    child.wait_with_output().map_err(failed)
}

fn expect(what: &str, output: &Output) -> Result<()> {
    if output.status.success() { Ok(()) } else { Err(said(what, output)) }
}

/// What git, or a hook that it ran, said.
fn said(what: &str, output: &Output) -> Error {
    let said = [output.stderr.as_slice(), output.stdout.as_slice()].concat();
    let said = String::from_utf8_lossy(&said);
    Error::new(Kind::Git, format!("{what} failed: {}", said.trim()))
}

#[cfg(test)]
mod tests {
    use super::scope;

    #[test]
    fn scopes_of_conventional_subjects() {
        assert_eq!(scope("fix(cloud): mend it"), Some("cloud"));
        assert_eq!(scope("feat(cloud)!: mend it"), Some("cloud"));
        assert_eq!(scope("fix: mend it"), None);
        assert_eq!(scope("Merge branch (x): y"), None);
    }
}
