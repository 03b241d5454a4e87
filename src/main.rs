//! The program: hands its arguments to the library.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    agepatch::run(std::env::args_os())
}
