//! One file per command: what it reads, what it prints, how it exits.

mod agenix;
mod check;
mod check_filters;
mod check_findings;
mod client;
mod client_probe;
mod commit;
mod completions;
mod demo;
mod diagnose;
mod diff;
mod doctor;
mod edit;
mod get;
mod git;
mod log;
mod rekey;
mod set;
mod show;
mod status;
mod trust;
