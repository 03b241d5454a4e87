//! What other programs rely on: JSON Schemas, agepatch.toml.

mod schemas;
mod settings;
