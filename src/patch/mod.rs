//! Patches: operations, their notations, and their application to a document.
//!
//! [`read()`] parses a patch document into a [`Patch`] for one file, or a [`PatchSet`] for several. When it is applied
//! to a [`Session`](crate::document::Session), each operation resolves its path against the value that the previous
//! ones left, fetches its value (from the patch, or through [`Sources`]), and becomes one
//! [`Edit`](crate::document::Edit).

mod apply;
mod generate;
mod merge_patch;
mod notation;
mod operation;
mod read;
mod set;
mod source;

pub use generate::{DEFAULT_LENGTH, generate};
pub use notation::{to_value, to_yaml};
pub use operation::{Action, Operation, Patch};
pub use read::{Input, PatchNotation, read};
pub use set::{PatchSet, SetFile};
pub use source::{Sources, ValueSource};

#[cfg(test)]
mod tests;
