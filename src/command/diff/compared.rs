//! Compares one file on both sides.

use super::sides::{Comparison, bytes, display};
use crate::app::Context;
use crate::app::inner::InnerChange;
use crate::container::{self, Plaintext, Recipient};
use crate::diff::{self, Change};
use crate::document::{Document, Format};
use crate::error::{Error, ErrorKind, Result};
use crate::history::{Pair, Repository};
use crate::schema::Schema;
use crate::shown::{CommitId, FileName};
use crate::workspace::{Inner, Target};

/// How the content changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ContentChange {
    Changed,
    /// Only comments or layout do.
    Layout,
    Equal,
    /// Only metadata differs, such as the MAC or the time of the last change; even the ciphertexts of values are the
    /// same.
    Metadata,
}

pub(super) struct Compared {
    /// Its name for display.
    pub(super) name: String,
    /// `added`, `removed`, `modified`, `renamed`.
    pub(super) status: &'static str,
    /// The old name, if it was renamed.
    pub(super) old_name: Option<String>,
    /// How the content changed; `None` if a side cannot be read.
    pub(super) content: Option<ContentChange>,
    pub(super) changes: Vec<Change>,
    /// The schema to redact the changes with.
    pub(super) schema: Schema,
    /// The documents, if both can be read.
    pub(super) documents: Option<(Option<Document>, Option<Document>)>,
    /// Readers who gained access.
    pub(super) gained: Vec<Recipient>,
    /// Readers who lost access.
    pub(super) lost: Vec<Recipient>,
    /// Why a side cannot be read.
    pub(super) unreadable: Option<Error>,
}

/// What both versions show without any key, if that is enough to see which values changed.
fn closed_sides(
    target: &Target,
    old: Option<&[u8]>,
    new: Option<&[u8]>,
    error: &Error,
) -> Option<(Option<Plaintext>, Option<Plaintext>)> {
    let no_key = matches!(error.kind(), ErrorKind::NoIdentity | ErrorKind::PassphraseNeeded);
    if !no_key || target.is_value() {
        return None;
    }
    let side = |bytes: Option<&[u8]>| match bytes {
        Some(bytes) => {
            let closed = container::closed(&target.display, bytes, true)?.ok()?;
            Some(Some(Plaintext::new(closed.text.into_bytes())))
        }
        None => Some(None),
    };
    Some((side(old)?, side(new)?))
}

/// Two versions of a file, from any source.
pub(super) struct VersionPair<'s> {
    /// Its name for display.
    pub(super) name: String,
    /// The old name, if it was renamed.
    pub(super) old_name: Option<String>,
    /// `added`, `removed`, `modified`, `renamed`.
    pub(super) status: &'static str,
    pub(super) target: Target,
    /// The old bytes; `None` if it did not exist.
    pub(super) old: Option<Vec<u8>>,
    pub(super) new: Option<Vec<u8>>,
    /// The names of the sides for display.
    pub(super) sides: [&'s str; 2],
}

impl Compared {
    /// Compares a file, and the documents inside its values that differ; empty if it was only re-encrypted.
    pub(super) fn of(
        pair: &Pair,
        inner: &[Inner],
        comparison: &Comparison,
        repository: &Repository,
        context: &Context,
    ) -> Result<Vec<Self>> {
        let path = pair.after.as_ref().or(pair.before.as_ref()).cloned().unwrap_or_default();
        let status = match (&pair.before, &pair.after) {
            (None, _) => "added",
            (_, None) => "removed",
            (Some(before), Some(after)) if before != after => "renamed",
            _ => "modified",
        };
        let old_name = pair.before.as_ref().filter(|before| **before != path);
        let (old, new) = bytes(pair, comparison, repository)?;
        let mut target = context.workspace.named(&repository.root().join(&path));
        for inner in inner {
            target = target.within(&inner.path);
        }
        target.inner = inner.to_vec();
        let versions = VersionPair {
            name: format!("{}{}", display(&path, repository, context), target.suffix()),
            old_name: old_name.map(|old| display(old, repository, context)),
            status,
            target,
            old,
            new,
            sides: [comparison.before.name(), comparison.after.name()],
        };
        Self::between(versions, context)
    }

    /// Compares two versions of a file, and the documents inside its values that differ.
    pub(super) fn between(versions: VersionPair<'_>, context: &Context) -> Result<Vec<Self>> {
        let VersionPair { name, old_name, status, target, old, new, sides } = versions;
        let mut compared = Self { status, old_name, ..Self::named(name) };
        if !target.is_value() {
            compared.compare_recipients(old.as_deref(), new.as_deref());
        }
        let read = |bytes: Option<&Vec<u8>>, side: &str| {
            let opened = bytes.map(|bytes| context.version(&target, bytes)).transpose().map(Option::flatten);
            opened.map_err(|error| error.context(CommitId::shown(side)).in_file(FileName::shown(&compared.name)))
        };
        let mut inside = Vec::new();
        match (read(old.as_ref(), sides[0]), read(new.as_ref(), sides[1])) {
            (Ok(before), Ok(after)) => {
                compared.status = match (&before, &after) {
                    (None, Some(_)) => "added",
                    (Some(_), None) => "removed",
                    _ => status,
                };
                inside = compared.compare(before.as_ref(), after.as_ref(), &target, false, context)?;
            }
            (Err(error), _) | (_, Err(error)) => match closed_sides(&target, old.as_deref(), new.as_deref(), &error) {
                Some((before, after)) => {
                    // Without decrypting, only the places are known: what is in a value is ciphertext.
                    compared.compare(before.as_ref(), after.as_ref(), &target, true, context)?;
                    compared.schema = Schema::Unknown;
                }
                None => compared.unreadable = Some(error),
            },
        }
        let same_readers = compared.gained.is_empty() && compared.lost.is_empty();
        if !target.is_value()
            && compared.content == Some(ContentChange::Equal)
            && let Some((before, after)) = old.as_ref().zip(new.as_ref()).filter(|(before, after)| before != after)
            && container::same_ciphertexts(&compared.name, before, after) == Some(true)
        {
            compared.content = Some(ContentChange::Metadata);
        }
        let equal = compared.content == Some(ContentChange::Equal) && same_readers;
        // Changes inside values are reported separately.
        let only_inside = !inside.is_empty() && compared.changes.is_empty() && same_readers;
        let silent = (equal || only_inside) && status == "modified";
        Ok((!silent).then_some(compared).into_iter().chain(inside).collect())
    }

    /// Compares a document inside a value with another, or with a file.
    pub(super) fn documents(left: &Target, right: &Target, context: &Context) -> Result<Vec<Self>> {
        let mut compared = Self::named(right.display.clone());
        compared.old_name = (left.display != right.display).then(|| left.display.clone());
        let (before, after) = (context.read(left)?, context.read(right)?);
        let inside = compared.compare(Some(&before), Some(&after), right, false, context)?;
        let silent =
            compared.content == Some(ContentChange::Equal) || !inside.is_empty() && compared.changes.is_empty();
        Ok((!silent).then_some(compared).into_iter().chain(inside).collect())
    }

    /// A file of which nothing is known yet.
    fn named(name: String) -> Self {
        Self {
            name,
            status: "modified",
            old_name: None,
            content: None,
            changes: Vec::new(),
            schema: Schema::Unknown,
            documents: None,
            gained: Vec::new(),
            lost: Vec::new(),
            unreadable: None,
        }
    }

    /// A file lists its readers without any key.
    fn compare_recipients(&mut self, before: Option<&[u8]>, after: Option<&[u8]>) {
        let readers = |bytes: Option<&[u8]>| container::detect(&self.name, bytes?).recipients().ok();
        if let (Some(before), Some(after)) = (readers(before), readers(after)) {
            self.gained = after.beyond(&before);
            self.lost = before.beyond(&after);
        }
    }

    /// Compares the texts, and returns the documents inside values that differ; none if the values are ciphertext.
    fn compare(
        &mut self,
        before: Option<&Plaintext>,
        after: Option<&Plaintext>,
        target: &Target,
        is_closed: bool,
        context: &Context,
    ) -> Result<Vec<Self>> {
        let parse = |text: &Plaintext| match context.parse(target, text.content()) {
            // An invalid setting is an error; a text that cannot be parsed is one secret.
            Err(error) if error.kind() == ErrorKind::Rules => Err(error),
            Err(_) => Document::of(text.content(), Format::Raw).map(|document| (document, Schema::Unknown)),
            parsed => parsed,
        };
        let (old, new) = (before.map(parse).transpose()?, after.map(parse).transpose()?);
        self.schema = new.as_ref().or(old.as_ref()).map_or(Schema::Unknown, |(_, schema)| *schema);
        let (old, new) = (old.map(|(document, _)| document), new.map(|(document, _)| document));
        let (changes, inner) = match (&old, &new) {
            (Some(old), Some(new)) if is_closed => (diff::changes(old.value(), new.value(), self.schema), Vec::new()),
            (Some(old), Some(new)) => {
                let split = context.split(target, old, new);
                (diff::changes(&split.values[0], &split.values[1], self.schema), split.inner)
            }
            (None, Some(new)) => (diff::additions(new.value(), self.schema), Vec::new()),
            (Some(old), None) => (diff::removals(old.value(), self.schema), Vec::new()),
            (None, None) => (Vec::new(), Vec::new()),
        };
        self.changes = changes;
        let same_text = before.map(Plaintext::expose) == after.map(Plaintext::expose);
        self.content = Some(match (self.changes.is_empty(), same_text) {
            (false, _) => ContentChange::Changed,
            (true, true) => ContentChange::Equal,
            // Bytes that are not text have no values that could differ.
            (true, false) if new.as_ref().is_some_and(|new| new.format().is_opaque()) => ContentChange::Changed,
            (true, false) => ContentChange::Layout,
        });
        self.documents = Some((old, new));
        Ok(inner.into_iter().flat_map(|inner| Self::inside(inner, context)).collect())
    }

    /// A document inside a value, and those inside its own values.
    fn inside(change: InnerChange, context: &Context) -> Vec<Self> {
        let [before, after] = &change.versions;
        let split = context.split(&change.target, before, after);
        let changes = diff::changes(&split.values[0], &split.values[1], change.schema);
        let became = if changes.is_empty() { ContentChange::Layout } else { ContentChange::Changed };
        let below: Vec<Self> = split.inner.into_iter().flat_map(|inner| Self::inside(inner, context)).collect();
        let silent = changes.is_empty() && !below.is_empty();
        let [before, after] = change.versions;
        let own = Self {
            content: Some(became),
            changes,
            schema: change.schema,
            documents: Some((Some(before), Some(after))),
            ..Self::named(change.target.display)
        };
        (!silent).then_some(own).into_iter().chain(below).collect()
    }
}
