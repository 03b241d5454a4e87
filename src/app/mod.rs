//! What the commands share: the context of a run, files seen through their containers, versions in git, access,
//! Authelia's configuration around a file, and the flow of every edit.

pub(crate) mod access;
#[cfg(feature = "probe")]
pub(crate) mod addresses;
pub(crate) mod agreement;
pub(crate) mod commits;
pub(crate) mod committed_sources;
pub(crate) mod complete;
pub(crate) mod configuration;
pub(crate) mod context;
pub(crate) mod encrypted;
mod encryption_history;
pub(crate) mod flow;
pub(crate) mod inner;
pub(crate) mod introduced;
pub(crate) mod locked_file;
pub(crate) mod opening;
pub(crate) mod options;
pub(crate) mod output_format;
pub(crate) mod readable;
pub(crate) mod reading;
pub(crate) mod recovery;
pub(crate) mod refusal;
pub(crate) mod reveal;
pub(crate) mod secret;
pub(crate) mod stdin;
pub(crate) mod tasks;
pub(crate) mod unmerged;
mod value_names;
pub(crate) mod versions;

pub(crate) use crate::container::Signals;
pub(crate) use context::Context;
