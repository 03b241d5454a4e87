//! One test binary for everything that is tested from outside; one module a subject.

mod bounds;
mod check_command;
mod commit_command;
mod demo;
mod diagnose;
mod diff_command;
mod digests;
mod edit_commits;
mod edits;
mod filter;
mod findings;
mod flake;
mod history;
mod layers;
mod life;
mod rekeying;
mod rules_reference;
mod sandbox;
mod sealed;
mod shell;
mod show;
mod status;
mod verdicts;
mod yaml_edits;
mod yaml_properties;
mod yaml_suite;
