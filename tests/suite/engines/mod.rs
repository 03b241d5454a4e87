//! The formats and the patch language, byte for byte.

mod bounds;
mod inner_documents;
mod patch_language;
mod readers;
mod yaml_aliases;
pub(crate) mod yaml_edits;
mod yaml_positions;
pub(crate) mod yaml_properties;
mod yaml_suite;
