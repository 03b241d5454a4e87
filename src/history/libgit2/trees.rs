//! Reads single entries of commits and trees from their stored form: a walk of thousands of commits needs nothing else.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use git2::{ObjectType, Odb, Oid};

use super::{LibGit2, failed, unknown};
use crate::error::Result;

/// The number of commits, and of trees, to cache before the cache is cleared.
const REMEMBERED: usize = 1 << 16;

/// The parts of a commit that a walk needs.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) tree: Oid,
    pub(super) parents: Vec<Oid>,
    /// The commit time in seconds.
    pub(super) time: i64,
}

/// An entry of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TreeEntry {
    mode: u32,
    pub(super) id: Oid,
}

impl TreeEntry {
    /// Whether it is a file or a link, not a folder or a submodule.
    pub(super) fn is_file(self) -> bool {
        matches!(self.mode & 0o170_000, 0o100_000 | 0o120_000)
    }

    fn is_folder(self) -> bool {
        self.mode & 0o170_000 == 0o040_000
    }
}

/// A tree, and the rest of a path below it.
type TreePath = (Oid, Vec<u8>);

/// Reads commits and trees, and caches the entry at each path.
pub(super) struct Trees<'r> {
    odb: Odb<'r>,
    known: RefCell<HashMap<TreePath, Option<TreeEntry>, RandomState>>,
    /// A walk reads each commit when it is found, when it is visited, and once for each child.
    commits: RefCell<HashMap<Oid, Arc<Stored>, RandomState>>,
}

impl LibGit2 {
    /// A reader of commits and trees.
    pub(super) fn trees(&self) -> Result<Trees<'_>> {
        Ok(Trees {
            odb: self.repository.odb().map_err(failed)?,
            known: RefCell::default(),
            commits: RefCell::default(),
        })
    }
}

impl Trees<'_> {
    pub(super) fn commit(&self, id: Oid) -> Result<Arc<Stored>> {
        if let Some(known) = self.commits.borrow().get(&id) {
            return Ok(Arc::clone(known));
        }
        let object = self.odb.read(id).map_err(failed)?;
        if object.kind() != ObjectType::Commit {
            return Err(unknown("not a commit"));
        }
        let commit = stored(object.data()).ok_or_else(|| unknown("a commit that cannot be read"))?;
        let commit = Arc::new(commit);
        let mut commits = self.commits.borrow_mut();
        if commits.len() >= REMEMBERED {
            commits.clear();
        }
        commits.insert(id, Arc::clone(&commit));
        Ok(commit)
    }

    /// The entry at a path below a tree; `None` if there is none.
    pub(super) fn entry(&self, tree: Oid, path: &[u8]) -> Result<Option<TreeEntry>> {
        let key = (tree, path.to_vec());
        if let Some(known) = self.known.borrow().get(&key) {
            return Ok(*known);
        }
        let (name, rest) = match path.iter().position(|byte| *byte == b'/') {
            Some(slash) => (&path[..slash], Some(&path[slash + 1..])),
            None => (path, None),
        };
        let object = self.odb.read(tree).map_err(failed)?;
        if object.kind() != ObjectType::Tree {
            return Err(unknown("not a tree"));
        }
        let here = entry_of(object.data(), name)?;
        drop(object);
        let found = match (here, rest) {
            (Some(folder), Some(rest)) if folder.is_folder() => self.entry(folder.id, rest)?,
            (_, Some(_)) => None,
            (here, None) => here,
        };
        let mut known = self.known.borrow_mut();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(key, found);
        Ok(found)
    }
}

/// Parses `tree <id>`, `parent <id>` for each parent, the author, and `committer <name> <address> <seconds> <zone>`.
fn stored(bytes: &[u8]) -> Option<Stored> {
    let oid = |line: &[u8]| Oid::from_str(std::str::from_utf8(line).ok()?).ok();
    let mut lines = bytes.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
    let tree = oid(lines.next()?.strip_prefix(b"tree ")?)?;
    let mut parents = Vec::new();
    let mut line = lines.next()?;
    while let Some(parent) = line.strip_prefix(b"parent ") {
        parents.push(oid(parent)?);
        line = lines.next()?;
    }
    let committer = lines.find_map(|line| line.strip_prefix(b"committer "))?;
    let seconds = committer.rsplit(|byte| *byte == b' ').nth(1)?;
    Some(Stored { tree, parents, time: std::str::from_utf8(seconds).ok()?.parse().ok()? })
}

/// The entry of this name in a tree, which consists of `<mode> <name>`, a zero byte, and 20 bytes of id for each entry.
///
/// # Errors
/// For a damaged tree.
fn entry_of(mut bytes: &[u8], name: &[u8]) -> Result<Option<TreeEntry>> {
    while !bytes.is_empty() {
        let (entry, own_name, rest) = first_entry(bytes).ok_or_else(|| unknown("a tree that cannot be read"))?;
        if own_name == name {
            return Ok(Some(entry));
        }
        bytes = rest;
    }
    Ok(None)
}

/// The first entry of a tree, its name, and the rest.
fn first_entry(bytes: &[u8]) -> Option<(TreeEntry, &[u8], &[u8])> {
    let zero = bytes.iter().position(|byte| *byte == 0)?;
    let (head, rest) = (&bytes[..zero], &bytes[zero + 1..]);
    let (id, rest) = rest.split_at_checked(20)?;
    let space = head.iter().position(|byte| *byte == b' ')?;
    let mode = u32::from_str_radix(std::str::from_utf8(&head[..space]).ok()?, 8).ok()?;
    Some((TreeEntry { mode, id: Oid::from_bytes(id).ok()? }, &head[space + 1..], rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_commits_and_trees_are_read_and_damaged_ones_are_not() {
        let a = "a".repeat(40);
        let text = format!("tree {a}\nparent {a}\nparent {a}\nauthor A <a> 1 +0000\ncommitter B <b> 17 +0100\n\nx");
        let commit = stored(text.as_bytes()).expect("a commit");
        assert_eq!((commit.parents.len(), commit.time), (2, 17));
        assert!(stored(b"tree x\n\n").is_none());
        let tree = [&b"100644 a.age\0"[..], &[7; 20], b"40000 b\0", &[8; 20]].concat();
        let entry = entry_of(&tree, b"b").expect("a tree").expect("an entry");
        assert!(entry.is_folder() && !entry.is_file());
        assert_eq!(entry_of(&tree, b"c").expect("a tree"), None);
        assert!(entry_of(&tree[..20], b"b").is_err());
    }
}
