//! git, read: what a file was at a revision, what is under way, who changed what.
//!
//! Nothing here writes; the one thing written to git is a commit, and that is `commit`'s.

pub mod merge;
mod repository;
mod run;
mod walk;

pub use repository::Repository;
pub use run::{expect, run, run_with, said};
pub use walk::{Commit, Revision};
