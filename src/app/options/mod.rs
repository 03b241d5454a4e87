//! Options that several commands take.

mod commit;
mod edit;
mod global;
mod read;
mod value;

pub(crate) use commit::{CommitOptions, Relation};
pub(crate) use edit::EditOptions;
pub(crate) use global::Global;
pub(crate) use read::ReadOptions;
pub(crate) use value::{GENERATED_LENGTH, ValueArgs};
