//! Where an entry is in a document's text.

use std::ops::Range;

/// The bytes of an entry in the text of its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrySpan {
    /// The key, for an entry of a map.
    pub key: Option<Range<usize>>,
    /// The value; empty, right after the colon or dash, where nothing is written.
    pub value: Range<usize>,
}
