//! The program agepatch, as a library: edits files in place that are encrypted with age or sops.
//!
//! Its interface is the command line, whose JSON outputs have schemas (`agepatch schema`). What this crate offers to other
//! crates is [`run`], which is the program, and the [`Error`] type. The modules that are public but hidden here are so for the
//! program's own tests and benchmarks, and may change in any release.
//!
//! The layers from the top down, each with what it uses; nothing uses a layer above it. A test compares this with the imports.
//!
//! ```text
//! cli        → app, command, document, error, output, shown
//! command    → app, authelia, check, commit, container, diff, document, error, hex, history, input, memory, output, parallel, patch, process, real_paths, redact, rules, schema, shown, textfile, workspace
//! app        → authelia, check, commit, container, diff, document, error, history, input, output, parallel, patch, process, real_paths, redact, rules, schema, shown, workspace
//! commit     → diff, document, error, history, input, redact, schema, shown, textfile
//! container  → document, error, hex, input, lines, memory, parallel, process, rules, shown
//! history    → diff, document, error, input, lines, memory, process, real_paths, schema, shown
//! output     → check, diff, document, error, memory, patch, process, redact, shown
//! check      → authelia, document, error, hex, lines, memory, re2, schema, shown
//! authelia   → document, error, memory, shown
//! diff       → document, memory, schema, shown
//! parallel
//! patch      → document, error, memory, shown
//! real_paths
//! redact     → document, error, hex, lines, memory, schema, shown
//! schema     → document, error, shown
//! workspace  → document, error, hex, input, lines, memory, rules, shown, textfile
//! document   → characters, error, lines, memory, shown
//! rules      → error, hex, input, lines, process, re2, shown
//! error      → shown
//! hex
//! input      → memory
//! lines
//! process    → memory
//! re2
//! shown      → characters, memory
//! characters
//! memory
//! textfile
//! ```

#![forbid(unsafe_code)]

// Lets tests that are shared with the suite import the crate by name.
#[cfg(test)]
extern crate self as agepatch;

mod app;
#[doc(hidden)]
pub mod authelia;
mod characters;
#[doc(hidden)]
pub mod check;
#[doc(hidden)]
pub mod cli;
mod command;
mod commit;
#[doc(hidden)]
pub mod container;
#[doc(hidden)]
pub mod diff;
#[doc(hidden)]
pub mod document;
pub mod error;
mod hex;
mod history;
mod input;
mod lines;
mod memory;
#[doc(hidden)]
pub mod output;
mod parallel;
#[doc(hidden)]
pub mod patch;
mod process;
mod re2;
mod real_paths;
#[doc(hidden)]
pub mod redact;
#[doc(hidden)]
pub mod rules;
#[doc(hidden)]
pub mod schema;
#[doc(hidden)]
pub mod shown;
mod textfile;
mod workspace;

pub use error::{Error, ErrorKind, Result};

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program with these arguments (the first is its name), and returns the exit code of the contract.
///
/// It reads stdin and prints to stdout and stderr, and it hardens the process: no core dumps, no debugger.
///
/// ```
/// use std::process::ExitCode;
///
/// let arguments = ["agepatch", "explain", "token-endpoint-auth-method", "--output", "json"];
/// assert_eq!(agepatch::run(arguments.map(Into::into)), ExitCode::SUCCESS);
/// ```
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    process::harden();
    let code = cli::run(arguments);
    shown::held_back::forget();
    code
}
