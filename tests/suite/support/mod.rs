//! Shared by the tests: a sandbox for the program, repositories in certain states, a server on the loopback address.

pub(crate) mod containers;
pub(crate) mod drift;
pub(crate) mod fragment;
pub(crate) mod loopback;
pub(crate) mod plugin;
pub(crate) mod random_edits;
pub(crate) mod renames;
pub(crate) mod sandbox;
pub(crate) mod schema;
pub(crate) mod signals;
pub(crate) mod trap;
