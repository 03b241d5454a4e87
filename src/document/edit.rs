//! What can be done to a document, with places given as JSON Pointers. The `patch` layer makes these from its notations.

use super::pointer::Pointer;
use super::value::Value;

/// One operation. The first seven mean what RFC 6902 says; the others are agepatch's own.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Adds an entry, or an item before the one at this index (`-`: at the end).
    Add { path: Pointer, value: Value },
    /// Takes an entry or item out.
    Remove { path: Pointer },
    /// Puts another value where one is.
    Replace { path: Pointer, value: Value },
    /// Takes the entry at `from` to `path`, with its text.
    Move { from: Pointer, path: Pointer },
    /// Copies the text of the value at `from` to `path`.
    Copy { from: Pointer, path: Pointer },
    /// Fails with `test` unless the value at `path` equals `value`.
    Test { path: Pointer, value: Value },
    /// Adds or replaces; makes missing parent maps.
    Set { path: Pointer, value: Value },
    /// Appends to the list at `path` unless it holds the value already; makes the list when it is missing.
    Append { path: Pointer, value: Value },
    /// Gives the last key of `path` another name, in its place.
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
