//! Lists, maps, and keys. Copies share their content.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::{Equivalent, IndexMap};

use super::value::Value;

/// A map's key: its text and its kind, since YAML distinguishes `8080:` from `'8080':`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MapKey {
    /// Shared, since the same few names occur in every item of a list.
    text: Arc<str>,
    kind: KeyKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum KeyKind {
    String,
    /// A number, a boolean, or null.
    Other,
    /// A list or a map.
    Complex,
}

/// A key to look up.
#[derive(Hash)]
struct Sought<'k> {
    text: &'k str,
    kind: KeyKind,
}

impl Equivalent<MapKey> for Sought<'_> {
    fn equivalent(&self, key: &MapKey) -> bool {
        self.kind == key.kind && *self.text == *key.text
    }
}

impl MapKey {
    /// A string key.
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self { text: text.into(), kind: KeyKind::String }
    }

    /// A scalar key that is not a string (a number, a boolean, null), by its text in the document.
    pub fn other(text: impl Into<Arc<str>>) -> Self {
        Self { text: text.into(), kind: KeyKind::Other }
    }

    /// A key that is a list or a map, by its source text: usually an unquoted template (`{{ … }}`).
    pub fn complex(text: impl Into<Arc<str>>) -> Self {
        Self { text: text.into(), kind: KeyKind::Complex }
    }

    /// The key's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the key is a string.
    pub fn is_string(&self) -> bool {
        self.kind == KeyKind::String
    }

    /// Whether the key is a list or a map.
    pub fn is_complex(&self) -> bool {
        self.kind == KeyKind::Complex
    }
}

/// A list. Copying is free: copies share the items until one of them is changed, and shared items are known to be equal
/// without a comparison.
#[derive(Clone, Default)]
pub struct List(Arc<Vec<Value>>);

impl Deref for List {
    type Target = Vec<Value>;

    fn deref(&self) -> &Vec<Value> {
        &self.0
    }
}

impl DerefMut for List {
    fn deref_mut(&mut self) -> &mut Vec<Value> {
        Arc::make_mut(&mut self.0)
    }
}

impl PartialEq for List {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl From<Vec<Value>> for List {
    fn from(items: Vec<Value>) -> Self {
        Self(Arc::new(items))
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        Vec::from_iter(items).into()
    }
}

/// A map in the order of the document. Copies share their entries like those of a [`List`].
#[derive(Clone, Default)]
pub struct Map(Arc<IndexMap<MapKey, Value, RandomState>>);

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Map {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// The entries for modification, no longer shared with copies.
    fn entries(&mut self) -> &mut IndexMap<MapKey, Value, RandomState> {
        Arc::make_mut(&mut self.0)
    }

    /// An empty map with capacity for this many entries.
    pub fn with_capacity(entries: usize) -> Self {
        Self(Arc::new(IndexMap::with_capacity_and_hasher(entries, RandomState::default())))
    }

    /// The value of the key with this text, preferring a string key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.find(key).and_then(|key| self.0.get(key))
    }

    /// The value of the key with this text, for modification.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let key = self.find(key)?.clone();
        self.entries().get_mut(&key)
    }

    /// The key with this text, preferring a string key.
    pub fn find(&self, key: &str) -> Option<&MapKey> {
        let of_kind = |kind| self.0.get_key_value(&Sought { text: key, kind }).map(|(found, _)| found);
        [KeyKind::String, KeyKind::Other, KeyKind::Complex].into_iter().find_map(of_kind)
    }

    /// Whether both `8080` and `'8080'` exist.
    pub fn is_ambiguous(&self, key: &str) -> bool {
        [KeyKind::String, KeyKind::Other].iter().all(|kind| self.0.contains_key(&Sought { text: key, kind: *kind }))
    }

    /// The entry at this position.
    pub fn at(&self, index: usize) -> Option<(&MapKey, &Value)> {
        self.0.get_index(index)
    }

    /// Inserts the value under `key`, at the end if the key is new; returns the old value.
    pub fn insert(&mut self, key: MapKey, value: Value) -> Option<Value> {
        self.entries().insert(key, value)
    }

    /// Removes the key with this text, preserving the order of the rest.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let key = self.find(key)?.clone();
        self.entries().shift_remove(&key)
    }

    /// Renames the key with this text, in its place. `None` if there is no such key, or the new one exists.
    pub fn rename(&mut self, key: &str, to: &str) -> Option<()> {
        let index = self.0.get_index_of(self.find(key)?)?;
        self.entries().replace_index(index, MapKey::string(to)).ok().map(drop)
    }

    /// Whether one of its keys is a list or a map.
    pub fn has_complex_key(&self) -> bool {
        self.0.keys().any(MapKey::is_complex)
    }

    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = (&MapKey, &Value)> {
        self.0.iter()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(MapKey, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (MapKey, Value)>>(entries: I) -> Self {
        Self(Arc::new(entries.into_iter().collect()))
    }
}
