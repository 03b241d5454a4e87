//! The versions of one file: its revisions, and the content of each blob, decrypted once per run.

mod history;

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::OnceLock;

use crate::app::{Context, readable};
use crate::container;
use crate::document::{self, Document, Format};
use crate::error::Result;
use crate::history::Revision;
use crate::output::Progress;
use crate::parallel;
use crate::redact::schema_of;
use crate::schema::Schema;
use crate::workspace::Target;
use history::{find, passing_on};

pub(crate) use history::revisions;

/// Parses the content of a file of this name, with an optional format and schema.
type Read = fn(&str, document::Content<'_>, Option<Format>, Option<Schema>) -> Result<Document>;

/// A file through its history.
pub(crate) struct Versions {
    pub(crate) target: Target,
    /// The commits that touched it, newest first.
    pub(crate) revisions: Vec<Revision>,
    /// The readable versions, by blob.
    documents: HashMap<String, Version>,
    /// The SHA-256 of the encrypted values, by blob, for containers that show them without a key.
    ciphertexts: HashMap<String, String>,
    schema: Option<Schema>,
    /// The places that agepatch.toml declares public.
    public: Schema,
    format: Option<Format>,
}

/// A version that can be read.
pub(crate) struct Version {
    document: Document,
    /// Determined when it is asked for: then what must not be printed of the document is registered, too.
    schema: OnceLock<Schema>,
}

impl From<Document> for Version {
    fn from(document: Document) -> Self {
        Self { document, schema: OnceLock::new() }
    }
}

impl Deref for Version {
    type Target = Document;

    fn deref(&self) -> &Document {
        &self.document
    }
}

impl Versions {
    /// Reads the history of the file, and decrypts what it can.
    ///
    /// # Errors
    /// `git` outside a repository; `no-identity` if no identity can be read.
    pub(crate) fn read(file: &str, context: &Context) -> Result<Self> {
        let read = |name: &str, text: document::Content<'_>, format, schema: Option<Schema>| {
            let document = document::read_guessed(name, text, format)?;
            let schema = schema.unwrap_or_else(|| Schema::guess(name, document.value()));
            match schema == Schema::Authelia || document::shows_names(name, format, &document) {
                true => Ok(document),
                false => Document::of(text, Format::Raw),
            }
        };
        Self::parsed(file, read, context)
    }

    /// Like [`Versions::read`], for a path given by the user ([`document::read_guessed`]).
    ///
    /// # Errors
    /// See [`Versions::read`].
    pub(crate) fn read_guessed(file: &str, context: &Context) -> Result<Self> {
        Self::parsed(file, |name, text, format, _| document::read_guessed(name, text, format), context)
    }

    fn parsed(file: &str, read: Read, context: &Context) -> Result<Self> {
        let (target, known, store) = find(file, context)?;
        let settings = context.settings(&target)?;
        let format = context.format(&target)?;
        let schema = Schema::set(settings.schema.as_deref(), &target.display)?;
        let public = context.with_public(&target, Schema::Unknown)?;
        let keys = context.keys();
        let progress = Progress::new("reading the versions", 0, &context.out);
        let name = target.document_name();
        let open = |(blob, bytes): (String, Vec<u8>)| {
            progress.step();
            let closed = if target.is_value() { None } else { container::closed(&target.display, &bytes, true) };
            let closed = closed.and_then(Result::ok).map(|closed| container::sha256(closed.text.as_bytes()));
            let version = keys.as_ref().ok().and_then(|keys| keys.version(&target, &bytes).ok());
            let state = match version {
                Some(Some(text)) => Content::of(read(&name, text.content(), format, schema).ok()),
                Some(None) => Content::Absent,
                None => Content::Unreadable,
            };
            (blob, closed, state)
        };
        // A version is decrypted while older ones are still looked for.
        let (read, revisions) = parallel::map_as_found(open, |pass_on| {
            passing_on(known, &store, &target, context, &|version| {
                progress.add();
                pass_on(version);
            })
        });
        let mut revisions = revisions?;
        keys?;
        let (mut contents, mut ciphertexts) = (HashMap::new(), HashMap::new());
        for (blob, closed, state) in read {
            ciphertexts.extend(closed.map(|closed| (blob.clone(), closed)));
            contents.insert(blob, state);
        }
        if target.is_value() {
            follow_value(&mut revisions, &contents);
        }
        let readable = contents.into_iter().filter_map(|(blob, content)| match content {
            Content::Readable(document) => Some((blob, document)),
            Content::Absent | Content::Unreadable => None,
        });
        Ok(Self { target, revisions, documents: readable.collect(), ciphertexts, schema, public, format })
    }

    /// The content of the blob; `None` if it cannot be read.
    pub(crate) fn document(&self, blob: Option<&String>) -> Option<&Version> {
        self.documents.get(blob?)
    }

    /// Whether two versions differ in metadata only, so that the ciphertext of every value is the same.
    pub(crate) fn same_ciphertexts(&self, before: &String, after: &String) -> bool {
        let before = self.ciphertexts.get(before);
        before.is_some() && before == self.ciphertexts.get(after)
    }

    pub(crate) fn shows_names(&self, version: &Version) -> bool {
        self.schema(version) == Schema::Authelia
            || document::shows_names(&self.target.document_name(), self.format, version)
    }

    pub(crate) fn schema(&self, version: &Version) -> Schema {
        let schema = || match schema_of(self.schema, &self.target.document_name(), version) {
            Schema::Authelia => Schema::Authelia,
            other => readable::either(other, self.public),
        };
        *version.schema.get_or_init(schema)
    }
}

enum Content {
    Readable(Version),
    /// The file does not contain the value.
    Absent,
    Unreadable,
}

impl Content {
    fn of(document: Option<Document>) -> Self {
        document.map_or(Self::Unreadable, |document| Self::Readable(document.into()))
    }
}

/// Filters the revisions of a file down to those that concern a value in it. Blobs with the same value count as one;
/// blobs without it count as none.
fn follow_value(revisions: &mut Vec<Revision>, contents: &HashMap<String, Content>) {
    let mut first_with: HashMap<&[u8], String> = HashMap::new();
    let mut one_for = |blob: &mut Option<String>| {
        let Some(id) = blob else { return };
        match contents.get(id) {
            Some(Content::Readable(document)) => {
                id.clone_from(first_with.entry(document.bytes()).or_insert_with(|| id.clone()));
            }
            Some(Content::Absent) => *blob = None,
            Some(Content::Unreadable) | None => {}
        }
    };
    for revision in revisions.iter_mut() {
        one_for(&mut revision.blob);
        revision.parents.iter_mut().for_each(&mut one_for);
    }
    revisions.retain(|revision| match revision.parents.as_slice() {
        [] => revision.blob.is_some(),
        parents => parents.iter().all(|parent| *parent != revision.blob),
    });
}
