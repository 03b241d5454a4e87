//! The keys of maps.

use std::sync::Arc;

use indexmap::Equivalent;

/// A map's key: its text and its kind, since YAML distinguishes `8080:` from `'8080':`. The content is shared, since the
/// same few names occur in every item of a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MapKey(Arc<Name>);

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Name {
    text: Box<str>,
    kind: KeyKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum KeyKind {
    String,
    /// A number, a boolean, or null.
    Other,
    /// A list or a map.
    Complex,
}

/// A key to look up.
#[derive(Hash)]
pub(super) struct Sought<'k> {
    pub(super) text: &'k str,
    pub(super) kind: KeyKind,
}

impl Equivalent<MapKey> for Sought<'_> {
    fn equivalent(&self, key: &MapKey) -> bool {
        self.kind == key.0.kind && *self.text == *key.0.text
    }
}

impl MapKey {
    fn new(text: impl Into<Box<str>>, kind: KeyKind) -> Self {
        Self(Arc::new(Name { text: text.into(), kind }))
    }

    /// A string key.
    pub fn string(text: impl Into<Box<str>>) -> Self {
        Self::new(text, KeyKind::String)
    }

    /// A scalar key that is not a string (a number, a boolean, null), by its text in the document.
    pub fn other(text: impl Into<Box<str>>) -> Self {
        Self::new(text, KeyKind::Other)
    }

    /// A key that is a list or a map, by its source text: usually an unquoted template (`{{ … }}`).
    pub fn complex(text: impl Into<Box<str>>) -> Self {
        Self::new(text, KeyKind::Complex)
    }

    /// The key's text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Whether the key is a string.
    pub fn is_string(&self) -> bool {
        self.0.kind == KeyKind::String
    }

    /// Whether the key is a list or a map.
    pub fn is_complex(&self) -> bool {
        self.0.kind == KeyKind::Complex
    }
}
