//! A document with its new content and what changed.

use std::borrow::Cow;

use super::document::OpenDocument;
use super::near_names;
use crate::diff::{self, Change};
use crate::document::{Document, ReadBack, Unread};
use crate::redact::{hold_back_of, hold_back_of_edited, schema_of};
use crate::schema::Schema;
use crate::shown::Shown;

pub(super) struct EditedDocument {
    pub(super) open: OpenDocument,
    pub(super) after: Unread,
    pub(super) schema: Schema,
    /// Whether the document is new.
    pub(super) created: bool,
    pub(super) changed: bool,
    /// Whether its format is one in which everything is one value.
    pub(super) opaque: bool,
    pub(super) changes: Vec<Change>,
    /// Files outside the repository that values were read from.
    pub(super) outside: Vec<String>,
    /// Remarks about the names that the edit adds.
    pub(super) notes: Vec<Shown>,
}

impl EditedDocument {
    /// `names_places` is set if the user named the places, so that their names may be printed.
    pub(super) fn new(document: OpenDocument, unread: Unread, names_places: bool) -> Self {
        let after = unread.document();
        let schema = match document.schema {
            // The schema of a new file shows only in its content.
            Schema::Unknown if !document.schema_is_set => schema_of(None, &document.called(), after),
            known => {
                match &document.before {
                    Some(before) => hold_back_of_edited(before, after, known),
                    None => hold_back_of(after, known),
                }
                known
            }
        };
        let differs = document.before.as_ref().is_none_or(|before| before.bytes() != after.bytes());
        let (created, opaque) = (document.is_new, after.format().is_opaque());
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
        let notes = if names_places { near_names::notes(&document, after, &changes) } else { Vec::new() };
        let outside = Vec::new();
        Self { open: document, after: unread, schema, created, changed: differs, opaque, changes, outside, notes }
    }

    /// Keeps nothing but the two texts, once they are verified: encrypting a large one needs the memory.
    pub(super) fn keep_texts(mut self) -> Self {
        self.open.keep_text();
        Self { after: self.after.into_document().into_raw().into(), ..self }
    }

    /// Replaces the text by the one that was read back.
    pub(super) fn accept(self, read: ReadBack) -> Self {
        Self { after: self.after.accept(read).into(), ..self }
    }
}
