//! Compares and merges values: identity keys, moves, and renames.

pub mod change;
mod changes;
mod likeness;
pub(crate) mod lines;
pub mod merge;
pub mod name;
mod patch;

pub use crate::document::matching::{Counterparts, counterpart, matching};
pub use change::{Change, ChangeKind};
pub use changes::{additions, changes};
pub use likeness::{ALIKE, likeness};
pub use merge::{Conflict, Deed, Merged, Side, merge};
pub use patch::as_patch;
