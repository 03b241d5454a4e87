//! Stage 6: replaces the files by their new ciphertexts, or prints the new text to stdout.

use std::thread;

use super::commit::prepare;
use super::document::OpenDocument;
use super::edited_document::EditedDocument;
use super::file::OpenFile;
use super::sealed::Sealed;
use crate::app::Context;
use crate::app::commits::Prepared;
use crate::app::locked_file::Replacements;
use crate::app::options::EditOptions;
use crate::check::Finding;
use crate::container;
use crate::diff::Change;
use crate::document::Unread;
use crate::error::Result;
use crate::schema::Schema;
use crate::shown::{FileName, Shown};
use crate::workspace::Target;

/// The outcome for each document, and the commit that is yet to be created.
pub(super) struct Written {
    pub(super) files: Vec<FileOutcome>,
    pub(super) commit: Option<Prepared>,
    pub(super) remarks: Vec<Finding>,
}

pub(crate) struct FileOutcome {
    pub(crate) name: Shown,
    pub(crate) created: bool,
    /// Whether it is a document inside a value.
    pub(crate) is_value: bool,
    pub(crate) changed: bool,
    /// The hash of the ciphertext on disk; `None` for a filter, and for a file that does not exist.
    pub(crate) sha256: Option<String>,
    pub(crate) changes: Vec<Change>,
    /// The schema to redact the changes with.
    pub(crate) schema: Schema,
    pub(crate) outside: Vec<Shown>,
    /// Remarks about the names that the edit adds.
    pub(crate) notes: Vec<Shown>,
}

impl Written {
    /// Replaces the files atomically, after preparing the commit; does nothing in a dry run.
    ///
    /// # Errors
    /// Errors of the commit or of writing a file; every file is unchanged in that case.
    pub(super) fn new(sealed: Sealed, options: &EditOptions, context: &Context) -> Result<Self> {
        let Sealed { mut files, documents, ciphertexts, remarks } = sealed;
        if options.dry_run {
            return Ok(unwritten(&files, documents, remarks));
        }
        if let [filter] = documents.as_slice()
            && filter.open.target.is_none()
        {
            context.out.revealed(filter.after.document().bytes())?;
            return Ok(unwritten(&files, documents, remarks));
        }
        let commit = prepare(&documents, options, context)?;
        let is_large = documents.iter().any(EditedDocument::is_large);
        let (mut file_of, mut outcomes, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        for (outcome, document, both) in documents.into_iter().map(into_parts) {
            file_of.push(document.file);
            outcomes.push(outcome);
            texts.extend(both);
        }
        // Wiping a large document takes as long as writing one.
        let sha256 = thread::scope(|scope| {
            if is_large {
                scope.spawn(|| drop(texts));
            }
            replace(&mut files, ciphertexts, context)
        })?;
        context.detail(&Shown::fixed("put in place"))?;
        for (outcome, file) in outcomes.iter_mut().zip(file_of) {
            outcome.sha256 = file.and_then(|file| sha256[file].clone());
        }
        Ok(Self { files: outcomes, commit, remarks })
    }
}

/// The outcome for a document before anything is written, the document, and its contents before and after.
fn into_parts(mut one: EditedDocument) -> (FileOutcome, OpenDocument, [Option<Unread>; 2]) {
    let outcome = FileOutcome {
        name: FileName::shown(one.open.name.clone()),
        created: one.created,
        is_value: one.open.target.as_ref().is_some_and(Target::is_value),
        changed: one.changed,
        sha256: None,
        changes: one.changes,
        schema: one.schema,
        outside: one.outside.into_iter().map(FileName::shown).collect(),
        notes: one.notes,
    };
    let before = one.open.before.take().map(Unread::from);
    (outcome, one.open, [before, Some(one.after)])
}

fn unwritten(files: &[OpenFile], documents: Vec<EditedDocument>, remarks: Vec<Finding>) -> Written {
    let files = documents.into_iter().map(|one| {
        let (outcome, document, _) = into_parts(one);
        FileOutcome { sha256: document.file.and_then(|file| files[file].sha256()), ..outcome }
    });
    Written { files: files.collect(), commit: None, remarks }
}

/// Replaces the files atomically. Returns the hash of each file's new bytes, if it is printed: that takes a while for a
/// large file.
fn replace(
    files: &mut [OpenFile],
    sealed: Vec<Option<container::Sealed>>,
    context: &Context,
) -> Result<Vec<Option<String>>> {
    let mut replacements = Replacements::default();
    let mut hashes = Vec::new();
    for (file, sealed) in files.iter_mut().zip(sealed) {
        let new = sealed.and_then(|sealed| Some((sealed, file.locked.take()?)));
        hashes.push(match new {
            Some((sealed, held)) => {
                let hash = context.out.is_json().then(|| sealed.sha256());
                replacements.push(held, sealed);
                hash
            }
            None if context.out.is_json() => file.sha256(),
            None => None,
        });
    }
    replacements.put(context)?;
    Ok(hashes)
}
