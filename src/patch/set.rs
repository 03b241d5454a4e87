//! Patch sets: one document for several files, applied atomically.

use super::operation::Patch;

/// A patch set.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PatchSet {
    /// The tasks that it belongs to.
    pub tasks: Vec<String>,
    /// The type of its conventional commit.
    pub kind: Option<String>,
    /// The scope of its commit.
    pub scope: Option<String>,
    /// The subject of its commit.
    pub message: Option<String>,
    /// How it relates to the tasks.
    pub relation: Option<String>,
    /// The changes, in order.
    pub files: Vec<SetFile>,
}

/// The changes of a patch set to one file.
#[derive(Debug, Clone, PartialEq)]
pub struct SetFile {
    /// The file, as the user named it.
    pub name: String,
    pub patch: Patch,
}

impl PatchSet {
    /// This set followed by `other`. The later set's commit options win; tasks are combined.
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
