//! Commits and merges with the real git.

mod commit_messages;
mod commit_states;
mod edit_commits;
mod merge_driver;
mod self_contained;
