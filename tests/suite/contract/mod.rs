//! What other programs rely on: JSON Schemas, agepatch.toml.

pub(crate) mod schemas;
mod settings;
