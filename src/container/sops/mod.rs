//! sops files: values encrypted individually, with a data key that is encrypted to each recipient.

mod attach;
mod audit;
mod back;
mod block;
mod breaks;
pub mod cipher;
mod create;
pub mod datakey;
mod decrypt;
mod dotenv;
mod file;
mod flat;
mod ini;
pub mod mac;
mod mark_writer;
mod matching;
pub mod metadata;
mod open;
mod parse;
mod part;
pub mod plain;
mod reading;
#[cfg(test)]
mod recorded;
mod regroup;
mod rekey;
mod scanner;
mod selected;
mod shamir;
mod sheet;
mod sops_file;
pub mod store;
mod time;
pub mod token;
mod types;
mod view;
mod written;
mod yaml;

pub use create::{Indents, create};
pub(super) use file::{closed, detect, format_of, format_of_name, new};
pub use open::OpenFile;
pub use sops_file::{SealedLeaf, SopsFile};
pub use store::Store;

#[cfg(test)]
mod layouts;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
