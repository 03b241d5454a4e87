//! Reads git: the content of a file at a revision, operations in progress, who changed what.
//!
//! [`Repository`] asks libgit2 where it can and may open the repository, and the git program otherwise. Nothing here
//! writes; commits are created by the `commit` module.

mod backend;
mod jujutsu;
mod libgit2;
pub(crate) mod merge;
mod program;
mod refusal;
mod repository;
mod revision;
mod run;
#[cfg(test)]
mod tests;

pub(crate) use backend::{IndexEntry, Pair};
pub(crate) use jujutsu::Jujutsu;
pub(crate) use repository::Repository;
pub(crate) use revision::{Commit, Revision};
pub(crate) use run::{expect, failure, run, run_with};
