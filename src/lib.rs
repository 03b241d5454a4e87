//! Edit age-encrypted configuration in place: structured patches, semantic diffs, Authelia's own checks, conventional commits.
//!
//! The layers, one direction: `main → cli → command → app → {workspace, rules, container, document, patch, schema, check, diff,
//! authelia, history, commit, redact} → output`. A test holds the imports against that table.

#![forbid(unsafe_code)]

// Some tests are shared with the suite.
#[cfg(test)]
extern crate self as agepatch;

mod app;
pub mod authelia;
pub mod check;
pub mod cli;
mod command;
pub mod commit;
pub mod container;
pub mod diff;
pub mod document;
pub mod error;
pub mod hex;
pub mod history;
pub mod input;
pub mod memory;
pub mod output;
pub mod patch;
pub mod process;
pub mod re2;
pub mod redact;
pub mod rules;
pub mod schema;
pub mod shown;

pub mod workspace;

pub use error::{Error, Kind, Result};

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program with these arguments (the first is its name) and gives the exit code of the contract.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    process::harden();
    let code = cli::run(arguments);
    shown::held_back::forget();
    code
}
