//! Patch sets: one document for several files, applied atomically.

use super::operation::Patch;

/// A patch set.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PatchSet {
    /// The tasks it belongs to.
    pub tasks: Vec<String>,
    /// The conventional type of its commit.
    pub kind: Option<String>,
    /// The scope of its commit.
    pub scope: Option<String>,
    /// The subject of its commit.
    pub message: Option<String>,
    /// How it belongs to the tasks.
    pub relation: Option<String>,
    /// What is to be done, in order.
    pub files: Vec<SetFile>,
}

/// What a patch set does to one file.
#[derive(Debug, Clone, PartialEq)]
pub struct SetFile {
    /// The file, as the user names it.
    pub name: String,
    /// What is done to it.
    pub patch: Patch,
}

impl PatchSet {
    /// This set and then `other`, as one. Where both say something of the commit, the later one counts; tasks add up.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        for task in other.tasks {
            if !self.tasks.contains(&task) {
                self.tasks.push(task);
            }
        }
        self.kind = other.kind.or(self.kind);
        self.scope = other.scope.or(self.scope);
        self.message = other.message.or(self.message);
        self.relation = other.relation.or(self.relation);
        self.files.extend(other.files);
        self
    }
}
