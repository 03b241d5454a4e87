//! The place of an entry in a document's text.

use std::ops::Range;

/// The bytes of an entry in the text of its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrySpan {
    /// The key of a map entry.
    pub key: Option<Range<usize>>,
    /// The value; an empty range after the colon or dash for an empty value.
    pub value: Range<usize>,
}
