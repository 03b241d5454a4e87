//! One test binary for all tests of the program from outside, with one folder per subject.

mod authelia;
mod cmd;
mod contract;
mod docs;
mod engines;
mod git;
mod keys;
mod packaging;
mod safety;
mod scenarios;
mod sops;
mod structure;
mod support;
mod terminal;
mod views;

use support::{loopback, random_edits, sandbox};
