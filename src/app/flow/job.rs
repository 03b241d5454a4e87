//! What a command asks of the flow: a file, and what to do to it.

use crate::app::Context;
use crate::container::Plaintext;
use crate::document::Document;
use crate::error::Result;
use crate::patch::Patch;
use crate::schema::Schema;

/// The FILE that means stdin and stdout.
pub(crate) const FILTER: &str = "-";

/// What is to be done to one file.
pub(crate) struct Job<'a> {
    /// The file as the user names it; `-` edits stdin into stdout.
    pub(crate) file: String,
    /// What is to be done.
    pub(crate) work: Work<'a>,
    /// What may be made, where it is not there yet.
    pub(crate) creates: Creates,
}

/// What a job may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Creates {
    /// Nothing: what it is about has to be there.
    Nothing,
    /// A file that the rules name. A value that is not there is more likely misspelled.
    File,
    /// A file, and a value in it.
    Value,
}

/// What is to be done to a file, or how to find out.
pub(crate) enum Work<'a> {
    /// It is known.
    Ready(Draft),
    /// It depends on what is in the file.
    Make(Box<Make<'a>>),
}

/// Finds out what is to be done to a file that is open.
pub(crate) type Make<'a> = dyn FnOnce(&View<'_>, &Context) -> Result<Draft> + 'a;

impl<'a> Work<'a> {
    /// Work that depends on what is in the file.
    pub(crate) fn make(make: impl FnOnce(&View<'_>, &Context) -> Result<Draft> + 'a) -> Self {
        Self::Make(Box::new(make))
    }
}

/// What is to be done to a file.
pub(crate) enum Draft {
    /// Operations.
    Patch(Patch),
    /// Another content.
    Content(Plaintext),
}

/// A file that has been opened.
pub(crate) struct View<'d> {
    /// Its content.
    pub(crate) document: &'d Document,
    /// What is known of its kind.
    pub(crate) schema: Schema,
}
