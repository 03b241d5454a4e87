//! Two values → changes: identity keys, moves, renames; and what a change means.

pub mod change;
mod changes;

pub use change::{Change, ChangeKind};
pub use changes::{changes, counterpart, matching};
