//! Finds the repository, `secrets.nix`, `agepatch.toml`, and the file that a name refers to.

mod attributes;
mod config;
mod discovery;
mod files;
mod glob;
mod public;
mod relying_party;
mod target;
mod trust;

pub use attributes::{SopsAttributes, covers, escaped};
pub use config::{CommitSettings, Config, FileSettings, RelyingParty, SecretPlace};
pub use discovery::Workspace;
pub use files::{age_files, rules_files};
pub use public::PublicPlaces;
pub use target::{Inner, Target, document_and_path};
pub use trust::{OutsideSetting, Trusted, trusted};
