//! Walks from the newest commit to the oldest, in the order of `git log`.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::rc::Rc;

use foldhash::fast::RandomState;
use git2::{Commit as Git2Commit, Oid};

use super::objects::trailers;
use super::trees::{Stored, TreeEntry, Trees};
use super::{LibGit2, failed, id, text, unknown};
use crate::error::Result;
use crate::history::backend::Backend;
use crate::history::revision::{Commit, Revision, tasks};

/// The number of commits to search for the newest ones of a file.
const NEWEST: usize = 2_000;

/// The commits to visit: by time, and those with the same time in the order in which they were found.
struct Walk<'r> {
    trees: &'r Trees<'r>,
    waiting: BinaryHeap<(i64, Reverse<usize>, Oid)>,
    /// The commits queued or visited.
    seen: HashSet<Oid, RandomState>,
}

impl<'r> Walk<'r> {
    fn from(start: impl IntoIterator<Item = Oid>, trees: &'r Trees<'r>) -> Result<Self> {
        let mut walk = Self { trees, waiting: BinaryHeap::new(), seen: HashSet::default() };
        start.into_iter().try_for_each(|id| walk.add(id))?;
        Ok(walk)
    }

    fn add(&mut self, id: Oid) -> Result<()> {
        if self.seen.insert(id) {
            let time = self.trees.commit(id)?.time;
            self.waiting.push((time, Reverse(self.seen.len()), id));
        }
        Ok(())
    }

    /// The next commit, its parents, and what is stored in it.
    fn next(&mut self) -> Result<Option<(Oid, Rc<Stored>)>> {
        let Some((_, _, id)) = self.waiting.pop() else { return Ok(None) };
        let commit = self.trees.commit(id)?;
        commit.parents.iter().try_for_each(|parent| self.add(*parent))?;
        Ok(Some((id, commit)))
    }
}

impl LibGit2 {
    /// The revisions of the file, followed through its renames.
    pub(super) fn followed(&self, from: &str, path: &str) -> Result<Vec<Revision>> {
        let from = self.commit_id(from)?.ok_or_else(|| unknown("no such commit"))?;
        let trees = self.trees()?;
        let mut walk = Walk::from([id(&from)?], &trees)?;
        let short = self.short_length()?;
        let mut path = path.to_owned();
        let mut revisions = Vec::new();
        while let Some((id, commit)) = walk.next()? {
            let Some((now, mut before)) = changed(&trees, &commit, path.as_bytes())? else { continue };
            let here = path.clone();
            if let ([None], Some(now), [parent]) = (before.as_slice(), now, commit.parents.as_slice())
                && let Some((source, entry)) = self.source(*parent, id, &path, now.id)?
            {
                path = source;
                before = vec![Some(entry)];
            }
            let name = |entry: Option<TreeEntry>| entry.map(|entry| entry.id.to_string());
            let commit = self.described(id, short)?;
            let parents = before.into_iter().map(name).collect();
            revisions.push(Revision { commit, path: here, blob: name(now), parents });
        }
        Ok(revisions)
    }

    /// The newest commits of these files, among the last [`NEWEST`].
    pub(super) fn commits_of(&self, paths: &[String], most: usize) -> Result<Vec<Commit>> {
        let head = self.commit_id("HEAD")?.ok_or_else(|| unknown("no commit yet"))?;
        let trees = self.trees()?;
        let mut walk = Walk::from([id(&head)?], &trees)?;
        let short = super::objects::SHORT;
        let mut found = Vec::new();
        for _ in 0..NEWEST {
            let Some((id, commit)) = walk.next()? else { break };
            let mut touches = false;
            for path in paths {
                touches |= changed(&trees, &commit, path.as_bytes())?.is_some();
            }
            if touches {
                found.push(self.described(id, short)?);
            }
            if found.len() >= most {
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
        let mut walk = Walk::from(starts, &trees)?;
        while let Some((id, commit)) = walk.next()? {
            if let Some((Some(entry), _)) = changed(&trees, &commit, path.as_bytes())?
                && entry.id == blob
            {
                return self.described(id, self.short_length()?).map(Some);
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

fn changed(trees: &Trees<'_>, commit: &Stored, path: &[u8]) -> Result<Option<Changed>> {
    let at = |tree: Oid| Ok(trees.entry(tree, path)?.filter(|entry| entry.is_file()));
    let now = at(commit.tree)?;
    let mut before = Vec::new();
    for parent in &commit.parents {
        let entry = at(trees.commit(*parent)?.tree)?;
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
