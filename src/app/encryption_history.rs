//! What git knows about when files were last encrypted.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::encrypted::is_called_age;
use crate::history::{IndexEntry, Repository};
use crate::rules::Rules;

/// Read from git when first needed.
#[derive(Default)]
pub(crate) struct EncryptionHistory {
    pub(super) repository: OnceCell<Repository>,
    /// The files that differ from HEAD, relative to the root; `None` if the history is not complete.
    pub(super) changed: OnceCell<Option<HashSet<String>>>,
    /// The commits that last encrypted the files, by path below the root; `None` for those that are not known.
    commits: RefCell<HashMap<String, Option<String>>>,
    /// The rules of each commit; `None` if they cannot be read.
    pub(super) rules: RefCell<HashMap<String, Option<Rules>>>,
}

impl EncryptionHistory {
    /// The commit that last encrypted the file with this path below the root. One walk looks for those of all age files.
    pub(super) fn commit_of(&self, path: &str, repository: &Repository) -> Option<String> {
        if let Some(known) = self.commits.borrow().get(path) {
            return known.clone();
        }
        let mut commits = self.commits.borrow_mut();
        let is_wanted = |entry: &IndexEntry| entry.path == path || is_called_age(entry.path.as_ref());
        let wanted: Vec<IndexEntry> = repository.tracked().ok()?.into_iter().filter(is_wanted).collect();
        let mut found = repository.introductions(&wanted).ok()?;
        commits.extend(wanted.into_iter().map(|entry| (entry.path.clone(), found.remove(&entry.path))));
        commits.entry(path.to_owned()).or_default().clone()
    }
}

/// The files that differ from HEAD. `None` in a shallow clone, where the last commit that changed a file is unknown.
pub(super) fn changed_since_head(repository: &Repository) -> Option<HashSet<String>> {
    let is_complete = !repository.shared_folder().ok()?.join("shallow").exists();
    is_complete.then(|| repository.changed_since_head().ok()).flatten().map(|paths| paths.into_iter().collect())
}

/// The rules of a commit, read without running Nix.
pub(super) fn rules_at(root: &Path, commit: &str, rules: &Path) -> Option<Rules> {
    let root = root.canonicalize().ok()?;
    let rules = rules.canonicalize().ok()?;
    let (folders, commit) = ([root.clone()], commit.to_owned());
    let texts = move |path: &Path| {
        let repository = Repository::new(&root);
        let path = repository.relative(path).ok()?;
        String::from_utf8(repository.blob(&commit, &path).ok()??).ok()
    };
    Rules::load_revision(&rules, &folders, texts).ok()
}
