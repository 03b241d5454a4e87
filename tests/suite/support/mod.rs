//! What the tests share: a sandbox for the program, a server on the loopback address, edits from random numbers.

pub(crate) mod loopback;
pub(crate) mod random_edits;
pub(crate) mod sandbox;
