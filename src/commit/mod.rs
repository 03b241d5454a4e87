//! Commits: messages, tasks, and writing.

mod body;
mod changed_option;
mod detail;
mod file_change;
mod given;
mod message;
mod note;
mod one_line;
mod several;
mod subject;
mod tasks;
mod template;
mod wrap;
mod write;

pub(crate) use detail::Detail;
pub(crate) use file_change::{AccessChange, ContentChange, FileChange};
pub(crate) use given::Given;
pub(crate) use message::{Message, MessageRequest};
pub(crate) use note::note;
pub(crate) use tasks::Tasks;
pub(crate) use write::{NewCommit, write};

use crate::error::{Error, ErrorKind};
use crate::shown;
use crate::shown::Setting;

/// The error for a word in agepatch.toml that is not one of the `known` ones.
fn unknown_setting(key: &'static str, word: &str, known: &'static str) -> Error {
    Error::new(ErrorKind::Rules, shown!("agepatch.toml: `{}` cannot be `{}`", key, Setting::shown(word)))
        .hint(shown!("known: {}", known))
}
