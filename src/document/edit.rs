//! What can be done to a document, with places given as JSON Pointers. The `patch` layer makes these from its notations.

use super::pointer::Pointer;
use super::value::Value;

/// One operation. The first seven mean what RFC 6902 says; the others are agepatch's own.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Adds an entry, or an item before the one at this index (`-`: at the end).
    Add {
        /// Where.
        path: Pointer,
        /// What.
        value: Value,
    },
    /// Takes an entry or item out.
    Remove {
        /// Where.
        path: Pointer,
    },
    /// Puts another value where one is.
    Replace {
        /// Where.
        path: Pointer,
        /// What.
        value: Value,
    },
    /// Takes the entry at `from` to `path`, with its text.
    Move {
        /// From where.
        from: Pointer,
        /// To where.
        path: Pointer,
    },
    /// Copies the text of the value at `from` to `path`.
    Copy {
        /// From where.
        from: Pointer,
        /// To where.
        path: Pointer,
    },
    /// Fails with `test` unless the value at `path` equals `value`.
    Test {
        /// Where.
        path: Pointer,
        /// What should be there.
        value: Value,
    },
    /// Adds or replaces; makes missing parent maps.
    Set {
        /// Where.
        path: Pointer,
        /// What.
        value: Value,
    },
    /// Appends to the list at `path` unless it holds the value already; makes the list when it is missing.
    Append {
        /// Which list.
        path: Pointer,
        /// What.
        value: Value,
    },
    /// Gives the last key of `path` another name, in its place.
    Rename {
        /// Which entry.
        path: Pointer,
        /// The new key.
        to: String,
    },
}

impl Edit {
    /// The places it names.
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
