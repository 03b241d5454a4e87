//! The nodes of a text, with their places.

use std::collections::HashMap;
use std::ops::Range;

use crate::document::node::Style;
use crate::document::value::Text;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub(super) content: Content,
    /// Its bytes in the text.
    pub(super) span: Range<usize>,
    /// Its tag, resolved (`tag:yaml.org,2002:str`, `!custom`).
    pub(super) tag: Option<String>,
    /// Whether it is a collection in flow style.
    pub(super) flow: bool,
    /// The start of its entry: the dash, the `?`, or the key.
    pub(super) entry: usize,
    /// The end of the indicator before it (`-`, `:`, `---`), or its own start.
    pub(super) after: usize,
    /// The end of its anchor and tag, or `after`.
    pub(super) bare: usize,
}

impl Piece {
    /// The node that it repeats, if it is an alias.
    pub(super) fn alias(&self) -> Option<usize> {
        match self.content {
            Content::Alias(target) => Some(target),
            _ => None,
        }
    }
}

/// The content of a node; numbers are indices in the arena.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Scalar(Leaf),
    List(Vec<usize>),
    /// A map's keys and values.
    Map(Vec<(usize, usize)>),
    /// The node that an alias repeats.
    Alias(usize),
}

/// A scalar. [`Tree::text`] returns its text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leaf {
    pub(super) style: Style,
    /// Its text, if that differs from the document's: with escapes, folded lines, or a block scalar. Others have no
    /// second copy, which would have to be wiped as well.
    pub(super) text: Option<Text>,
}

impl Leaf {
    /// The bytes that may contain a scalar's text literally: without its quotes. The lines of a block scalar are
    /// indented.
    pub(super) fn place(style: Style, span: &Range<usize>) -> Option<Range<usize>> {
        match style {
            Style::Plain => Some(span.clone()),
            Style::Single | Style::Double => Some(span.start + 1..span.end.saturating_sub(1)),
            Style::Literal | Style::Folded => None,
        }
    }
}

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
}

/// The target of an alias whose anchor is outside the parsed part.
pub(super) const ELSEWHERE: usize = usize::MAX;
