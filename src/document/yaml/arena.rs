//! The nodes of a text, with their places.
//!
//! A large document has hundreds of thousands of nodes, so a node is small and owns no memory: positions are 32 bits wide,
//! the children of all collections are in one list, and what few nodes have (a tag, a text that differs from the document's)
//! is kept beside them. A copy to edit shares most of it ([`blocks`](super::blocks)).

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::blocks::Blocks;
use super::piece::{Children, EDITED, IN_PLACE, Kind, narrow, wide};
pub(super) use super::piece::{ELSEWHERE, MAX_TEXT, Piece, Places};
use crate::document::node::Style;
use crate::document::value::Text;

/// The content of a node; numbers are indices in the arena. [`Tree::text`](super::tree::Tree::text) returns the text of a
/// scalar.
#[derive(Debug, Clone, Copy)]
pub(super) enum Content<'a> {
    Scalar(Style),
    List(&'a [usize]),
    /// A map's keys and values.
    Map(&'a [(usize, usize)]),
    /// The node that an alias repeats.
    Alias(usize),
}

/// All nodes of a document; empty if it has no content.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Arena {
    /// The nodes, each after its parent.
    pub(super) pieces: Blocks,
    pub(super) root: Option<usize>,
    /// Whether the text contains an anchor, an alias, or a merge key.
    pub(super) anchors: bool,
    /// The names of anchors by node.
    pub(super) names: HashMap<usize, String>,
    /// Tags by node, resolved (`tag:yaml.org,2002:str`, `!custom`).
    tags: HashMap<usize, String>,
    /// The texts of scalars that differ from the document's: with escapes, folded lines, or block scalars. Others have no
    /// second copy, which would have to be wiped as well.
    texts: Vec<Text>,
    lists: Pool<usize>,
    maps: Pool<(usize, usize)>,
}

/// The children of all collections of one kind.
#[derive(Debug, Clone, PartialEq)]
struct Pool<T> {
    /// Those of the collections that were read, shared with copies.
    read: Arc<Vec<T>>,
    edited: Vec<Vec<T>>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { read: Arc::default(), edited: Vec::new() }
    }
}

impl<T: Copy> Pool<T> {
    fn of(&self, Children { first, count }: Children) -> &[T] {
        let first = first as usize;
        let found = match count {
            EDITED => self.edited.get(first).map(Vec::as_slice),
            count => self.read.get(first..first + count as usize),
        };
        found.unwrap_or_default()
    }

    fn add(&mut self, children: &[T]) -> Children {
        let first = narrow(self.read.len());
        Arc::make_mut(&mut self.read).extend_from_slice(children);
        Children { first, count: narrow(children.len()) }
    }

    /// Adds children in a list of their own, beside those that are shared.
    fn add_own(&mut self, children: Vec<T>) -> Children {
        self.edited.push(children);
        Children { first: narrow(self.edited.len() - 1), count: EDITED }
    }

    /// Edits the children in a list of their own, of which this is the number from now on.
    fn edit(&mut self, children: Children, edit: impl FnOnce(&mut Vec<T>)) -> Children {
        if children.count == EDITED {
            self.edited.get_mut(children.first as usize).map(edit);
            return children;
        }
        let mut own = self.of(children).to_vec();
        edit(&mut own);
        self.add_own(own)
    }
}

impl Arena {
    /// The content of a node.
    pub(super) fn content(&self, node: usize) -> Content<'_> {
        match *self.pieces.kind(node) {
            Kind::Scalar { style, .. } => Content::Scalar(style),
            Kind::List(children) => Content::List(self.lists.of(children)),
            Kind::Map(children) => Content::Map(self.maps.of(children)),
            Kind::Alias(target) => Content::Alias(wide(target)),
        }
    }

    /// The text of a scalar, if it differs from the document's.
    pub(super) fn own_text(&self, node: usize) -> Option<&Text> {
        self.own_text_of(&self.pieces.at(node))
    }

    /// As [`Self::own_text`], for a node that was read.
    pub(super) fn own_text_of(&self, piece: &Piece) -> Option<&Text> {
        match piece.kind {
            Kind::Scalar { text, .. } if text != IN_PLACE => self.texts.get(text as usize),
            _ => None,
        }
    }

    /// The tag of a node.
    pub(super) fn tag(&self, node: usize) -> Option<&str> {
        if self.tags.is_empty() {
            return None;
        }
        self.tags.get(&node).map(String::as_str)
    }

    pub(super) fn set_tag(&mut self, node: usize, tag: String) {
        self.tags.insert(node, tag);
    }

    fn push(&mut self, kind: Kind, places: &Places, flow: bool) -> usize {
        self.pieces.push(Piece::new(kind, places, flow));
        self.pieces.len() - 1
    }

    /// Adds a scalar, with its text if that differs from the document's.
    pub(super) fn push_scalar(&mut self, style: Style, text: Option<Text>, places: &Places) -> usize {
        let text = text.map_or(IN_PLACE, |text| self.add_text(text));
        self.push(Kind::Scalar { style, text }, places, false)
    }

    /// Adds a list, whose items follow.
    pub(super) fn push_list(&mut self, places: &Places, flow: bool) -> usize {
        self.push(Kind::List(Children { first: 0, count: 0 }), places, flow)
    }

    /// Adds a map, whose keys and values follow.
    pub(super) fn push_map(&mut self, places: &Places, flow: bool) -> usize {
        self.push(Kind::Map(Children { first: 0, count: 0 }), places, flow)
    }

    pub(super) fn push_alias(&mut self, target: usize, places: &Places) -> usize {
        self.push(Kind::Alias(narrow(target)), places, false)
    }

    fn add_text(&mut self, text: Text) -> u32 {
        self.texts.push(text);
        narrow(self.texts.len() - 1)
    }

    /// Sets the items of a list that was just read.
    pub(super) fn set_items(&mut self, list: usize, items: &[usize]) {
        self.pieces.at_mut(list).kind = Kind::List(self.lists.add(items));
    }

    /// Sets the keys and values of a map that was just read.
    pub(super) fn set_entries(&mut self, map: usize, entries: &[(usize, usize)]) {
        self.pieces.at_mut(map).kind = Kind::Map(self.maps.add(entries));
    }

    pub(super) fn set_alias(&mut self, alias: usize, target: usize) {
        self.pieces.at_mut(alias).kind = Kind::Alias(narrow(target));
    }

    pub(super) fn edit_items(&mut self, list: usize, edit: impl FnOnce(&mut Vec<usize>)) {
        if let Kind::List(children) = &mut self.pieces.at_mut(list).kind {
            *children = self.lists.edit(*children, edit);
        }
    }

    pub(super) fn edit_entries(&mut self, map: usize, edit: impl FnOnce(&mut Vec<(usize, usize)>)) {
        if let Kind::Map(children) = &mut self.pieces.at_mut(map).kind {
            *children = self.maps.edit(*children, edit);
        }
    }

    /// Replaces the text of a scalar that differs from the document's.
    pub(super) fn set_own_text(&mut self, node: usize, text: Text) {
        let known = match *self.pieces.kind(node) {
            Kind::Scalar { text, .. } => self.texts.get_mut(text as usize),
            _ => None,
        };
        if let Some(known) = known {
            *known = text;
        }
    }

    /// Empties a node that is no longer in the tree; its text is wiped.
    pub(super) fn clear(&mut self, node: usize) {
        self.set_own_text(node, Text::new(""));
        self.names.remove(&node);
        self.tags.remove(&node);
        let nowhere = Places { span: 0..0, entry: 0, after: 0, bare: 0 };
        *self.pieces.at_mut(node) = Piece::new(Kind::Scalar { style: Style::Plain, text: IN_PLACE }, &nowhere, false);
    }

    /// Adds the nodes of a part that was read, with their places moved by `place`, and returns the index of the first.
    pub(super) fn absorb(&mut self, part: Self, place: impl Fn(usize) -> usize) -> usize {
        let (base, texts) = (self.pieces.len(), narrow(self.texts.len()));
        for node in 0..part.pieces.len() {
            let piece = part.pieces.at(node);
            let kind = match part.content(node) {
                Content::List(items) => Kind::List(self.lists.add_own(items.iter().map(|item| item + base).collect())),
                Content::Map(entries) => {
                    let entries = entries.iter().map(|(key, value)| (key + base, value + base));
                    Kind::Map(self.maps.add_own(entries.collect()))
                }
                Content::Alias(ELSEWHERE) => piece.kind,
                Content::Alias(target) => Kind::Alias(narrow(target + base)),
                Content::Scalar(style) => match piece.kind {
                    Kind::Scalar { text, .. } if text != IN_PLACE => Kind::Scalar { style, text: text + texts },
                    kind => kind,
                },
            };
            let Places { span, entry, after, bare } = piece.places();
            let span = place(span.start)..place(span.end);
            let places = Places { span, entry: place(entry), after: place(after), bare: place(bare) };
            self.push(kind, &places, piece.flow);
        }
        self.texts.extend(part.texts);
        self.names.extend(part.names.into_iter().map(|(node, name)| (node + base, name)));
        self.tags.extend(part.tags.into_iter().map(|(node, tag)| (node + base, tag)));
        base
    }
}

/// The bytes that may contain a scalar's text literally: without its quotes. The lines of a block scalar are indented.
pub(super) fn in_place(style: Style, span: &Range<usize>) -> Option<Range<usize>> {
    match style {
        Style::Plain => Some(span.clone()),
        Style::Single | Style::Double => Some(span.start + 1..span.end.saturating_sub(1)),
        Style::Literal | Style::Folded => None,
    }
}
