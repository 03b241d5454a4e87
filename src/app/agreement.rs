//! Compares the readers of a file with the rules. An age header does not name its X25519 recipients. What is known of
//! them comes from identities that open the file or fail to, and from the rules at the time of its last encryption.

use std::collections::HashSet;

use super::encryption_history::{changed_since_head, rules_at};
use super::{Context, unmerged};
use crate::container::{self, Agreement, Evidence, Recipients};
use crate::error::Result;
use crate::history::Repository;
use crate::rules::Rule;
use crate::workspace::Target;

impl Context {
    /// Compares the readers of a version of the file with the recipients in the rules. `tried` gives what is known from
    /// identities, if the file does not list all of its readers.
    ///
    /// # Errors
    /// `damaged` if the file does not list its readers.
    pub(crate) fn agreement(
        &self,
        target: &Target,
        bytes: &[u8],
        rule: &Rule,
        tried: impl FnOnce() -> Evidence,
    ) -> Result<Agreement> {
        unmerged::refuse(target, bytes)?;
        let readers = container::detect(&target.display, bytes).recipients()?;
        Ok(self.agreement_of(target, &readers, rule, tried))
    }

    /// Like [`Self::agreement`], for readers that were listed.
    pub(crate) fn agreement_of(
        &self,
        target: &Target,
        readers: &Recipients,
        rule: &Rule,
        tried: impl FnOnce() -> Evidence,
    ) -> Agreement {
        let evidence = match readers.has_untagged() {
            true => self.evidence(target, &container::printable(rule), tried()),
            false => Evidence::default(),
        };
        readers.agreement(rule, &evidence)
    }

    fn evidence(&self, target: &Target, listed: &[String], mut evidence: Evidence) -> Evidence {
        let is_known = |key: &String| evidence.opening.contains(key) || evidence.refused.contains(key);
        if !container::native(listed).all(|key| is_known(&key)) {
            evidence.then = self.recipients_then(target);
        }
        evidence
    }

    /// The X25519 keys that the rules listed for the file when it was last encrypted; `None` if git does not know.
    fn recipients_then(&self, target: &Target) -> Option<HashSet<String>> {
        let workspace = &self.workspace;
        let (root, rules) = (workspace.repository()?, workspace.rules_path()?);
        let repository = self.encryptions.repository.get_or_init(|| Repository::new(root));
        let path = repository.relative(&target.path).ok()?;
        let changed = self.encryptions.changed.get_or_init(|| changed_since_head(repository)).as_ref()?;
        if changed.contains(&path) {
            return None;
        }
        let commit = self.encryptions.commit_of(&path, repository)?;
        let mut known = self.encryptions.rules.borrow_mut();
        let then = known.entry(commit.clone()).or_insert_with(|| rules_at(root, &commit, rules));
        let name = workspace.rule_for(&target.path)?;
        let rule = then.as_ref()?.files.get(&name)?.as_ref().ok()?;
        Some(container::native(&rule.keys).collect())
    }
}
