//! One node of a text, with its places, in as little memory as possible.

use std::ops::Range;

use crate::document::node::Style;

/// The longest text that positions of 32 bits can describe.
pub(super) const MAX_TEXT: usize = 0xffff_fff0;

/// The target of an alias whose anchor is outside the parsed part.
pub(super) const ELSEWHERE: usize = usize::MAX;

/// A node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Piece {
    pub(super) kind: Kind,
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

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
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
pub(super) const IN_PLACE: u32 = u32::MAX;

/// The children of a collection: a part of the list of all children, or, since a child was inserted or removed, a list of
/// its own, with this number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Children {
    pub(super) first: u32,
    /// How many there are, or [`EDITED`].
    pub(super) count: u32,
}

/// The children are in a list of their own.
pub(super) const EDITED: u32 = u32::MAX;

impl Piece {
    /// A node; a collection has no children yet.
    pub(super) fn new(kind: Kind, places: &Places, flow: bool) -> Self {
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

    /// The node with its places moved.
    pub(super) fn moved(self, by: i64) -> Self {
        let moved = |at: u32| u32::try_from(i64::from(at) + by).unwrap_or(u32::MAX);
        Self {
            begin: moved(self.begin),
            end: moved(self.end),
            entry: moved(self.entry),
            after: moved(self.after),
            bare: moved(self.bare),
            ..self
        }
    }

    /// Its first and its last position.
    pub(super) fn bounds(&self) -> (u32, u32) {
        let all = [self.begin, self.end, self.entry, self.after, self.bare];
        all.into_iter().fold((u32::MAX, 0), |so_far, at| (so_far.0.min(at), so_far.1.max(at)))
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

/// A position or an index, which [`MAX_TEXT`] limits.
pub(super) fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

pub(super) fn wide(at: u32) -> usize {
    if at == u32::MAX { ELSEWHERE } else { at as usize }
}
