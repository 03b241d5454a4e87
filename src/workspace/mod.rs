//! Finds the repository, `secrets.nix`, `agepatch.toml`, and the file that a name refers to.

mod attributes;
mod config;
mod consent;
mod discovery;
mod document_name;
mod files;
mod glob;
mod lookup;
mod missing;
mod outside_setting;
mod public;
mod regex_globs;
mod relying_party;
mod target;
mod trust;
mod without_dots;

pub(crate) use attributes::covers;
pub(crate) use config::{Config, FileSettings, RelyingParty, SecretPlace};
pub(crate) use consent::{Trusted, trusted};
pub(crate) use discovery::Workspace;
pub(crate) use document_name::{document_and_path, file_part};
pub(crate) use files::{age_files, rules_files};
pub(crate) use glob::escaped;
pub(crate) use outside_setting::OutsideSetting;
pub(crate) use public::PublicPlaces;
pub(crate) use target::{Inner, Target};
