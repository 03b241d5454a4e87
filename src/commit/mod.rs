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

pub use given::Given;
pub use message::{Access, Content, Detail, FileChange, Message, Request};
pub use note::note;
pub use tasks::Tasks;
pub use write::{NewCommit, write};
