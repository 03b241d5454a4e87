//! Compares and merges values: identity keys, moves, and renames.

pub mod change;
mod changes;
mod likeness;
pub(crate) mod lines;
pub mod name;
mod patch;
pub mod three_way;

pub use crate::document::matching::{Counterparts, counterpart, matching};
pub use change::{Change, ChangeKind};
pub use changes::{additions, changes, removals};
pub use likeness::{ALIKE, likeness};
pub use patch::as_patch;
pub use three_way::{Conflict, Merged, Side, SideChange, merge};
