//! age files: headers, recipients, plugins; decrypting and encrypting in memory.

mod binary;
mod file;
pub(super) mod header;
mod open;
pub(super) mod plugin;
mod seal;

pub(super) use binary::{Binary, is_armored};
pub(super) use file::{AgeFile, create};
pub(super) use header::tags;
pub use open::PLUGIN_FAILED;
pub(super) use open::{is_age, open};
pub(super) use seal::{Recipients, each, is_native, seal, without_comment};

#[cfg(test)]
mod vectors;
