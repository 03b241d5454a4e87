//! Stage 3: the new content of each document, in memory.

use super::document::OpenDocument;
use super::drafted::Drafted;
use super::edited_document::EditedDocument;
use super::file::OpenFile;
use super::job::Draft;
use super::order;
use super::published;
use super::sources::FlowSources;
use crate::app::Context;
use crate::app::options::EditOptions;
use crate::document::{Document, Unread};
use crate::error::{Error, ErrorKind, Result};
use crate::shown::Shown;

pub(super) struct Edited {
    pub(super) files: Vec<OpenFile>,
    pub(super) documents: Vec<EditedDocument>,
}

impl Edited {
    /// Edits the documents, each after those whose secrets it needs.
    ///
    /// # Errors
    /// `empty-result`; `patch` for documents that depend on each other; errors of the edits.
    pub(super) fn new(drafted: Drafted, options: &EditOptions, context: &Context) -> Result<Self> {
        let Drafted { files, documents, drafts } = drafted;
        let mut after: Vec<Option<Unread>> = documents.iter().map(|_| None).collect();
        let mut outside: Vec<Vec<String>> = documents.iter().map(|_| Vec::new()).collect();
        for index in order::of(&documents, &drafts, context)? {
            let document = &documents[index];
            let mut sources = FlowSources::new(context, &documents, &after, options);
            let edited = document.edit(&drafts[index], &mut sources).map_err(|error| document.named(error))?;
            refuse_empty(document, edited.document(), options)?;
            outside[index] = sources.into_outside();
            after[index] = Some(edited);
        }
        let pairs = documents.into_iter().zip(after).zip(outside);
        let edited = pairs.zip(&drafts).filter_map(|(((document, after), outside), drafts)| {
            let names_places = drafts.iter().all(|draft| matches!(draft, Draft::Patch(_)));
            Some(EditedDocument { outside, ..EditedDocument::new(document, after?, names_places) })
        });
        let documents: Vec<EditedDocument> = edited.collect();
        published::refuse(&documents, context)?;
        context.detail(&Shown::fixed("edited in memory"))?;
        Ok(Self { files, documents })
    }
}

/// Refuses an empty or blank content, unless it was blank before or that is intended.
fn refuse_empty(document: &OpenDocument, after: &Document, options: &EditOptions) -> Result<()> {
    let blank = |document: &Document| document.bytes().iter().all(u8::is_ascii_whitespace);
    let was_blank = !document.is_new && document.before.as_ref().is_some_and(blank);
    if options.allow_empty || was_blank || !blank(after) {
        return Ok(());
    }
    Err(document.named(
        Error::new(ErrorKind::EmptyResult, "the edit would leave the file empty")
            .hint("pass --allow-empty if this is intended"),
    ))
}
