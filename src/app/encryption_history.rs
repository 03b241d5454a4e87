//! What git knows about when files were last encrypted.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::history::Repository;
use crate::rules::Rules;

/// Read from git when first needed.
#[derive(Default)]
pub(crate) struct EncryptionHistory {
    /// The files that differ from HEAD, relative to the root; `None` if the history is not complete.
    pub(super) changed: OnceCell<Option<HashSet<String>>>,
    /// The rules of each commit; `None` if they cannot be read.
    pub(super) rules: RefCell<HashMap<String, Option<Rules>>>,
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
