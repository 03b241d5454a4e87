//! Interfaces for other programs: JSON Schemas, agepatch.toml.

mod schemas;
mod settings;
