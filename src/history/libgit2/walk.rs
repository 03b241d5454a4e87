//! Walks from the newest commit to the oldest, in the order of `git log`.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use foldhash::fast::RandomState;
use git2::{Commit as Git2Commit, Oid};

use super::objects::trailers;
use super::trees::{TreeEntry, Trees};
use super::{LibGit2, failed, id, text, unknown};
use crate::error::Result;
use crate::history::backend::{Backend, IndexEntry};
use crate::history::revision::{Commit, Revision, tasks};

/// The number of commits to search for the newest ones of a file.
const NEWEST: usize = 2_000;

/// The commits to visit: by time, and those with the same time in the order in which they were found.
struct Walk<'r> {
    commits: Trees<'r>,
    waiting: BinaryHeap<(i64, Reverse<usize>, Oid)>,
    /// The commits queued or visited.
    seen: HashSet<Oid, RandomState>,
}

/// A commit that a walk came to.
struct Visited {
    id: Oid,
    tree: Oid,
    /// Its parents, each with its tree.
    parents: Vec<(Oid, Oid)>,
}

impl<'r> Walk<'r> {
    fn from(start: impl IntoIterator<Item = Oid>, commits: Trees<'r>) -> Result<Self> {
        let mut walk = Self { commits, waiting: BinaryHeap::new(), seen: HashSet::default() };
        start.into_iter().try_for_each(|id| walk.add(id))?;
        Ok(walk)
    }

    fn add(&mut self, id: Oid) -> Result<()> {
        if self.seen.insert(id) {
            let time = self.commits.commit(id)?.time;
            self.waiting.push((time, Reverse(self.seen.len()), id));
        }
        Ok(())
    }

    fn visit(&mut self, id: Oid) -> Result<Visited> {
        let commit = self.commits.commit(id)?;
        commit.parents.iter().try_for_each(|parent| self.add(*parent))?;
        let parents = commit.parents.iter().map(|parent| Ok((*parent, self.commits.commit(*parent)?.tree)));
        Ok(Visited { id, tree: commit.tree, parents: parents.collect::<Result<_>>()? })
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<Visited>;

    fn next(&mut self) -> Option<Result<Visited>> {
        let (_, _, id) = self.waiting.pop()?;
        Some(self.visit(id))
    }
}

impl LibGit2 {
    /// The revisions of the file, followed through its renames.
    pub(super) fn followed(&self, from: &str, path: &str, found: &dyn Fn(&Revision)) -> Result<Vec<Revision>> {
        let from = self.commit_id(from)?.ok_or_else(|| unknown("no such commit"))?;
        let start = id(&from)?;
        let trees = self.trees()?;
        let short = self.short_length()?;
        let mut path = path.to_owned();
        let mut revisions = Vec::new();
        for visited in Walk::from([start], self.trees()?)? {
            let visited = visited?;
            let Some((now, mut before)) = changed(&trees, &visited, path.as_bytes())? else { continue };
            let here = path.clone();
            if let ([None], Some(now), [(parent, _)]) = (before.as_slice(), now, visited.parents.as_slice())
                && let Some((source, entry)) = self.source(*parent, visited.id, &path, now.id)?
            {
                path = source;
                before = vec![Some(entry)];
            }
            let name = |entry: Option<TreeEntry>| entry.map(|entry| entry.id.to_string());
            let commit = self.described(visited.id, short)?;
            let parents = before.into_iter().map(name).collect();
            let revision = Revision { commit, path: here, blob: name(now), parents };
            found(&revision);
            revisions.push(revision);
        }
        Ok(revisions)
    }

    /// The newest commits of these files, among the last [`NEWEST`].
    pub(super) fn commits_of(&self, paths: &[String], most: usize) -> Result<Vec<Commit>> {
        let head = self.commit_id("HEAD")?.ok_or_else(|| unknown("no commit yet"))?;
        let trees = self.trees()?;
        let short = super::objects::SHORT;
        let mut found = Vec::new();
        for visited in Walk::from([id(&head)?], self.trees()?)?.take(NEWEST) {
            let visited = visited?;
            let mut touches = false;
            for path in paths {
                touches |= changed(&trees, &visited, path.as_bytes())?.is_some();
            }
            if touches {
                found.push(self.described(visited.id, short)?);
            }
            if found.len() >= most {
                break;
            }
        }
        Ok(found)
    }

    /// The newest commit, among the last [`NEWEST`], that gave each file its blob.
    pub(super) fn introducing(&self, files: &[IndexEntry]) -> Result<HashMap<String, String>> {
        let head = self.commit_id("HEAD")?.ok_or_else(|| unknown("no commit yet"))?;
        let trees = self.trees()?;
        let mut wanted: HashMap<&[u8], Oid> = HashMap::new();
        for file in files {
            wanted.insert(file.path.as_bytes(), id(&file.blob)?);
        }
        let mut found = HashMap::new();
        for visited in Walk::from([id(&head)?], self.trees()?)?.take(NEWEST) {
            let visited = visited?;
            let mut parents = visited.parents.iter().map(|(_, tree)| *tree);
            let mut new = Vec::new();
            trees.new_entries(parents.next(), visited.tree, &mut |path, entry| {
                if wanted.get(path) == Some(&entry.id) {
                    new.push(path.to_owned());
                }
            })?;
            let others: Vec<Oid> = parents.collect();
            for path in new {
                let entry = trees.entry(visited.tree, &path)?;
                let is_old = |parent: &Oid| Ok(trees.entry(*parent, &path)? == entry);
                if !others.iter().map(is_old).collect::<Result<Vec<bool>>>()?.contains(&true) {
                    wanted.remove(path.as_slice());
                    found.insert(text(&path), visited.id.to_string());
                }
            }
            if wanted.is_empty() {
                break;
            }
        }
        Ok(found)
    }

    /// The newest commit on any reference that added the blob at this path.
    pub(super) fn with_blob(&self, blob: &str, path: &str) -> Result<Option<Commit>> {
        let blob = id(blob)?;
        let references = self.repository.references().map_err(failed)?.flatten();
        let mut starts: Vec<Oid> =
            references.filter_map(|reference| Some(reference.peel_to_commit().ok()?.id())).collect();
        starts.extend(self.repository.head().and_then(|head| head.peel_to_commit()).map(|head| head.id()));
        let trees = self.trees()?;
        for visited in Walk::from(starts, self.trees()?)? {
            let visited = visited?;
            if let Some((Some(entry), _)) = changed(&trees, &visited, path.as_bytes())?
                && entry.id == blob
            {
                return self.described(visited.id, self.short_length()?).map(Some);
            }
        }
        Ok(None)
    }

    fn described(&self, id: Oid, short: usize) -> Result<Commit> {
        let commit = self.repository.find_commit(id).map_err(failed)?;
        if !matches!(commit.message_encoding(), Ok(None)) {
            return Err(unknown("a message in an encoding that git converts"));
        }
        let full = id.to_string();
        let author = commit.author();
        let trailers = trailers(&text(commit.message_bytes()))?;
        Ok(Commit {
            short: full.chars().take(short).collect(),
            id: full,
            date: date(&commit).ok_or_else(|| unknown("a date that cannot be read"))?,
            author: text(author.name_bytes()),
            subject: text(commit.summary_bytes().unwrap_or_default()),
            tasks: tasks(trailers.iter().map(|(token, value)| (token.as_str(), value.as_str()))),
        })
    }
}

/// The entry at the path, and in each parent (the first commit has one empty parent), if it differs from all of them.
type Changed = (Option<TreeEntry>, Vec<Option<TreeEntry>>);

fn changed(trees: &Trees<'_>, visited: &Visited, path: &[u8]) -> Result<Option<Changed>> {
    let at = |tree: Oid| Ok(trees.entry(tree, path)?.filter(|entry| entry.is_file()));
    let now = at(visited.tree)?;
    let mut before = Vec::new();
    for (_, tree) in &visited.parents {
        let entry = at(*tree)?;
        if entry == now {
            return Ok(None);
        }
        before.push(entry);
    }
    if before.is_empty() {
        before.push(None);
        if now.is_none() {
            return Ok(None);
        }
    }
    Ok(Some((now, before)))
}

/// The author's date in the author's time zone.
fn date(commit: &Git2Commit<'_>) -> Option<String> {
    let when = commit.author().when();
    let local = jiff::Timestamp::from_second(when.seconds() + i64::from(when.offset_minutes()) * 60).ok()?;
    Some(local.strftime("%Y-%m-%d").to_string())
}
