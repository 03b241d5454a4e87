//! Splices of the text, and their effect on the places of nodes.

use std::ops::Range;

pub(super) use crate::document::splice::{Splice, apply, begin, end, fit};

/// The effect of an operation: splices in the order of the text, and the entry that they change.
pub(super) struct Rewrite {
    /// The splices, without overlap.
    pub(super) splices: Vec<Splice>,
    /// The effect on the tree.
    pub(super) touched: Touched,
}

/// The effect on the tree; positions are those of `holder`'s entries.
pub(super) enum Touched {
    /// There is a new entry before position `index`.
    Inserted {
        holder: usize,
        index: usize,
        /// The index of the splice that contains the entry.
        splice: usize,
        /// Its bytes in that splice's text.
        range: Range<usize>,
    },
    /// The entry has another value or key; it ended at `end` before the splices.
    Replaced {
        holder: usize,
        index: usize,
        /// The entry's end in the old text, after every splice.
        end: usize,
    },
    Removed {
        holder: usize,
        index: usize,
    },
    /// More than one entry: the complete text is parsed again.
    Everything,
}
