//! Values as Go decodes them, each with its place in a document.

use std::borrow::Cow;
use std::ops::Range;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

/// A value and its place.
#[derive(Debug, Clone)]
pub(in crate::check) struct GoValue<'a> {
    pub(in crate::check) data: GoData<'a>,
    /// The index of its document.
    pub(in crate::check) file: usize,
    pub(in crate::check) span: Range<usize>,
}

/// A value as Go decodes it.
#[derive(Debug, Clone)]
pub(in crate::check) enum GoData<'a> {
    /// `nil`
    Null,
    /// `bool`
    Bool(bool),
    /// `int`, `int64` or `uint64`
    Int(i128),
    /// `float64`
    Float(f64),
    /// `string`
    Text(Cow<'a, str>),
    /// `time.Time`; an option that takes a map accepts it as an empty one
    Time,
    /// `[]any`
    List(Vec<GoValue<'a>>),
    /// `map[string]any`
    Map(Map<'a>),
}

/// A map in the order of the document.
pub(in crate::check) type Map<'a> = IndexMap<Cow<'a, str>, DecodedEntry<'a>, RandomState>;

/// An entry of a map.
#[derive(Debug, Clone)]
pub(in crate::check) struct DecodedEntry<'a> {
    /// How the document spells it, if it was renamed.
    pub(in crate::check) written: Option<WrittenAs>,
    pub(in crate::check) key_span: Range<usize>,
    pub(in crate::check) value: GoValue<'a>,
}

/// The place of an entry in the document before it was renamed.
#[derive(Debug, Clone)]
pub(in crate::check) enum WrittenAs {
    /// Another key of the same map.
    Key(String),
    /// Another place, as a list of keys.
    Place(Vec<String>),
}

impl<'a> GoValue<'a> {
    /// The map, if it is one.
    pub(in crate::check) fn map(&self) -> Option<&Map<'a>> {
        match &self.data {
            GoData::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub(in crate::check) fn list(&self) -> Option<&[Self]> {
        match &self.data {
            GoData::List(items) => Some(items),
            _ => None,
        }
    }

    pub(in crate::check) fn is_null(&self) -> bool {
        matches!(self.data, GoData::Null)
    }

    /// The value of `key`, if this is a map that has it.
    pub(in crate::check) fn get(&self, key: &str) -> Option<&Self> {
        self.map()?.get(key).map(|entry| &entry.value)
    }

    /// Its type, for messages.
    pub(in crate::check) fn type_name(&self) -> &'static str {
        match &self.data {
            GoData::Null => "null",
            GoData::Bool(_) => "a boolean",
            GoData::Int(_) | GoData::Float(_) => "a number",
            GoData::Text(_) => "a string",
            GoData::Time => "a date",
            GoData::List(_) => "a list",
            GoData::Map(_) => "a map",
        }
    }
}
