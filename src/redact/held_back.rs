//! Texts of a document that must never be printed anywhere.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::swallowed;
use crate::document::node::{Data, Node};
use crate::document::{Document, Value};
use crate::schema::{PlaceId, Places, Schema};
use crate::shown::held_back::hold_back;

/// The schema of a document, set or guessed. Also registers texts that must not be printed anywhere: keys that the
/// schema does not know, secrets that an alias repeats at a public place or as a key, and public values that are or
/// contain a secret by mistake.
pub fn schema_of(set: Option<Schema>, name: &str, document: &Document) -> Schema {
    let schema = set.unwrap_or_else(|| Schema::guess(name, document.value()));
    hold_back_of(document, schema);
    schema
}

/// Registers what must not be printed of a document with this schema.
pub fn hold_back_of(document: &Document, schema: Schema) {
    let mut texts = Vec::new();
    if schema != Schema::Unknown {
        unknown_keys(document.value(), Places::ROOT, &mut Places::new(schema), &mut texts);
    }
    let has_anchors = document.format().has_anchors() && document.bytes().contains(&b'&');
    if has_anchors && let Ok(tree) = document.tree() {
        let mut shared = Shared::default();
        shared.collect(&tree, Places::ROOT, &mut Places::new(schema));
        texts.extend(shared.texts());
    }
    texts.extend(swallowed::texts(document, schema));
    hold_back(texts);
}

/// Keys that may be values which a typo turned into keys. A key with known options below it is a misplaced section.
fn unknown_keys(value: &Value, at: PlaceId, places: &mut Places, texts: &mut Vec<String>) {
    match value {
        Value::Map(map) => {
            for (key, value) in map.iter() {
                let below = places.entry(at, key.text());
                let is_name = key.is_string() || key.text().starts_with(['{', '[']);
                if is_name && !places.shows_key(below) && !is_section(value, places) {
                    texts.push(key.text().to_owned());
                }
                unknown_keys(value, below, places, texts);
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                let item_at = places.item(at, index);
                unknown_keys(item, item_at, places, texts);
            }
        }
        _ => {}
    }
}

/// Whether an entry holds an option that is known at the top.
fn is_section(value: &Value, places: &mut Places) -> bool {
    let mut is_known = |key: &str| {
        let option = places.entry(Places::ROOT, key);
        places.shows_key(option)
    };
    value.as_map().is_some_and(|map| map.iter().any(|(key, _)| is_known(key.text())))
}

/// The bytes of a document's scalars and keys; an alias shares those of what it repeats.
#[derive(Default)]
struct Shared<'t> {
    secret: HashMap<(usize, usize), &'t str>,
    public: HashSet<(usize, usize)>,
}

impl<'t> Shared<'t> {
    fn collect(&mut self, node: &Node<'t>, at: PlaceId, places: &mut Places) {
        match &node.data {
            Data::Scalar(_) if places.is_public(at) => self.note_public(&node.span),
            Data::Scalar(scalar) => drop(self.secret.insert((node.span.start, node.span.end), scalar.text)),
            Data::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    let item_at = places.item(at, index);
                    self.collect(item, item_at, places);
                }
            }
            Data::Map(entries) => {
                for entry in entries {
                    self.note_public(&entry.key_span);
                    let below = places.entry(at, entry.key);
                    self.collect(&entry.value, below, places);
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
