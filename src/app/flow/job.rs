//! What a command passes to the flow: a file, and what to do to it.

use crate::app::Context;
use crate::container::Plaintext;
use crate::document::Document;
use crate::error::Result;
use crate::patch::Patch;
use crate::schema::Schema;

/// An edit of one file.
pub(crate) struct Job<'a> {
    /// The file as the user named it; `-` edits stdin to stdout.
    pub(crate) file: String,
    pub(crate) work: Work<'a>,
    /// What the job may create.
    pub(crate) creates: Creates,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Creates {
    /// The file and the value must exist.
    Nothing,
    /// A file that the rules list. A value that does not exist is more likely misspelled.
    File,
    /// A file and a value in it.
    Value,
}

pub(crate) enum Work<'a> {
    /// The draft is known in advance.
    Ready(Draft),
    /// The draft depends on the content of the file.
    Make(Box<Make<'a>>),
}

/// Computes the draft for an open file.
pub(crate) type Make<'a> = dyn FnOnce(&View<'_>, &Context) -> Result<Draft> + 'a;

impl<'a> Work<'a> {
    /// Work that depends on the content of the file.
    pub(crate) fn make(make: impl FnOnce(&View<'_>, &Context) -> Result<Draft> + 'a) -> Self {
        Self::Make(Box::new(make))
    }
}

pub(crate) enum Draft {
    Patch(Patch),
    Content(Plaintext),
}

pub(crate) struct View<'d> {
    pub(crate) document: &'d Document,
    pub(crate) schema: Schema,
}
