//! git, read: what a file was at a revision, what is under way, who changed what.
//!
//! [`Repository`] asks libgit2 where that can and may open the repository, and the git program otherwise. Nothing here
//! writes; the one thing written to git is a commit, and that is `commit`'s.

mod jujutsu;
mod libgit2;
pub mod merge;
mod program;
mod reader;
mod repository;
mod revision;
mod run;
#[cfg(test)]
mod tests;

pub use jujutsu::Jujutsu;
pub use reader::{IndexEntry, Pair};
pub use repository::Repository;
pub use revision::{Commit, Revision};
pub use run::{expect, run, run_with, said};
