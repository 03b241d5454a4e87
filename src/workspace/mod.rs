//! Finds the repository, `secrets.nix`, `agepatch.toml`, and the file that a name refers to.

mod attributes;
mod config;
mod consent;
mod discovery;
mod files;
mod glob;
mod outside_setting;
mod public;
mod regex_globs;
mod relying_party;
mod target;
mod trust;

pub use attributes::{SopsAttributes, covers, escaped};
pub use config::{CommitSettings, Config, FileSettings, RelyingParty, SecretPlace};
pub use consent::{Trusted, trusted};
pub use discovery::Workspace;
pub use files::{age_files, rules_files};
pub use outside_setting::OutsideSetting;
pub use public::PublicPlaces;
pub(crate) use target::file_part;
pub use target::{Inner, Target, document_and_path};
