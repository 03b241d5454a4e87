//! One test binary for everything that is tested from outside; one module a subject.

mod layers;
mod sandbox;
