//! The nodes of a text, each with its places in it.

use std::collections::HashMap;
use std::ops::Range;

use crate::document::node::Style;
use crate::document::value::Text;

/// A node of the arena.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub(super) content: Content,
    /// Its bytes in the text.
    pub(super) span: Range<usize>,
    /// Its tag, resolved (`tag:yaml.org,2002:str`, `!custom`).
    pub(super) tag: Option<String>,
    /// Whether it is a collection in flow style.
    pub(super) flow: bool,
    /// Where the entry begins that it belongs to: at the dash, the `?`, or the key.
    pub(super) entry: usize,
    /// Right after the indicator before it (`-`, `:`, `---`); its own begin where there is none.
    pub(super) after: usize,
    /// The end of its anchor and tag; `after` where there are none.
    pub(super) bare: usize,
}

impl Piece {
    /// What it repeats, if it is an alias.
    pub(super) fn alias(&self) -> Option<usize> {
        match self.content {
            Content::Alias(target) => Some(target),
            _ => None,
        }
    }
}

/// What a node of the arena holds; numbers are positions in the arena.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Scalar(Leaf),
    List(Vec<usize>),
    /// A map's keys and values.
    Map(Vec<(usize, usize)>),
    /// The node that an alias repeats.
    Alias(usize),
}

/// A scalar of the arena. [`Tree::text`] gives its text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leaf {
    pub(super) style: Style,
    /// Its text, where that is not just what stands in the document: escapes, folded lines, block scalars. Of the others
    /// there is no second copy, which would have to be wiped as well.
    pub(super) text: Option<Text>,
}

impl Leaf {
    /// The bytes in which a scalar's text can stand as it is: without its quotes. The lines of a block scalar are indented.
    pub(super) fn place(style: Style, span: &Range<usize>) -> Option<Range<usize>> {
        match style {
            Style::Plain => Some(span.clone()),
            Style::Single | Style::Double => Some(span.start + 1..span.end.saturating_sub(1)),
            Style::Literal | Style::Folded => None,
        }
    }
}

/// All nodes of a document; nothing for one without content.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Arena {
    /// The nodes, each after the collection that holds it.
    pub(super) pieces: Vec<Piece>,
    pub(super) root: Option<usize>,
    /// Whether something in the text may stand for what is elsewhere in it: an anchor, an alias, a merge key.
    pub(super) anchors: bool,
    /// The names of the nodes that have an anchor.
    pub(super) names: HashMap<usize, String>,
}

/// Where an alias leads whose anchor stands elsewhere in the text.
pub(super) const ELSEWHERE: usize = usize::MAX;
