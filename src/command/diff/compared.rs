//! One file on both sides.

use super::sides::{Comparison, Pair, Side, display};
use crate::command::Context;
use crate::diff::{self, Change};
use crate::document::{self, Document, Format, Map, Value};
use crate::error::{Error, Result};
use crate::history::Repository;
use crate::schema::Schema;
use crate::vault::{self, Plaintext};

/// What became of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ContentChange {
    /// Values differ.
    Changed,
    /// Only comments or layout do.
    Layout,
    /// Nothing does.
    Equal,
}

/// A file that differs.
pub(super) struct Compared {
    /// Its name, for people.
    pub(super) name: String,
    /// `added`, `removed`, `modified`, `renamed`.
    pub(super) status: &'static str,
    /// The name it had, where that was another.
    pub(super) old_name: Option<String>,
    /// What became of the content; `None` where a side cannot be read.
    pub(super) content: Option<ContentChange>,
    /// The differences.
    pub(super) changes: Vec<Change>,
    /// By which they may be shown.
    pub(super) schema: Schema,
    /// The documents, where both can be read.
    pub(super) documents: Option<(Option<Document>, Option<Document>)>,
    /// What cannot be read, and why.
    pub(super) unreadable: Option<String>,
}

impl Compared {
    /// Compares a file; `None` where it was only encrypted again.
    pub(super) fn of(
        pair: &Pair,
        comparison: &Comparison,
        repository: &Repository,
        context: &Context,
    ) -> Result<Option<Self>> {
        let path = pair.after.as_ref().or(pair.before.as_ref()).cloned().unwrap_or_default();
        let name = display(&path, repository, context);
        let status = match (&pair.before, &pair.after) {
            (None, _) => "added",
            (_, None) => "removed",
            (Some(before), Some(after)) if before != after => "renamed",
            _ => "modified",
        };
        let old_name = pair.before.as_ref().filter(|before| **before != path);
        let mut compared = Self {
            status,
            old_name: old_name.map(|old| display(old, repository, context)),
            content: None,
            changes: Vec::new(),
            schema: Schema::Unknown,
            documents: None,
            unreadable: None,
            name,
        };
        let read = |side: &Side, path: &Option<String>| match path {
            None => Ok(None),
            Some(path) => open(side, path, repository, context).map_err(|error| (side.name().to_owned(), error)),
        };
        match (read(&comparison.before, &pair.before), read(&comparison.after, &pair.after)) {
            (Ok(before), Ok(after)) => compared.compare(before.as_ref(), after.as_ref(), &path)?,
            (Err((side, error)), _) | (_, Err((side, error))) => {
                compared.unreadable = Some(format!("{side}: {}", error.message()));
            }
        }
        let silent = compared.content == Some(ContentChange::Equal) && status == "modified";
        Ok((!silent).then_some(compared))
    }

    fn compare(&mut self, before: Option<&Plaintext>, after: Option<&Plaintext>, path: &str) -> Result<()> {
        let parse = |text: &Plaintext| {
            Document::parse(text.expose(), document::guess(path, text.expose()))
                .or_else(|_| Document::parse(text.expose(), Format::Raw))
        };
        let old = before.map(parse).transpose()?;
        let new = after.map(parse).transpose()?;
        let known = new.as_ref().or(old.as_ref()).map_or(&Value::Null, Document::value);
        self.schema = Schema::guess(path, known);
        let nothing = match known {
            Value::Map(_) => Value::Map(Map::new()),
            _ => Value::Null,
        };
        let value =
            |document: &Option<Document>| document.as_ref().map_or(nothing.clone(), |found| found.value().clone());
        self.changes = diff::changes(&value(&old), &value(&new), self.schema);
        self.content = Some(match self.changes.is_empty() {
            false => ContentChange::Changed,
            true if before.map(Plaintext::expose) == after.map(Plaintext::expose) => ContentChange::Equal,
            true => ContentChange::Layout,
        });
        self.documents = Some((old, new));
        Ok(())
    }
}

/// The content of a file on a side, decrypted where it is encrypted.
fn open(side: &Side, path: &str, repository: &Repository, context: &Context) -> Result<Option<Plaintext>> {
    let Some(bytes) = side.bytes(repository, path)? else { return Ok(None) };
    if !vault::is_age(&bytes) {
        return Ok(Some(Plaintext::new(bytes)));
    }
    let opened = context.identities().and_then(|identities| vault::open(&bytes, identities));
    opened.map(Some).map_err(|error: Error| error.in_file(path))
}
