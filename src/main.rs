//! The program; the library does the work.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    agepatch::run(std::env::args_os())
}
