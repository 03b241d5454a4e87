//! Texts of a document that must never be printed anywhere.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::document::node::{Data, Node};
use crate::document::{Document, Pointer, Value};
use crate::schema::Schema;
use crate::shown::held_back::hold_back;

/// The schema of a document, set or guessed. Also registers texts that must not be printed anywhere: keys that the
/// schema does not know, and secrets that an alias repeats at a public place or as a key.
pub fn schema_of(set: Option<Schema>, name: &str, document: &Document) -> Schema {
    let schema = set.unwrap_or_else(|| Schema::guess(name, document.value()));
    hold_back_of(document, schema);
    schema
}

/// Registers what must not be printed of a document with this schema.
pub fn hold_back_of(document: &Document, schema: Schema) {
    let mut texts = Vec::new();
    if schema != Schema::Unknown {
        unknown_keys(document.value(), &Pointer::root(), schema, &mut texts);
    }
    let has_anchors = document.format().has_anchors() && document.bytes().contains(&b'&');
    if has_anchors && let Ok(tree) = document.tree() {
        let mut shared = Shared::default();
        shared.collect(&tree, &Pointer::root(), schema);
        texts.extend(shared.texts());
    }
    hold_back(texts);
}

/// Keys that may be values which a typo turned into keys. A key with known options below it is a misplaced section.
fn unknown_keys(value: &Value, at: &Pointer, schema: Schema, texts: &mut Vec<String>) {
    match value {
        Value::Map(map) => {
            for (key, value) in map.iter() {
                let below = at.child(key.text());
                let is_section = || {
                    let known = |key: &str| schema.shows_key(&Pointer::root(), key);
                    value.as_map().is_some_and(|map| map.iter().any(|(key, _)| known(key.text())))
                };
                let is_name = key.is_string() || key.text().starts_with(['{', '[']);
                if is_name && !schema.shows_key(at, key.text()) && !is_section() {
                    texts.push(key.text().to_owned());
                }
                unknown_keys(value, &below, schema, texts);
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                unknown_keys(item, &at.child(index.to_string()), schema, texts);
            }
        }
        _ => {}
    }
}

/// The bytes of a document's scalars and keys; an alias shares those of what it repeats.
#[derive(Default)]
struct Shared<'t> {
    secret: HashMap<(usize, usize), &'t str>,
    public: HashSet<(usize, usize)>,
}

impl<'t> Shared<'t> {
    fn collect(&mut self, node: &Node<'t>, at: &Pointer, schema: Schema) {
        match &node.data {
            Data::Scalar(_) if schema.is_public(at) => self.note_public(&node.span),
            Data::Scalar(scalar) => drop(self.secret.insert((node.span.start, node.span.end), scalar.text)),
            Data::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.collect(item, &at.child(index.to_string()), schema);
                }
            }
            Data::Map(entries) => {
                for entry in entries {
                    self.note_public(&entry.key_span);
                    self.collect(&entry.value, &at.child(entry.key), schema);
                }
            }
        }
    }

    fn note_public(&mut self, span: &Range<usize>) {
        self.public.insert((span.start, span.end));
    }

    fn texts(self) -> impl Iterator<Item = String> {
        let Self { secret, public } = self;
        secret.into_iter().filter(move |(span, _)| public.contains(span)).map(|(_, text)| text.to_owned())
    }
}
