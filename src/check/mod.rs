//! Rules over a document: one file a family, a registry, findings with places and fixes.

pub mod finding;

pub use finding::{Finding, Severity};
