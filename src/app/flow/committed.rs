//! Stage 7: the commit, if one was requested.

use super::written::{FileOutcome, Written};
use crate::app::Context;
use crate::app::commits::MadeCommit;
use crate::check::Finding;
use crate::error::Result;

/// The outcome of an edit.
pub(crate) struct Committed {
    pub(crate) files: Vec<FileOutcome>,
    pub(crate) commit: Option<MadeCommit>,
    pub(crate) remarks: Vec<Finding>,
}

impl Committed {
    /// Creates the commit.
    ///
    /// # Errors
    /// `git`, with the output of git or a hook; the files are already written.
    pub(super) fn new(written: Written, context: &Context) -> Result<Self> {
        let commit = written.commit.map(|commit| commit.make(context)).transpose()?;
        Ok(Self { files: written.files, commit, remarks: written.remarks })
    }
}
