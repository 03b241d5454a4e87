//! Two values → changes: identity keys, moves, renames; and what a change means.

pub mod change;
mod changes;
mod patch;

pub use change::{Change, ChangeKind};
pub use changes::{changes, counterpart, matching};
pub use patch::as_patch;
