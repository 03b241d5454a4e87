//! The versions of one file: its revisions, and the content of each blob, decrypted once per run.

use std::collections::HashMap;
use std::ops::Deref;
use std::path::Path;
use std::sync::OnceLock;

use super::Context;
use super::commits::repository;
use super::encrypted::{is_called_age, may_be_sops};
use super::readable;
use crate::container::{self, Plaintext};
use crate::diff;
use crate::document::{self, Document, Format};
use crate::error::Result;
use crate::history::{Jujutsu, Repository, Revision};
use crate::output::Progress;
use crate::parallel;
use crate::redact::schema_of;
use crate::schema::Schema;
use crate::workspace::Target;

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
        let (target, mut revisions, store) = history(file, context)?;
        let mut blobs: Vec<String> =
            revisions.iter().flat_map(|one| one.parents.iter().chain([&one.blob])).flatten().cloned().collect();
        blobs.sort_unstable();
        blobs.dedup();
        let bytes = store.objects(&blobs, &target)?;
        let keys = context.keys()?;
        let settings = context.settings(&target)?;
        let format = context.format(&target)?;
        let schema = Schema::set(settings.schema.as_deref(), &target.display)?;
        let public = context.with_public(&target, Schema::Unknown)?;
        let progress = Progress::new("reading the versions", blobs.len(), &context.out);
        let name = target.document_name();
        let open = |bytes: Vec<u8>| {
            progress.step();
            match keys.version(&target, &bytes) {
                Ok(Some(text)) => Content::of(read(&name, text.content(), format, schema).ok()),
                Ok(None) => Content::Absent,
                Err(_) => Content::Unreadable,
            }
        };
        let pairs: Vec<(String, Option<Vec<u8>>)> = blobs.into_iter().zip(bytes).collect();
        let ciphertexts = pairs.iter().filter_map(|(blob, bytes)| {
            let closed = container::closed(&target.display, bytes.as_ref()?, true)?.ok()?;
            Some((blob.clone(), container::sha256(closed.text.as_bytes())))
        });
        let ciphertexts = if target.is_value() { HashMap::new() } else { ciphertexts.collect() };
        let contents: HashMap<String, Content> =
            parallel::map(pairs, |(blob, bytes)| Some((blob, open(bytes?)))).into_iter().flatten().collect();
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

enum Store {
    Git(Repository),
    /// A repository without `.git`, in which versions are named by their commits.
    Jujutsu(Jujutsu),
}

impl Store {
    /// The bytes of these versions of the file.
    fn objects(&self, blobs: &[String], target: &Target) -> Result<Vec<Option<Vec<u8>>>> {
        match self {
            Self::Git(repository) => repository.objects(blobs),
            Self::Jujutsu(jj) => {
                let path = target.path.strip_prefix(jj.root()).unwrap_or(&target.path);
                blobs.iter().map(|commit| jj.file(commit, path)).collect()
            }
        }
    }
}

/// The file, its revisions, and the store that contains them.
fn history(file: &str, context: &Context) -> Result<(Target, Vec<Revision>, Store)> {
    if context.workspace.repository().is_none()
        && let Some(root) = context.workspace.jujutsu()
    {
        let target = context.existing(file).ok_or_else(|| context.workspace.no_such_file(file))?;
        let jj = Jujutsu::new(root);
        let revisions = jj.revisions(target.path.strip_prefix(root).unwrap_or(&target.path))?;
        return Ok((target, revisions, Store::Jujutsu(jj)));
    }
    let repository = repository(context)?;
    let history = |target: &Target| -> Result<Vec<Revision>> {
        let path = repository.relative(&target.path)?;
        match repository.commit_id("HEAD")? {
            Some(_) => revisions(&path, &repository, context),
            None => Ok(Vec::new()),
        }
    };
    let (target, revisions) = match context.existing(file) {
        Some(target) => {
            let revisions = history(&target)?;
            (target, revisions)
        }
        None => deleted(file, context, history)?,
    };
    Ok((target, revisions, Store::Git(repository)))
}

/// A deleted file, found by the first place with a history under its name.
fn deleted(
    name: &str,
    context: &Context,
    history: impl Fn(&Target) -> Result<Vec<Revision>>,
) -> Result<(Target, Vec<Revision>)> {
    let places = context.workspace.former(name);
    for target in places {
        let Ok(revisions) = history(&target) else { continue };
        if !revisions.is_empty() {
            return Ok((target, revisions));
        }
    }
    let target = context.workspace.named(&context.workspace.current().join(name));
    let revisions = history(&target)?;
    Ok((target, revisions))
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

/// The revisions of the file at `path` (below the root), newest first, through every rename.
///
/// # Errors
/// `git` if the log cannot be read; `no-identity` if renamed versions cannot be compared.
pub(crate) fn revisions(path: &str, repository: &Repository, context: &Context) -> Result<Vec<Revision>> {
    let mut revisions = repository.revisions(path)?;
    while let Some(older) = before_rename(&revisions, repository, context)? {
        if let Some(first) = revisions.last_mut() {
            first.parents = vec![older.first().and_then(|newest| newest.blob.clone())];
        }
        revisions.extend(older);
    }
    Ok(revisions)
}

/// The revisions before the oldest one if that commit both renamed and re-encrypted the file: git sees one file removed
/// and an unrelated one added.
fn before_rename(revisions: &[Revision], repository: &Repository, context: &Context) -> Result<Option<Vec<Revision>>> {
    let Some(oldest) = revisions.last().filter(|oldest| oldest.parents.iter().all(Option::is_none)) else {
        return Ok(None);
    };
    let Some(blob) = &oldest.blob else { return Ok(None) };
    let mut removed = repository.removed_in(&oldest.commit.id)?;
    removed.retain(|(path, _)| is_called_age(Path::new(path)) || may_be_sops(Path::new(path)));
    let ids: Vec<String> = std::iter::once(blob).chain(removed.iter().map(|(_, blob)| blob)).cloned().collect();
    if removed.is_empty() {
        return Ok(None);
    }
    let keys = context.keys()?;
    let names = std::iter::once(oldest.path.as_str()).chain(removed.iter().map(|(path, _)| path.as_str()));
    let open = |(name, bytes): (&str, Option<Vec<u8>>)| {
        keys.hidden(&context.workspace.named(&repository.root().join(name)), &bytes?)
    };
    let texts: Vec<Option<Plaintext>> = names.zip(repository.objects(&ids)?).map(open).collect();
    let Some((Some(new), old)) = texts.split_first() else { return Ok(None) };
    let alike = |text: &Option<Plaintext>| text.as_ref().map_or(0.0, |old| diff::likeness(old.expose(), new.expose()));
    let best = old.iter().map(alike).zip(&removed).max_by(|left, right| left.0.total_cmp(&right.0));
    match best.filter(|(likeness, _)| *likeness >= diff::ALIKE) {
        Some((_, (path, _))) => {
            let older = repository.revisions_before(&format!("{}^", oldest.commit.id), path)?;
            Ok(Some(older).filter(|older| !older.is_empty()))
        }
        None => Ok(None),
    }
}
