//! sops files: values encrypted one by one, with a data key that is encrypted to each recipient.

mod back;
mod block;
pub mod cipher;
mod dotenv;
pub mod datakey;
mod flat;
mod ini;
pub mod mac;
pub mod metadata;
mod open;
pub mod plain;
mod reading;
#[cfg(test)]
mod recorded;
mod selected;
pub mod selectors;
mod sheet;
pub mod store;
mod shamir;
mod time;
pub mod token;
mod view;
mod yaml;

pub use open::{OpenFile, SealedLeaf, SopsFile};
pub use store::Store;

#[cfg(test)]
mod tests;
