//! The versions of one file: its revisions, and what each blob holds, decrypted once and kept for this run.

use std::collections::HashMap;

use rayon::prelude::*;

use super::Context;
use super::flow::commit::repository;
use crate::document::{self, Document};
use crate::error::Result;
use crate::history::Revision;
use crate::schema::Schema;
use crate::vault::{self, Plaintext};
use crate::workspace::Target;

/// A file through its history.
pub(crate) struct Versions {
    /// Which file.
    pub(crate) target: Target,
    /// The commits that touched it, newest first.
    pub(crate) revisions: Vec<Revision>,
    /// What can be read, by blob.
    documents: HashMap<String, Document>,
}

impl Versions {
    /// Reads the history of the file, and opens what can be opened.
    ///
    /// # Errors
    /// `git`, outside a repository; `no-identity`, where no identity can be read at all.
    pub(crate) fn read(file: &str, context: &Context) -> Result<Self> {
        let repository = repository(context)?;
        let target = match context.workspace.target(file) {
            // A deleted file has a history too.
            Err(_) if !context.workspace.current().join(file).exists() => {
                context.workspace.named(&context.workspace.current().join(file))
            }
            found => found?,
        };
        let path = repository.relative(&target.path)?;
        let revisions = match repository.commit_id("HEAD")? {
            Some(_) => repository.revisions(&path)?,
            None => Vec::new(),
        };
        let mut blobs: Vec<String> =
            revisions.iter().flat_map(|one| one.parents.iter().chain([&one.blob])).flatten().cloned().collect();
        blobs.sort_unstable();
        blobs.dedup();
        let bytes = repository.objects(&blobs)?;
        let identities = context.identities()?;
        let open = |bytes: Vec<u8>| {
            let text =
                if vault::is_age(&bytes) { vault::open(&bytes, identities).ok()? } else { Plaintext::new(bytes) };
            Document::parse(text.expose(), document::guess(&target.display, text.expose())).ok()
        };
        let pairs: Vec<(String, Option<Vec<u8>>)> = blobs.into_iter().zip(bytes).collect();
        let documents = pairs.into_par_iter().filter_map(|(blob, bytes)| Some((blob, open(bytes?)?))).collect();
        Ok(Self { target, revisions, documents })
    }

    /// What the blob holds; `None` where it cannot be read.
    pub(crate) fn document(&self, blob: Option<&String>) -> Option<&Document> {
        self.documents.get(blob?)
    }

    /// The schema of a version.
    pub(crate) fn schema(&self, document: &Document) -> Schema {
        Schema::guess(&self.target.display, document.value())
    }
}
