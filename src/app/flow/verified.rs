//! Stage 4: the new contents, parsed again from their texts and checked against their schemas.

use std::panic::resume_unwind;
use std::thread;

use super::edited::Edited;
use super::edited_document::EditedDocument;
use super::file::OpenFile;
use crate::app::Context;
use crate::app::introduced::{Edit, refuse_edit_errors};
use crate::app::options::EditOptions;
use crate::check::Finding;
use crate::document::{ReadBack, Unread};
use crate::error::Result;
use crate::shown::Shown;

/// Edited documents whose texts parse to the intended values and introduce no error.
pub(super) struct Verified {
    pub(super) files: Vec<OpenFile>,
    pub(super) documents: Vec<EditedDocument>,
    pub(super) remarks: Vec<Finding>,
}

impl Verified {
    /// Parses the new texts again, and checks them.
    ///
    /// # Errors
    /// `check` if the edit introduces an error; `unsupported` if a text does not parse to the intended value.
    pub(super) fn new(edited: Edited, options: &EditOptions, context: &Context) -> Result<Self> {
        let Edited { files, documents } = edited;
        let (read, checked) = while_reading_back(&documents, || check(&documents, options, context));
        let read = documents.iter().zip(read).map(|(one, read)| read.map_err(|error| one.open.named(error)));
        let read: Vec<ReadBack> = read.collect::<Result<_>>()?;
        let same = documents.iter().zip(&read).all(|(one, read)| one.after.agrees(read));
        let documents: Vec<EditedDocument> =
            documents.into_iter().zip(read).map(|(one, read)| one.accept(read)).collect();
        let remarks = if same { checked } else { check(&documents, options, context) }?;
        context.detail(&Shown::fixed("read back, checked"))?;
        Ok(Self { files, documents, remarks })
    }
}

fn check(documents: &[EditedDocument], options: &EditOptions, context: &Context) -> Result<Vec<Finding>> {
    if options.no_check {
        return Ok(Vec::new());
    }
    let edits = documents.iter().map(|one| Edit {
        name: &one.open.name,
        target: one.open.target.as_ref(),
        schema: one.schema,
        before: one.open.before.as_ref(),
        after: one.after.document(),
        changes: one.changed.then_some(one.changes.as_slice()),
    });
    refuse_edit_errors(&edits.collect::<Vec<_>>(), context)
}

/// The size in bytes from which parsing is worth a thread.
const LARGE: usize = 1 << 16;

impl EditedDocument {
    /// Whether the new text is large enough for a thread of its own.
    pub(super) fn is_large(&self) -> bool {
        self.after.document().bytes().len() >= LARGE
    }
}

/// Parses the new texts again while running `other`.
fn while_reading_back<T>(edited: &[EditedDocument], other: impl FnOnce() -> T) -> (Vec<Result<ReadBack>>, T) {
    let texts: Vec<&Unread> = edited.iter().map(|one| &one.after).collect();
    let read = || texts.iter().map(|text| text.read()).collect();
    let size: usize = texts.iter().map(|text| text.document().bytes().len()).sum();
    if size < LARGE {
        return (read(), other());
    }
    thread::scope(|scope| {
        let reading = scope.spawn(read);
        let done = other();
        match reading.join() {
            Ok(read) => (read, done),
            Err(panic) => resume_unwind(panic),
        }
    })
}
