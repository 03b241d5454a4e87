//! Commits: messages, tasks, and writing.

mod body;
mod changed_option;
mod given;
mod message;
mod note;
mod one_line;
mod subject;
mod tasks;
mod template;
mod wrap;
mod write;

pub(crate) use given::Given;
pub(crate) use message::{Access, Content, Detail, FileChange, Message, Request};
pub(crate) use note::note;
pub(crate) use tasks::Tasks;
pub(crate) use write::{NewCommit, write};
