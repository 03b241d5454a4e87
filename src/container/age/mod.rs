//! age files: headers, recipients, and plugins; decrypts and encrypts in memory.

mod binary;
mod file;
pub(super) mod header;
mod open;
pub(super) mod plugin;
mod recipient;
mod seal;

pub(super) use binary::{Binary, is_armored};
pub(super) use file::{AgeFile, create};
pub(super) use header::{is_age, is_binary, tags};
pub use open::PLUGIN_FAILED;
pub(super) use open::{is_for, open, open_for};
pub use recipient::{RefusedRecipient, Unusable};
pub(super) use recipient::{each, is_native, refusals, without_comment};
pub(super) use seal::{AgeRecipients, seal};

#[cfg(test)]
mod vectors;
