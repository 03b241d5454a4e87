//! Findings in the four output formats of `check`.

mod github;
mod json;
mod sarif;
mod text;

pub use github::github;
pub use json::{Findings, PatchOutput, json};
pub use sarif::sarif;
pub use text::{Lines, text};
