//! The document as a tree with places and notations: what checks read, since the application that gets the file may
//! read a scalar differently from us (Authelia reads `017` as 15).

use std::ops::Range;

use super::value::Text;

/// A part of the document. Aliases are expanded (within a bound); merge keys (`<<`) stand as written.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub data: Data,
    /// Its bytes in the document's text.
    pub span: Range<usize>,
    /// An explicit tag, as written (`!!str`, `!custom`).
    pub tag: Option<String>,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub enum Data {
    /// A scalar.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A map.
    Map(Vec<Entry>),
}

/// One entry of a map.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key's text (`""` for a key that is a collection).
    pub key: String,
    /// Whether the key was written plain (then `8080` and `null` are no strings).
    pub key_plain: bool,
    /// The key's bytes in the document's text.
    pub key_span: Range<usize>,
    /// The value.
    pub value: Node,
}

/// A scalar's content and notation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The content: quotes taken off, escapes and folding resolved, types not.
    pub text: Text,
    /// How it is written.
    pub style: Style,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes (a bare number or word; an empty value too).
    Plain,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

impl Node {
    /// The value under `key`, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of `key`, if this is a map that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.data {
            Data::Map(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// The scalar, if it is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.data {
            Data::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub fn items(&self) -> Option<&[Node]> {
        match &self.data {
            Data::List(items) => Some(items),
            _ => None,
        }
    }
}
