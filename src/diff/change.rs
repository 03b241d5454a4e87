//! One difference between two values.

use crate::document::{Pointer, Value};

/// The kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    Added,
    Removed,
    Changed,
    /// A list item is at another position.
    Moved,
    /// A list item has another identity (`client_id`), or a map entry another key.
    Renamed,
}

impl ChangeKind {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Renamed => "renamed",
        }
    }
}

/// A difference. `before` and `after` are values, not text: `redact` decides which may be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub kind: ChangeKind,
    /// The path, with items by identity, without values that may be secret.
    pub path: String,
    /// The place in the new value, or in the old one for a removal.
    pub pointer: Pointer,
    /// The place in the old value, if it differs.
    pub from: Option<Pointer>,
    /// The old value.
    pub before: Option<Value>,
    /// The new value.
    pub after: Option<Value>,
}
