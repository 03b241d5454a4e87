//! Stage 7: the commit of what was written, where one was asked for.

use super::written::{FileOutcome, Written};
use crate::app::Context;
use crate::app::commits::Made;
use crate::check::Finding;
use crate::error::Result;

/// What came of an edit.
pub(crate) struct Committed {
    /// The documents, in the order of the jobs.
    pub(crate) files: Vec<FileOutcome>,
    /// The commit that was made.
    pub(crate) commit: Option<Made>,
    /// The warnings and the advice that the edit introduced.
    pub(crate) remarks: Vec<Finding>,
}

impl Committed {
    /// Makes the commit.
    ///
    /// # Errors
    /// `git`, with what git or a hook printed; the files are written by then.
    pub(super) fn new(written: Written, context: &Context) -> Result<Self> {
        let commit = written.commit.map(|commit| commit.make(context)).transpose()?;
        Ok(Self { files: written.files, commit, remarks: written.remarks })
    }
}
