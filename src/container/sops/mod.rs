//! sops files: values encrypted one by one, with a data key that is encrypted to each recipient.

pub mod cipher;
mod flat;
pub mod mac;
pub mod metadata;
pub mod plain;
#[cfg(test)]
mod recorded;
pub mod selectors;
mod time;
pub mod token;
