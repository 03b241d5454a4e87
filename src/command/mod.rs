//! One file per command: its arguments, what it does, what it prints. Each is a short story: resolve the file, open, edit,
//! check, seal, replace, report, commit.

pub(crate) mod add;
pub(crate) mod agenix;
pub(crate) mod apply;
pub(crate) mod blame;
pub(crate) mod check;
pub(crate) mod client;
pub(crate) mod commit;
pub(crate) mod completions;
pub(crate) mod convert;
pub(crate) mod demo;
pub(crate) mod diagnose;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod edit;
pub(crate) mod explain;
pub(crate) mod get;
pub(crate) mod git;
pub(crate) mod jj;
pub(crate) mod log;
pub(crate) mod man;
#[cfg(feature = "mcp")]
pub(crate) mod mcp;
pub(crate) mod merge_file;
pub(crate) mod recipients;
pub(crate) mod rekey;
pub(crate) mod remove;
pub(crate) mod restore;
pub(crate) mod schema;
pub(crate) mod set;
pub(crate) mod show;
pub(crate) mod status;
pub(crate) mod textconv;
pub(crate) mod trust;
pub(crate) mod unset;
pub(crate) mod write;
