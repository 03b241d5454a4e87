//! Stage 2: the patches for each document, computed from its content.

use super::document::OpenDocument;
use super::file::OpenFile;
use super::job::Draft;
use super::opened::Opened;
use crate::app::Context;
use crate::error::Result;

/// Open documents, and the drafts for each.
pub(super) struct Drafted {
    pub(super) files: Vec<OpenFile>,
    pub(super) documents: Vec<OpenDocument>,
    pub(super) drafts: Vec<Vec<Draft>>,
}

impl Drafted {
    /// Computes the drafts.
    ///
    /// # Errors
    /// Errors of the jobs, each with its document.
    pub(super) fn new(opened: Opened<'_>, context: &Context) -> Result<Self> {
        let Opened { files, documents, work } = opened;
        let draft = |(document, work): (&OpenDocument, Vec<_>)| -> Result<Vec<Draft>> {
            let drafts = work.into_iter().map(|work| document.draft(work, context));
            drafts.collect::<Result<_>>().map_err(|error| document.named(error))
        };
        let drafts = documents.iter().zip(work).map(draft).collect::<Result<_>>()?;
        Ok(Self { files, documents, drafts })
    }
}
