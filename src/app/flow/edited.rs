//! Stage 3: the new content of each document, in memory.

use std::borrow::Cow;

use super::document::OpenDocument;
use super::drafted::Drafted;
use super::file::OpenFile;
use super::job::Draft;
use super::order;
use super::published;
use super::sources::FlowSources;
use crate::app::Context;
use crate::app::options::EditOptions;
use crate::diff::{self, Change};
use crate::document::{Document, ReadBack, Unread};
use crate::error::{Error, ErrorKind, Result};
use crate::redact::schema_of;
use crate::schema::Schema;
use crate::shown::Shown;

pub(super) struct Edited {
    pub(super) files: Vec<OpenFile>,
    pub(super) documents: Vec<EditedDocument>,
}

pub(super) struct EditedDocument {
    pub(super) open: OpenDocument,
    pub(super) after: Unread,
    pub(super) schema: Schema,
    /// Whether the document is new.
    pub(super) created: bool,
    pub(super) changed: bool,
    pub(super) changes: Vec<Change>,
    /// Files outside the repository that values were read from.
    pub(super) outside: Vec<String>,
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

impl EditedDocument {
    /// `names_places` is set if the user named the places, so that their names may be printed.
    fn new(document: OpenDocument, unread: Unread, names_places: bool) -> Self {
        let after = unread.document();
        let schema = match document.schema {
            // The schema of a new file shows only in its content.
            Schema::Unknown if !document.schema_is_set => schema_of(None, &document.called(), after),
            known => schema_of(Some(known), &document.called(), after),
        };
        let differs = document.before.as_ref().is_none_or(|before| before.bytes() != after.bytes());
        let created = document.is_new;
        let before = document.before.as_ref().filter(|_| differs);
        let comparable = |version| match names_places {
            true => Cow::Borrowed(Document::value(version)),
            false => document.comparable(version),
        };
        let changes = match before {
            Some(_) if created => diff::additions(&comparable(after), schema),
            Some(before) => diff::changes(&comparable(before), &comparable(after), schema),
            None => Vec::new(),
        };
        Self { open: document, after: unread, schema, created, changed: differs, changes, outside: Vec::new() }
    }

    /// Replaces the text by the one that was read back.
    pub(super) fn accept(self, read: ReadBack) -> Self {
        Self { after: self.after.accept(read).into(), ..self }
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
