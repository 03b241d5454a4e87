//! Documents inside the values of a document, found by their names, their contents, and the settings.

use super::Context;
use crate::diff::{self, Change, name};
use crate::document::{Document, Edit, Format, Pointer, Value, apply_to};
use crate::error::Result;
use crate::redact::{self, Marks};
use crate::schema::Schema;
use crate::shown::Shown;
use crate::workspace::Target;

/// A document inside a string value.
pub(crate) struct InnerDocument {
    /// How it is named: `FILE#PATH`.
    pub(crate) target: Target,
    /// Where its value is.
    pub(crate) pointer: Pointer,
    /// What it is.
    pub(crate) document: Document,
    /// By what it is shown.
    pub(crate) schema: Schema,
}

/// A document inside a value of both versions of a file.
pub(crate) struct InnerChange {
    /// How it is named.
    pub(crate) target: Target,
    /// The versions, before and after.
    pub(crate) versions: [Document; 2],
    /// By what they are shown.
    pub(crate) schema: Schema,
}

/// Two versions of a file: the documents inside values that differ, and what else each version holds.
pub(crate) struct Split {
    /// The values, in which those of `inner` are the same.
    pub(crate) values: [Value; 2],
    /// What differs inside.
    pub(crate) inner: Vec<InnerChange>,
}

/// What differs in a document.
pub(crate) struct Changed {
    /// Which document.
    pub(crate) target: Target,
    /// What differs.
    pub(crate) changes: Vec<Change>,
    /// By what it is shown.
    pub(crate) schema: Schema,
}

impl Context {
    /// The documents inside the string values of `document`, which is the one that `target` means.
    pub(crate) fn inner_documents(&self, target: &Target, document: &Document) -> Vec<InnerDocument> {
        let mut found = Vec::new();
        if matches!(document.value(), Value::Map(_) | Value::List(_)) {
            self.collect_inner(target, document.value(), "", &Pointer::root(), &mut found);
        }
        found
    }

    fn collect_inner(&self, target: &Target, value: &Value, path: &str, at: &Pointer, found: &mut Vec<InnerDocument>) {
        match value {
            Value::Map(map) => {
                for (key, value) in map.iter() {
                    // The path is looked up again, so that it has every key as it is.
                    let path = name::entry(path, key.text(), at, Schema::Unknown);
                    self.collect_inner(target, value, &path, &at.child(key.text()), found);
                }
            }
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.collect_inner(target, item, &format!("{path}[{index}]"), &at.child(index.to_string()), found);
                }
            }
            Value::String(text) => {
                let inner = target.clone().within(path);
                found.extend(self.inner_document(inner, at, text.as_str()));
            }
            _ => {}
        }
    }

    /// The document that a string holds; `None` where it holds none for certain.
    pub(crate) fn inner_document(&self, target: Target, at: &Pointer, text: &str) -> Option<InnerDocument> {
        let named = Format::of_name(&target.document_name()).is_some_and(|format| format != Format::Raw);
        let likely = named || text.contains('\n') || text.starts_with(['{', '[']);
        if !likely && self.settings(&target).ok()?.format.is_none() {
            return None;
        }
        let (document, schema) = self.parse(&target, text.as_bytes()).ok()?;
        let structured = match document.value() {
            Value::Map(map) => map.iter().next().is_some(),
            Value::List(items) => items.iter().any(Value::is_collection),
            _ => false,
        };
        structured.then(|| InnerDocument { target, pointer: at.clone(), document, schema })
    }

    /// The redacted text of a document, with the documents inside its values in their places.
    ///
    /// # Errors
    /// As [`redact::document`].
    pub(crate) fn redacted(
        &self,
        target: &Target,
        (document, schema): (&Document, Schema),
        lines: Option<(usize, usize)>,
        marks: Option<&Marks>,
    ) -> Result<Shown> {
        let mut insets = Vec::new();
        for inner in self.inner_documents(target, document) {
            let text = self.redacted(&inner.target, (&inner.document, inner.schema), None, marks)?;
            insets.push((inner.pointer, text));
        }
        redact::with_insets(document, schema, lines, marks, &insets)
    }

    /// Splits what differs between two versions of a document into what differs inside its values, and the rest.
    pub(crate) fn split(&self, target: &Target, before: &Document, after: &Document) -> Split {
        let mut values = [before.value().clone(), after.value().clone()];
        let mut inner = Vec::new();
        let older = if before.bytes() == after.bytes() { Vec::new() } else { self.inner_documents(target, before) };
        for old in older {
            let text = |value: &Value| old.pointer.get(value).and_then(Value::as_str).map(str::to_owned);
            let Some(new) = text(after.value()).filter(|new| new.as_bytes() != old.document.bytes()) else { continue };
            let Some(new) = self.inner_document(old.target.clone(), &old.pointer, &new) else { continue };
            let same = Edit::Replace { path: old.pointer.clone(), value: Value::string("") };
            if values.iter_mut().all(|value| apply_to(value, &same).is_ok()) {
                inner.push(InnerChange {
                    target: old.target,
                    versions: [old.document, new.document],
                    schema: new.schema,
                });
            }
        }
        Split { values, inner }
    }

    /// What differs between two versions of a document, first in itself, then in the documents inside its values; what
    /// does not differ in any value is left out.
    pub(crate) fn changes(&self, target: &Target, before: &Document, after: &Document, schema: Schema) -> Vec<Changed> {
        let split = self.split(target, before, after);
        let changes = diff::changes(&split.values[0], &split.values[1], schema);
        let own = Changed { target: target.clone(), changes, schema };
        let own = Some(own).filter(|own| !own.changes.is_empty());
        let inside = split.inner.into_iter().flat_map(|inner| {
            let [before, after] = &inner.versions;
            self.changes(&inner.target, before, after, inner.schema)
        });
        own.into_iter().chain(inside).collect()
    }
}
