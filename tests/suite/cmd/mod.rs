//! One file per command: input, output, exit codes.

mod add;
mod agenix;
mod apply;
mod blame;
mod check;
mod check_encrypted;
mod check_filters;
mod check_findings;
mod client;
#[cfg(feature = "probe")]
mod client_probe;
mod commit;
mod completions;
mod convert;
mod demo;
mod diagnose;
mod diagnose_messages;
mod diff;
mod doctor;
mod edit;
mod exec;
mod explain;
mod get;
mod git;
mod jj;
mod log;
mod man;
#[cfg(feature = "mcp")]
mod mcp;
mod new;
mod new_contents;
mod recipients;
mod refusals;
mod rekey;
mod remove;
mod restore;
mod schema;
mod set;
mod show;
mod status;
mod trust;
mod unset;
mod write;
