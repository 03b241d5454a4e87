//! Documents inside the values of a document, found by name, content, and settings.

use super::Context;
use crate::diff::{self, Change, name};
use crate::document::{self, Document, Edit, Format, Pointer, Sequence, Value, apply_to};
use crate::error::Result;
use crate::redact::{self, Marks};
use crate::schema::Schema;
use crate::shown::Shown;
use crate::workspace::Target;

pub(crate) struct InnerDocument {
    /// Its name, `FILE#PATH`.
    pub(crate) target: Target,
    pub(crate) pointer: Pointer,
    pub(crate) document: Document,
    pub(crate) schema: Schema,
}

/// A document inside a value, in both versions of a file.
pub(crate) struct InnerChange {
    /// Its name, `FILE#PATH`.
    pub(crate) target: Target,
    pub(crate) versions: [Document; 2],
    pub(crate) schema: Schema,
}

/// A search for documents inside the values of another.
struct Search<'s, 'v> {
    target: &'s Target,
    /// Whether the settings may make a document of any value.
    has_settings: bool,
    /// Whether the names of values that were seen suggest a document: a list has the same few in every item.
    names: Sequence<&'v str, bool>,
}

/// What is done with a string value: its name, its place, and its text.
type Visit<'f> = &'f mut dyn FnMut(Target, &Pointer, &str);

/// One step on the way to a value.
enum KeyOrIndex<'v> {
    Key(&'v str),
    Index(usize),
}

impl<'v> Search<'_, 'v> {
    fn collect(&mut self, value: &'v Value, way: &mut Vec<KeyOrIndex<'v>>, visit: Visit<'_>) {
        match value {
            Value::Map(map) => {
                for (key, value) in map.iter() {
                    way.push(KeyOrIndex::Key(key.text()));
                    self.collect(value, way, visit);
                    way.pop();
                }
            }
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    way.push(KeyOrIndex::Index(index));
                    self.collect(item, way, visit);
                    way.pop();
                }
            }
            Value::String(text) if self.has_settings || self.is_likely(last_key(way), text.as_str()) => {
                visit(self.target.clone().within(&path(way)), &pointer(way), text.as_str());
            }
            _ => {}
        }
    }

    fn is_likely(&mut self, name: &'v str, text: &str) -> bool {
        looks_like_document(text) || self.names.get_or_add(name, |name| is_document_name(name))
    }
}

/// The key that leads to a value; nothing to an item of a list.
fn last_key<'v>(way: &[KeyOrIndex<'v>]) -> &'v str {
    match way.last() {
        Some(KeyOrIndex::Key(key)) => key,
        _ => "",
    }
}

/// The path is resolved again to get every key as it is written.
fn path(way: &[KeyOrIndex<'_>]) -> String {
    way.iter().fold(String::new(), |path, step| match step {
        KeyOrIndex::Key(key) => name::entry(&path, key, &Pointer::root(), Schema::Unknown),
        KeyOrIndex::Index(index) => format!("{path}[{index}]"),
    })
}

fn pointer(way: &[KeyOrIndex<'_>]) -> Pointer {
    Pointer::new(way.iter().map(|step| match step {
        KeyOrIndex::Key(key) => (*key).to_owned(),
        KeyOrIndex::Index(index) => index.to_string(),
    }))
}

/// Whether a string may hold a document: by the name of its place, or by what it looks like.
fn is_likely(name: &str, text: &str) -> bool {
    looks_like_document(text) || is_document_name(name)
}

fn looks_like_document(text: &str) -> bool {
    text.contains('\n') || text.starts_with(['{', '['])
}

fn is_document_name(name: &str) -> bool {
    Format::of_name(name).is_some_and(|format| !format.is_opaque())
}

/// Two versions of a file: the inner documents that differ, and everything else.
pub(crate) struct Split {
    /// The values before and after, with those in `inner` made equal.
    pub(crate) values: [Value; 2],
    /// The inner documents that differ.
    pub(crate) inner: Vec<InnerChange>,
}

pub(crate) struct Changed {
    pub(crate) target: Target,
    pub(crate) changes: Vec<Change>,
    pub(crate) schema: Schema,
}

impl Context {
    /// The documents inside the string values of `document`, which is the document of `target`.
    pub(crate) fn inner_documents(&self, target: &Target, document: &Document) -> Vec<InnerDocument> {
        let mut found = Vec::new();
        self.each_likely(target, document, &mut |inner, at, text| found.extend(self.inner_document(inner, at, text)));
        found
    }

    /// The values of `document` that contain a configuration of Authelia, or that are called so and contain a document that
    /// does not parse.
    pub(crate) fn inner_configurations(&self, target: &Target, document: &Document) -> Vec<Target> {
        let mut found = Vec::new();
        self.each_likely(target, document, &mut |inner, at, text| {
            let set = self.settings(&inner).ok().and_then(|settings| settings.schema);
            let name = inner.document_name();
            let is_called = set.map_or_else(|| name.to_lowercase().contains("authelia"), |schema| schema == "authelia");
            let is_faulty = || document::looks_faulty(&name, text.as_bytes());
            match self.inner_document(inner.clone(), at, text) {
                Some(document) if document.schema == Schema::Authelia => found.push(inner),
                None if is_called && is_faulty() => found.push(inner),
                _ => {}
            }
        });
        found
    }

    /// Calls `visit` with the name, the place, and the text of each string value that may contain a document.
    fn each_likely(&self, target: &Target, document: &Document, visit: Visit<'_>) {
        if matches!(document.value(), Value::Map(_) | Value::List(_)) {
            let has_settings = self.has_settings_of_values();
            let mut search = Search { target, has_settings, names: Sequence::default() };
            search.collect(document.value(), &mut Vec::new(), visit);
        }
    }

    /// Whether the settings name a document inside a value of any file.
    fn has_settings_of_values(&self) -> bool {
        self.workspace.config().map_or(true, |config| config.files.keys().any(|name| name.contains('#')))
    }

    /// The document that a string contains; `None` unless that is certain.
    pub(crate) fn inner_document(&self, target: Target, at: &Pointer, text: &str) -> Option<InnerDocument> {
        if !is_likely(&target.document_name(), text) && self.settings(&target).ok()?.format.is_none() {
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

    /// The redacted text of a document, including the documents inside its values.
    ///
    /// # Errors
    /// See [`redact::document`].
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

    /// Splits the difference of two versions of a document into what differs inside its values, and the rest.
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

    /// The differences of two versions of a document, first its own, then those of the documents inside its values.
    /// Documents without a difference in any value are left out.
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
