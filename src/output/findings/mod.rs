//! Findings in the four forms that `check` can print.

mod github;
mod json;
mod sarif;
mod text;

pub use github::github;
pub use json::{Findings, PatchOutput, json};
pub use sarif::sarif;
pub use text::{Lines, text};
