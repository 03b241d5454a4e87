//! Interfaces for other programs: JSON Schemas, output formats, agepatch.toml.

mod output_formats;
mod schemas;
mod settings;
