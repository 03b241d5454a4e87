//! A variable in a text.

use std::ops::Range;

use crate::document::node::Style;
use crate::document::value::Text;

/// A variable and its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variable {
    pub(super) key: Range<usize>,
    pub(super) value: Range<usize>,
    /// Its lines, including the line end.
    pub(super) lines: Range<usize>,
    pub(super) style: Style,
    pub(super) content: Text,
    /// Whether programs parse the line differently, so that it must not be edited.
    pub(super) locked: bool,
}
