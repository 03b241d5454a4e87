//! A repository, read through the git program: every kind that git opens (sha256, reftable, partial clones, linked
//! worktrees) is read the same way, with the user's configuration.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::run::{expect, run, run_reading, run_with, said};
use crate::error::{Error, Kind, Result};
use crate::input::{self, Limit};
use crate::process;

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
#[derive(Debug, Clone)]
pub struct Repository {
    root: PathBuf,
}

impl Repository {
    /// The repository with this root.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The root of the working tree.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A git command in this repository; paths are taken literally.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = process::program("git");
        command.arg("-C").arg(&self.root).arg("--literal-pathspecs").args(arguments);
        command
    }

    /// What a git command prints.
    ///
    /// # Errors
    /// `git`, with what it said.
    pub fn text(&self, arguments: &[&str]) -> Result<String> {
        let output = run(&mut self.command(arguments))?;
        expect(&format!("git {}", arguments[0]), &output)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The path as git names it: below the root, through whatever links lead there.
    ///
    /// # Errors
    /// `git`, for a path outside.
    pub fn relative(&self, path: &Path) -> Result<String> {
        let root = self.root.canonicalize().unwrap_or_else(|_| self.root.clone());
        let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
        let real = path.canonicalize().ok().or_else(|| Some(folder?.join(path.file_name()?)));
        let real = real.as_deref().unwrap_or(path);
        real.strip_prefix(&root).or_else(|_| path.strip_prefix(&self.root)).map_or_else(
            |_| Err(Error::new(Kind::Git, "the file is outside the repository").in_file(path.display())),
            |relative| Ok(relative.to_string_lossy().into_owned()),
        )
    }

    /// The full id of the commit that `revision` names; `None` where there is none.
    ///
    /// # Errors
    /// `git`, where git cannot be run.
    pub fn commit_id(&self, revision: &str) -> Result<Option<String>> {
        let name = format!("{revision}^{{commit}}");
        let output = run(&mut self.command(&["rev-parse", "--verify", "--quiet", "--end-of-options", &name]))?;
        let id = String::from_utf8_lossy(&output.stdout).lines().last().unwrap_or_default().to_owned();
        Ok(Some(id).filter(|id| output.status.success() && !id.is_empty()))
    }

    /// The content of `path` (below the root) at a revision; `None` where the revision has no such file.
    ///
    /// # Errors
    /// `git`, where there is no such revision, or the object cannot be read.
    pub fn blob(&self, revision: &str, path: &str) -> Result<Option<Vec<u8>>> {
        let commit = self.commit_id(revision)?.ok_or_else(|| {
            Error::new(Kind::Git, format!("there is no revision {revision}")).hint("`git log --oneline` lists them")
        })?;
        let listed = self.text(&["ls-tree", "-z", "--full-tree", &commit, "--", path])?;
        let entry = listed.split('\0').next().and_then(|line| line.split_once('\t')).map(|(entry, _)| entry);
        match entry.and_then(|entry| entry.split_once(" blob ")) {
            Some((_, id)) => self.object(id).map(Some),
            None => Ok(None),
        }
    }

    /// A blob's bytes.
    ///
    /// # Errors
    /// `git`, where there is none of this id.
    pub fn object(&self, id: &str) -> Result<Vec<u8>> {
        let mut command = self.command(&["cat-file", "blob", id]);
        let (bytes, output) = run_reading(&mut command, b"", |stdout| input::limited(stdout, 0, Limit::Secret))?;
        expect("git cat-file", &output)?;
        Ok(bytes)
    }

    /// The trailers of a message, as git reads them.
    ///
    /// # Errors
    /// `git`, where it cannot be run.
    pub fn trailers(&self, message: &str) -> Result<Vec<(String, String)>> {
        let mut command = self.command(&["-c", "trailer.separators=:", "interpret-trailers", "--parse"]);
        let output = run_with(&mut command, message.as_bytes())?;
        expect("git interpret-trailers", &output)?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let pair = |line: &str| line.split_once(": ").map(|(token, value)| (token.to_owned(), value.to_owned()));
        Ok(printed.lines().filter_map(pair).collect())
    }

    /// The id that these bytes have as a blob.
    ///
    /// # Errors
    /// `git`, where it cannot be run.
    pub fn blob_id(&self, bytes: &[u8]) -> Result<String> {
        let output = run_with(&mut self.command(&["hash-object", "-t", "blob", "--stdin"]), bytes)?;
        expect("git hash-object", &output)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Path (below the root) and blob of each file that is tracked.
    ///
    /// # Errors
    /// `git`, where the index cannot be read.
    pub fn tracked(&self) -> Result<Vec<(String, String)>> {
        let listed = self.text(&["ls-files", "--stage", "--full-name", "-z"])?;
        // `<mode> <blob> <stage>`, a tab, and the path.
        let entries = listed.split('\0').filter_map(|entry| entry.split_once('\t'));
        Ok(entries.filter_map(|(head, path)| Some((path.to_owned(), head.split(' ').nth(1)?.to_owned()))).collect())
    }

    /// The files (below the root) that are in conflict.
    ///
    /// # Errors
    /// `git`, where the index cannot be read.
    pub fn unmerged(&self) -> Result<HashSet<String>> {
        let listed = self.text(&["ls-files", "--unmerged", "--full-name", "-z"])?;
        Ok(listed.split('\0').filter_map(|entry| entry.split_once('\t')).map(|(_, path)| path.to_owned()).collect())
    }

    /// The bytes of these blobs, in their order; `None` for those that are not there (a partial clone may lack some), and
    /// for those that are too large.
    ///
    /// # Errors
    /// `git`, where it cannot be run.
    pub fn objects(&self, ids: &[String]) -> Result<Vec<Option<Vec<u8>>>> {
        let most = Limit::Secret.bytes().map_err(|error| Error::io("cannot read the history", &error))?;
        let asked = format!("{}\n", ids.join("\n"));
        let mut command = self.command(&["cat-file", "--batch"]);
        let (found, output) = run_reading(&mut command, asked.as_bytes(), |stdout| {
            let mut stdout = BufReader::new(stdout);
            let found = ids.iter().map(|_| next_object(&mut stdout, most)).collect::<io::Result<Vec<_>>>()?;
            // A git that is not heard to its end fails.
            io::copy(&mut stdout, &mut io::sink())?;
            Ok(found)
        })?;
        expect("git cat-file", &output)?;
        Ok(found)
    }

    /// Those of the files that git does not know yet.
    ///
    /// # Errors
    /// `git`, where the index cannot be read, or a file is outside.
    pub fn untracked(&self, paths: &[PathBuf]) -> Result<HashSet<PathBuf>> {
        let names = paths.iter().map(|path| self.relative(path)).collect::<Result<Vec<_>>>()?;
        let mut arguments = vec!["--literal-pathspecs", "ls-files", "-z", "--full-name", "--"];
        arguments.extend(names.iter().map(String::as_str));
        let listed = self.text(&arguments)?;
        let known: HashSet<&str> = listed.split('\0').collect();
        let new = paths.iter().zip(&names).filter(|(_, name)| !known.contains(name.as_str()));
        Ok(new.map(|(path, _)| path.clone()).collect())
    }

    /// The files that are not as HEAD has them, new and deleted ones too, below the root.
    ///
    /// # Errors
    /// `git`, where the status cannot be told.
    pub fn changed_since_head(&self) -> Result<Vec<String>> {
        let listed = self.text(&["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"])?;
        Ok(listed.split('\0').filter_map(|entry| entry.get(3..)).map(str::to_owned).collect())
    }

    /// Refuses while a merge or the like is under way: git itself would commit in the midst of a rebase.
    ///
    /// # Errors
    /// `index`, naming what is under way.
    pub fn refuse_unfinished(&self) -> Result<()> {
        for (name, what) in UNFINISHED {
            let place = self.text(&["rev-parse", "--git-path", name])?;
            if self.root.join(place.trim()).exists() {
                return Err(Error::new(Kind::Index, format!("{what} is under way in this repository"))
                    .hint("finish or abort it first, or edit without --commit"));
            }
        }
        Ok(())
    }

    /// Refuses where something is staged for the file: a commit of what the edit makes would swallow it.
    ///
    /// # Errors
    /// `index`.
    pub fn refuse_staged(&self, path: &Path) -> Result<()> {
        if self.differs(&["diff", "--cached", "--quiet", "--"], path)? {
            return Err(Error::new(Kind::Index, "changes of this file are staged already")
                .hint("commit or unstage them first (git restore --staged FILE), or edit without --commit"));
        }
        Ok(())
    }

    /// Refuses where what is staged for the file is neither HEAD's content nor that of the working tree: the commit would lose it.
    ///
    /// # Errors
    /// `index`.
    pub fn refuse_half_staged(&self, path: &Path) -> Result<()> {
        if self.differs(&["diff", "--cached", "--quiet", "--"], path)?
            && self.differs(&["diff", "--quiet", "--"], path)?
        {
            return Err(Error::new(Kind::Index, "another version of this file is staged")
                .hint("stage the present one (git add FILE) or unstage that one (git restore --staged FILE)"));
        }
        Ok(())
    }

    fn differs(&self, arguments: &[&str], path: &Path) -> Result<bool> {
        let output = run(self.command(arguments).arg(path))?;
        match output.status.code() {
            Some(0) => Ok(false),
            Some(1) => Ok(true),
            _ => Err(said("git diff", &output)),
        }
    }

    /// The scope that commits of these files have most often.
    pub fn usual_scope(&self, paths: &[PathBuf]) -> Option<String> {
        let mut command = self.command(&["log", "-n", "200", "--format=%s", "--"]);
        let output = run(command.args(paths)).ok().filter(|output| output.status.success())?;
        let subjects = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for scope in subjects.lines().filter_map(scope) {
            *counts.entry(scope).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(scope, _)| scope.to_owned())
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

/// `cloud` of `fix(cloud)!: mend it`.
fn scope(subject: &str) -> Option<&str> {
    let (head, _) = subject.split_once(": ")?;
    let (kind, scope) = head.trim_end_matches('!').strip_suffix(')')?.split_once('(')?;
    kind.bytes().all(|byte| byte.is_ascii_alphabetic()).then_some(scope)
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
