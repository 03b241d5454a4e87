//! Commits: what they say, which tasks they name, and the writing of them.

mod message;
mod subject;
mod tasks;
mod write;

pub use message::{Content, Detail, FileChange, Message, Request};
pub use tasks::Tasks;
pub use write::{Written, write};
