//! The nodes of a text, with their places.
//!
//! A large document has hundreds of thousands of nodes, and an edit copies them all, so a node is small and owns no
//! memory: positions are 32 bits wide, the children of all collections are in one list, and what few nodes have (a tag,
//! a text that differs from the document's) is kept beside them.

use std::collections::HashMap;
use std::ops::Range;

use crate::document::node::Style;
use crate::document::value::Text;

/// The longest text that positions of 32 bits can describe.
pub(super) const MAX_TEXT: usize = 0xffff_fff0;

/// The target of an alias whose anchor is outside the parsed part.
pub(super) const ELSEWHERE: usize = usize::MAX;

/// A node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Piece {
    kind: Kind,
    /// Whether it is a collection in flow style.
    pub(super) flow: bool,
    begin: u32,
    end: u32,
    entry: u32,
    after: u32,
    bare: u32,
}

/// Where a node is in the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Places {
    /// Its bytes.
    pub(super) span: Range<usize>,
    /// The start of its entry: the dash, the `?`, or the key.
    pub(super) entry: usize,
    /// The end of the indicator before it (`-`, `:`, `---`), or its own start.
    pub(super) after: usize,
    /// The end of its anchor and tag, or `after`.
    pub(super) bare: usize,
}

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

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Scalar {
        style: Style,
        /// The index of its text, if that differs from the document's; or [`IN_PLACE`].
        text: u32,
    },
    List(Children),
    Map(Children),
    Alias(u32),
}

/// The text of the scalar is the document's.
const IN_PLACE: u32 = u32::MAX;

/// The children of a collection: a part of the list of all children, or, since a child was inserted or removed, a list of
/// its own, with this number.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Children {
    first: u32,
    /// How many there are, or [`EDITED`].
    count: u32,
}

/// The children are in a list of their own.
const EDITED: u32 = u32::MAX;

/// All nodes of a document; empty if it has no content.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Arena {
    /// The nodes, each after its parent.
    pub(super) pieces: Vec<Piece>,
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
    read: Vec<T>,
    edited: Vec<Vec<T>>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { read: Vec::new(), edited: Vec::new() }
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
        self.read.extend_from_slice(children);
        Children { first, count: narrow(children.len()) }
    }

    /// Edits the children in a list of their own, of which this is the number from now on.
    fn edit(&mut self, children: Children, edit: impl FnOnce(&mut Vec<T>)) -> Children {
        if children.count == EDITED {
            self.edited.get_mut(children.first as usize).map(edit);
            return children;
        }
        let mut own = self.of(children).to_vec();
        edit(&mut own);
        self.edited.push(own);
        Children { first: narrow(self.edited.len() - 1), count: EDITED }
    }
}

impl Piece {
    /// A node; a collection has no children yet.
    fn new(kind: Kind, places: &Places, flow: bool) -> Self {
        let mut piece = Self { kind, flow, begin: 0, end: 0, entry: 0, after: 0, bare: 0 };
        piece.set_places(places);
        piece
    }

    /// The node's bytes in the text.
    pub(super) fn span(&self) -> Range<usize> {
        self.begin as usize..self.end as usize
    }

    pub(super) fn set_span(&mut self, span: Range<usize>) {
        (self.begin, self.end) = (narrow(span.start), narrow(span.end));
    }

    /// The start of the node's entry.
    pub(super) fn entry(&self) -> usize {
        self.entry as usize
    }

    /// The end of the indicator before the node.
    pub(super) fn after(&self) -> usize {
        self.after as usize
    }

    /// The end of the node's anchor and tag.
    pub(super) fn bare(&self) -> usize {
        self.bare as usize
    }

    pub(super) fn places(&self) -> Places {
        Places { span: self.span(), entry: self.entry(), after: self.after(), bare: self.bare() }
    }

    pub(super) fn set_places(&mut self, places: &Places) {
        self.set_span(places.span.clone());
        (self.entry, self.after, self.bare) = (narrow(places.entry), narrow(places.after), narrow(places.bare));
    }

    /// The node that it repeats, if it is an alias.
    pub(super) fn alias(&self) -> Option<usize> {
        match self.kind {
            Kind::Alias(target) => Some(wide(target)),
            _ => None,
        }
    }

    /// The style of a scalar.
    pub(super) fn style(&self) -> Option<Style> {
        match self.kind {
            Kind::Scalar { style, .. } => Some(style),
            _ => None,
        }
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.kind, Kind::List(_))
    }

    pub(super) fn is_map(&self) -> bool {
        matches!(self.kind, Kind::Map(_))
    }

    pub(super) fn is_collection(&self) -> bool {
        self.is_list() || self.is_map()
    }
}

impl Arena {
    /// An empty arena with capacity for this many nodes.
    pub(super) fn with_capacity(nodes: usize) -> Self {
        Self { pieces: Vec::with_capacity(nodes), ..Self::default() }
    }

    /// The content of a node.
    pub(super) fn content(&self, node: usize) -> Content<'_> {
        match self.pieces[node].kind {
            Kind::Scalar { style, .. } => Content::Scalar(style),
            Kind::List(children) => Content::List(self.lists.of(children)),
            Kind::Map(children) => Content::Map(self.maps.of(children)),
            Kind::Alias(target) => Content::Alias(wide(target)),
        }
    }

    /// The text of a scalar, if it differs from the document's.
    pub(super) fn own_text(&self, node: usize) -> Option<&Text> {
        match self.pieces[node].kind {
            Kind::Scalar { text, .. } => self.texts.get(text as usize),
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
        self.pieces[list].kind = Kind::List(self.lists.add(items));
    }

    /// Sets the keys and values of a map that was just read.
    pub(super) fn set_entries(&mut self, map: usize, entries: &[(usize, usize)]) {
        self.pieces[map].kind = Kind::Map(self.maps.add(entries));
    }

    pub(super) fn set_alias(&mut self, alias: usize, target: usize) {
        self.pieces[alias].kind = Kind::Alias(narrow(target));
    }

    pub(super) fn edit_items(&mut self, list: usize, edit: impl FnOnce(&mut Vec<usize>)) {
        if let Kind::List(children) = &mut self.pieces[list].kind {
            *children = self.lists.edit(*children, edit);
        }
    }

    pub(super) fn edit_entries(&mut self, map: usize, edit: impl FnOnce(&mut Vec<(usize, usize)>)) {
        if let Kind::Map(children) = &mut self.pieces[map].kind {
            *children = self.maps.edit(*children, edit);
        }
    }

    /// Replaces the text of a scalar that differs from the document's.
    pub(super) fn set_own_text(&mut self, node: usize, text: Text) {
        let known = match self.pieces[node].kind {
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
        self.pieces[node] = Piece::new(Kind::Scalar { style: Style::Plain, text: IN_PLACE }, &nowhere, false);
    }

    /// Adds the nodes of a part that was read, with their places moved by `place`, and returns the index of the first.
    pub(super) fn absorb(&mut self, part: Self, place: impl Fn(usize) -> usize) -> usize {
        let (base, texts) = (self.pieces.len(), narrow(self.texts.len()));
        for node in 0..part.pieces.len() {
            let piece = part.pieces[node];
            let kind = match part.content(node) {
                Content::List(items) => {
                    Kind::List(self.lists.add(&items.iter().map(|item| item + base).collect::<Vec<_>>()))
                }
                Content::Map(entries) => {
                    let entries = entries.iter().map(|(key, value)| (key + base, value + base));
                    Kind::Map(self.maps.add(&entries.collect::<Vec<_>>()))
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

/// A position or an index, which [`MAX_TEXT`] limits.
fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn wide(at: u32) -> usize {
    if at == u32::MAX { ELSEWHERE } else { at as usize }
}
