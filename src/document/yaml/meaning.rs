//! The value of the arena, with aliases and merge keys resolved.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::arena::{Arena, Content, Piece, in_place};
use super::scalar;
use super::tree::Tree;
use crate::document::entry_span::EntrySpan;
use crate::document::node::Style;
use crate::document::pointer::{Pointer, list_index};
use crate::document::sequence::Sequence;
use crate::document::value::{Map, MapKey, Text, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Zeroizing;

/// The number of nodes that aliases may add to a document of `nodes`: a few repeat a client's defaults, a bomb repeats
/// itself.
fn bound(nodes: usize) -> usize {
    nodes.saturating_mul(20).max(10_000)
}

/// The prefix of YAML's own tags.
pub(super) const CORE: &str = "tag:yaml.org,2002:";

/// Walks the arena, and counts what aliases expand to.
pub(super) struct Reading<'a> {
    pub(super) tree: Tree<'a>,
    left: usize,
    /// The aliases being expanded, to detect cycles.
    inside: Vec<usize>,
    /// Whether to keep aliases and merge keys as written.
    written: bool,
    /// Nodes that are expanded even so where something repeats them.
    apart: HashSet<usize>,
    /// A cache of keys, since a text contains the same few names many times.
    keys: Sequence<(&'a str, bool), MapKey>,
    /// The text, if strings may share its memory.
    text: Option<&'a Arc<Zeroizing<String>>>,
    /// A list of which only these items are read.
    pub(super) some: Option<(usize, BTreeSet<usize>)>,
}

impl<'a> Reading<'a> {
    pub(super) fn of(tree: Tree<'a>) -> Self {
        Self {
            tree,
            left: bound(tree.arena.pieces.len()),
            inside: Vec::new(),
            written: false,
            apart: HashSet::new(),
            keys: Sequence::default(),
            text: None,
            some: None,
        }
    }

    /// As [`Self::of`]; strings share the memory of the text.
    pub(super) fn sharing(text: &'a Arc<Zeroizing<String>>, arena: &'a Arena) -> Self {
        Self { text: Some(text), ..Self::of(Tree { text, arena }) }
    }

    /// As [`Self::of`], for the read model with only these items of a list; each of the others is nothing, in its place.
    pub(super) fn of_items(tree: Tree<'a>, list: usize, items: &BTreeSet<usize>) -> Self {
        Self { some: Some((list, items.clone())), ..Self::of(tree) }
    }

    /// The document's value; null if there is no content.
    pub(super) fn value(&mut self) -> Result<Value> {
        self.tree.arena.root.map_or(Ok(Value::Null), |root| self.value_of(root))
    }

    /// The value as it is written: an alias is an alias, not what it repeats, and a merge key is an ordinary entry. An
    /// edit of a text with aliases must change this value like any other; what each alias repeats is checked separately
    /// ([`shared`](super::shared)).
    pub(super) fn written(tree: Tree<'a>) -> Result<Value> {
        let mut reading = Self { written: true, ..Self::of(tree) };
        reading.value()
    }

    /// Like [`Self::written`], with aliases of these nodes expanded.
    pub(super) fn written_apart(tree: Tree<'a>, apart: HashSet<usize>) -> Self {
        Self { written: true, apart, ..Self::of(tree) }
    }

    /// The value of one node.
    pub(super) fn value_at(&mut self, node: usize) -> Result<Value> {
        self.value_of(node)
    }

    fn value_of(&mut self, index: usize) -> Result<Value> {
        match self.tree.content(index) {
            Content::Scalar(style) => Ok(self.scalar(index, style)),
            Content::List(items) => {
                self.count(items.len())?;
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(self.value_of(*item)?);
                }
                Ok(Value::list(values))
            }
            Content::Map(entries) => self.map_value(entries),
            Content::Alias(target) if self.written && !self.apart.contains(&target) => {
                Ok(Value::Map(Map::from_iter([(MapKey::other("*"), Value::Null)])))
            }
            Content::Alias(target) => {
                // What is expanded is expanded completely.
                let written = std::mem::replace(&mut self.written, false);
                let value = self.through(target, Self::value_of);
                self.written = written;
                value
            }
        }
    }

    fn scalar(&self, node: usize, style: Style) -> Value {
        let is_text = is_text(self.tree.arena.tag(node), style);
        let is_string = |text: &str| is_text || scalar::is_string(text);
        let piece = self.tree.piece(node);
        if let Some(own) = self.tree.arena.own_text_of(&piece) {
            return if is_string(own.as_str()) {
                Value::String(own.clone())
            } else {
                scalar_value(own.as_str(), false)
            };
        }
        let place = in_place(style, &piece.span()).unwrap_or_default();
        let text = self.tree.text.get(place.clone()).unwrap_or_default();
        match self.text {
            // The string shares the document's memory.
            Some(whole) if is_string(text) => Value::String(Text::part(whole, place)),
            _ => scalar_value(text, is_text),
        }
    }

    fn map_value(&mut self, entries: &[(usize, usize)]) -> Result<Value> {
        self.count(entries.len())?;
        let mut map = Map::with_capacity(entries.len());
        let mut merged = Vec::new();
        for (key, value) in entries {
            let name = self.key(*key);
            let value_here = self.value_of(*value)?;
            if self.written && is_merge(self.tree, *key) {
                map.insert(MapKey::other("<<"), value_here);
            } else if name.text() == "<<" && is_plain(self.tree.piece(*key)) {
                merged.push(value_here);
            } else if name.is_complex() {
                map.insert(name, value_here);
            } else {
                // No key occurs twice ([`duplicates`](super::duplicates)).
                map.push(name, value_here);
            }
        }
        for value in merged {
            merge(&mut map, value);
        }
        Ok(Value::Map(map))
    }

    /// The key in a node; a collection is identified by its source text.
    fn key(&mut self, node: usize) -> MapKey {
        let Some((text, is_string)) = self.tree.key_text(node) else {
            return MapKey::complex(self.tree.key_source(node));
        };
        let new = |_: &(&str, bool)| if is_string { MapKey::string(text) } else { MapKey::other(text) };
        self.keys.get_or_add((text, is_string), new)
    }

    pub(super) fn through<T>(&mut self, target: usize, read: impl FnOnce(&mut Self, usize) -> Result<T>) -> Result<T> {
        if self.inside.contains(&target) {
            return Err(Error::new(ErrorKind::Unsupported, "an alias is inside the value that it repeats"));
        }
        self.inside.push(target);
        let result = self.count(1).and_then(|()| read(self, target));
        self.inside.pop();
        result
    }

    pub(super) fn count(&mut self, nodes: usize) -> Result<()> {
        self.left = self.left.checked_sub(nodes).ok_or_else(|| {
            Error::new(ErrorKind::Unsupported, "the document's aliases expand to far more than the document")
                .hint("this may be an attack with aliases; write the values out")
        })?;
        Ok(())
    }
}

/// Adds the entries of a merge key: maps earlier in the list win, and the map's own keys win over all.
fn merge(map: &mut Map, value: Value) {
    match value {
        Value::List(items) => items.iter().for_each(|item| merge(map, item.clone())),
        Value::Map(from) => {
            for (key, value) in from.iter() {
                if map.get(key.text()).is_none() {
                    map.insert(key.clone(), value.clone());
                }
            }
        }
        _ => {}
    }
}

pub(super) fn is_plain(piece: Piece) -> bool {
    piece.style() == Some(Style::Plain)
}

/// The value of a scalar with this text.
pub(super) fn scalar_value(text: &str, is_text: bool) -> Value {
    if is_text { Value::string(text) } else { scalar::plain(text) }
}

/// Whether a scalar with this tag and style is a string regardless of its text.
pub(super) fn is_text(tag: Option<&str>, style: Style) -> bool {
    match tag.map(|tag| tag.strip_prefix(CORE)) {
        Some(Some("int" | "float" | "bool" | "null")) => false,
        Some(_) => true,
        None => style != Style::Plain,
    }
}

/// The place of the entry at `pointer`; entries below an alias have none.
pub(super) fn place(tree: Tree<'_>, pointer: &Pointer) -> Option<EntrySpan> {
    let (key, value) = entry(tree, pointer)?;
    let span = |index: usize| tree.span(index);
    Some(EntrySpan { key: key.map(span), value: span(value) })
}

/// The nodes of key and value at `pointer`.
pub(super) fn entry(tree: Tree<'_>, pointer: &Pointer) -> Option<(Option<usize>, usize)> {
    pointer.tokens().iter().try_fold((None, tree.arena.root?), |(_, here), token| match tree.content(here) {
        Content::List(items) => Some((None, *items.get(list_index(token)?)?)),
        Content::Map(entries) => {
            let found = entries.iter().find(|(key, _)| tree.key_text(*key).is_some_and(|(text, _)| text == token));
            found.map(|(key, value)| (Some(*key), *value))
        }
        _ => None,
    })
}

/// Rejects an ambiguous path: through an alias or a merge key (an edit there would change every place that repeats the
/// same text), with a token that matches two keys, or into a map with a key that is a collection.
pub(super) fn refuse_uncertain(tree: Tree<'_>, pointer: &Pointer) -> Result<()> {
    let refused = |kind, message| Error::new(kind, message).at_path(pointer);
    let mut here = tree.arena.root;
    for token in pointer.tokens() {
        let Some(index) = here else { return Ok(()) };
        here = match tree.content(index) {
            Content::Alias(_) => return Err(through_alias(pointer)),
            Content::Map(entries) if token == "<<" && entries.iter().any(|(key, _)| is_merge(tree, *key)) => {
                return Err(through_alias(pointer));
            }
            Content::Map(entries) => {
                let is_meant = |key: usize| tree.key_text(key).is_none() && tree.key_source(key) == token;
                if entries.iter().any(|(key, _)| is_meant(*key)) {
                    let message = "the key is a list or a map; such an entry can only be read";
                    return Err(refused(ErrorKind::Unsupported, message)
                        .hint("if it is a template such as {{ … }}, quote it in the file"));
                }
                let named = |key: usize| tree.key_text(key).is_some_and(|(text, _)| text == token);
                let mut found = entries.iter().filter(|(key, _)| named(*key));
                let first = found.next();
                if found.next().is_some() {
                    return Err(refused(ErrorKind::Ambiguous, "two keys have this text, one of them in quotes")
                        .hint("rename one of the two"));
                }
                first.map(|(_, value)| *value)
            }
            Content::List(items) => list_index(token).and_then(|at| items.get(at).copied()),
            Content::Scalar(_) => None,
        };
    }
    Ok(())
}

/// The error for a path through an alias or a merge key.
pub(super) fn through_alias(pointer: &Pointer) -> Error {
    Error::new(ErrorKind::Alias, "the path goes through an alias or a merge key")
        .at_path(pointer)
        .hint("edit the place with the anchor, or write the value out here")
}

/// Whether this key of a map merges the entries of its value.
pub(super) fn is_merge(tree: Tree<'_>, key: usize) -> bool {
    is_plain(tree.piece(key)) && tree.key_text(key).is_some_and(|(text, _)| text == "<<")
}
