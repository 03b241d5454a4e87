//! Operations on a document, with places as JSON Pointers. The `patch` layer creates them from its notations.

use super::pointer::Pointer;
use super::value::Value;

/// One operation. The first six are those of RFC 6902; the others are agepatch's own.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Adds an entry, or inserts an item before the one at this index (`-` for the end).
    Add { path: Pointer, value: Value },
    /// Removes an entry or an item.
    Remove { path: Pointer },
    /// Replaces an existing value.
    Replace { path: Pointer, value: Value },
    /// Moves the entry at `from` to `path`, with its text.
    Move { from: Pointer, path: Pointer },
    /// Copies the text of the value at `from` to `path`.
    Copy { from: Pointer, path: Pointer },
    /// Fails with `test` unless the value at `path` equals `value`.
    Test { path: Pointer, value: Value },
    /// Adds or replaces; creates missing parent maps.
    Set { path: Pointer, value: Value },
    /// Appends to the list at `path` unless it contains the value; creates a missing list.
    Append { path: Pointer, value: Value },
    /// Renames the last key of `path`, in its place.
    Rename { path: Pointer, to: String },
}

impl Edit {
    pub(super) fn paths(&self) -> impl Iterator<Item = &Pointer> {
        let (from, path) = match self {
            Self::Move { from, path } | Self::Copy { from, path } => (Some(from), path),
            Self::Add { path, .. }
            | Self::Remove { path }
            | Self::Replace { path, .. }
            | Self::Test { path, .. }
            | Self::Set { path, .. }
            | Self::Append { path, .. }
            | Self::Rename { path, .. } => (None, path),
        };
        from.into_iter().chain([path])
    }
}
