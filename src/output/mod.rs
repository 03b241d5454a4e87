//! The only place that prints. Results go to stdout, everything else to stderr; a closed pipe counts as success.

mod error;
pub mod findings;
mod writer;

pub use writer::{Color, Mode, Output};
