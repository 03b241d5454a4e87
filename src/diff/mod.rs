//! Two values → changes: identity keys, moves, renames; and what a change means.

pub mod change;
mod changes;
mod matching;
pub mod merge;
mod name;
mod patch;

pub use change::{Change, ChangeKind};
pub use changes::changes;
pub use matching::{counterpart, matching};
pub use merge::{Conflict, Deed, Merged, Side, merge};
pub use patch::as_patch;
