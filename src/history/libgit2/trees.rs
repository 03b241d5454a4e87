//! Reads single entries of commits and trees from their stored form: a walk of thousands of commits needs nothing else.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

use foldhash::fast::RandomState;
use git2::{ObjectType, Odb, OdbObject, Oid};

use super::{LibGit2, failed, unknown};
use crate::error::Result;

/// The number of commits, and of trees, to cache before the cache is cleared.
const REMEMBERED: usize = 1 << 16;

/// The same for trees that are kept as they are.
const RECENT: usize = 64;

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
    commits: RefCell<HashMap<Oid, Rc<Stored>, RandomState>>,
    /// The trees that were compared last: most are compared with the one before and with the one behind.
    bytes: RefCell<HashMap<Oid, Rc<Vec<u8>>, RandomState>>,
}

impl LibGit2 {
    /// A reader of commits and trees.
    pub(super) fn trees(&self) -> Result<Trees<'_>> {
        Ok(Trees {
            odb: self.repository.odb().map_err(failed)?,
            known: RefCell::default(),
            commits: RefCell::default(),
            bytes: RefCell::default(),
        })
    }
}

impl Trees<'_> {
    /// An object, which must be of this kind.
    fn object(&self, id: Oid, kind: ObjectType) -> Result<OdbObject<'_>> {
        let object = self.odb.read(id).map_err(failed)?;
        match object.kind() == kind {
            true => Ok(object),
            false => Err(unknown("an object of another kind")),
        }
    }

    pub(super) fn commit(&self, id: Oid) -> Result<Rc<Stored>> {
        if let Some(known) = self.commits.borrow().get(&id) {
            return Ok(Rc::clone(known));
        }
        let object = self.object(id, ObjectType::Commit)?;
        let commit = Rc::new(stored(object.data()).ok_or_else(|| unknown("a commit that cannot be read"))?);
        remember(&self.commits, REMEMBERED, id, Rc::clone(&commit));
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
        let object = self.object(tree, ObjectType::Tree)?;
        let here = entry_of(object.data(), name)?;
        drop(object);
        let found = match (here, rest) {
            (Some(folder), Some(rest)) if folder.is_folder() => self.entry(folder.id, rest)?,
            (_, Some(_)) => None,
            (here, None) => here,
        };
        remember(&self.known, REMEMBERED, key, found);
        Ok(found)
    }

    /// The bytes of a tree.
    fn bytes(&self, tree: Oid) -> Result<Rc<Vec<u8>>> {
        if let Some(known) = self.bytes.borrow().get(&tree) {
            return Ok(Rc::clone(known));
        }
        let bytes = Rc::new(self.object(tree, ObjectType::Tree)?.data().to_vec());
        remember(&self.bytes, RECENT, tree, Rc::clone(&bytes));
        Ok(bytes)
    }

    /// Calls `visit` with the path and the entry of each file in a tree that `before` does not have the same.
    pub(super) fn new_entries(
        &self,
        before: Option<Oid>,
        tree: Oid,
        visit: &mut dyn FnMut(&[u8], TreeEntry),
    ) -> Result<()> {
        self.new_entries_below(before, tree, &mut Vec::new(), visit)
    }

    /// `folder` is the path of the trees, with a slash at its end unless it is empty.
    fn new_entries_below(
        &self,
        before: Option<Oid>,
        tree: Oid,
        folder: &mut Vec<u8>,
        visit: &mut dyn FnMut(&[u8], TreeEntry),
    ) -> Result<()> {
        if before == Some(tree) {
            return Ok(());
        }
        let old = before.map(|before| self.bytes(before)).transpose()?;
        let new = self.bytes(tree)?;
        let mut old = entries(old.as_ref().map_or(&[], |old| old)).peekable();
        for entry in entries(&new) {
            let (entry, name) = entry?;
            // Both are in the order of git, in which the name of a folder ends with a slash.
            while old.next_if(|one| one.as_ref().is_ok_and(|one| order(one).lt(order(&(entry, name))))).is_some() {}
            let beside = old.peek().and_then(|one| one.as_ref().ok()).filter(|one| one.1 == name).map(|one| one.0);
            if beside == Some(entry) {
                continue;
            }
            let length = folder.len();
            folder.extend_from_slice(name);
            if entry.is_folder() {
                folder.push(b'/');
                let before = beside.filter(|beside| beside.is_folder()).map(|beside| beside.id);
                self.new_entries_below(before, entry.id, folder, visit)?;
            } else if entry.is_file() {
                visit(folder, entry);
            }
            folder.truncate(length);
        }
        Ok(())
    }
}

/// Adds to a cache, which is cleared when it holds `most`.
fn remember<K: Eq + Hash, V>(cache: &RefCell<HashMap<K, V, RandomState>>, most: usize, key: K, value: V) {
    let mut cache = cache.borrow_mut();
    if cache.len() >= most {
        cache.clear();
    }
    cache.insert(key, value);
}

/// The entries of a tree, each with its name.
fn entries(mut bytes: &[u8]) -> impl Iterator<Item = Result<(TreeEntry, &[u8])>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let Some((entry, name, rest)) = first_entry(bytes) else {
            bytes = &[];
            return Some(Err(unknown("a tree that cannot be read")));
        };
        bytes = rest;
        Some(Ok((entry, name)))
    })
}

/// What git sorts an entry by.
fn order<'n>((entry, name): &(TreeEntry, &'n [u8])) -> impl Iterator<Item = &'n u8> {
    name.iter().chain(entry.is_folder().then_some(&b'/'))
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
fn entry_of(bytes: &[u8], name: &[u8]) -> Result<Option<TreeEntry>> {
    for entry in entries(bytes) {
        let (entry, own_name) = entry?;
        if own_name == name {
            return Ok(Some(entry));
        }
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
