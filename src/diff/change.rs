//! One difference between two values.

use crate::document::{Pointer, Value};

/// What happened to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    Added,
    Removed,
    Changed,
    /// A list's item stands elsewhere in its list.
    Moved,
    /// A list's item has another identity (`client_id`), or a map's entry another key.
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

/// A difference. `before` and `after` are values, not text: `redact` decides what may be seen of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// The place as a path with items by identity, without values that may be secret.
    pub path: String,
    /// The place in the new value (in the old one, when removed).
    pub pointer: Pointer,
    /// The place in the old value, where it differs.
    pub from: Option<Pointer>,
    /// The old value.
    pub before: Option<Value>,
    /// The new value.
    pub after: Option<Value>,
}
