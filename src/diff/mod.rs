//! Two values → changes: identity keys, moves, renames; and what a change means.

pub mod change;

pub use change::{Change, ChangeKind};
