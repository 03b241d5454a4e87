//! Splices of the text, and what they mean for the places of the nodes.

use std::ops::Range;

use super::arena::Arena;
pub(super) use crate::document::splice::{Splice, apply, begin, end, fit};

/// What an operation does: splices in the order of the text, and the entry of the tree that they touch.
pub(super) struct Rewrite {
    /// The splices, none overlapping another.
    pub(super) splices: Vec<Splice>,
    /// What becomes of the tree.
    pub(super) touched: Touched,
}

/// What becomes of the tree; positions are those of `holder`'s entries.
pub(super) enum Touched {
    /// A new entry stands before position `index`; its text is all of the splice's that is named.
    Inserted {
        holder: usize,
        index: usize,
        /// The splice that holds the entry.
        splice: usize,
        /// The bytes of that splice's text in which it stands.
        range: Range<usize>,
    },
    /// The entry has another value or key; it ended at `end` before the splices.
    Replaced {
        holder: usize,
        index: usize,
        /// The entry's end in the old text, behind every splice.
        end: usize,
    },
    Removed {
        holder: usize,
        index: usize,
    },
    /// More than an entry: the text is read again.
    Everything,
}

/// Moves the places of the nodes to where the splices have put them.
pub(super) fn shift(arena: &mut Arena, splices: &[Splice]) {
    let Some(first) = splices.first().map(|splice| splice.range.start) else { return };
    for piece in &mut arena.pieces {
        if piece.entry < first && piece.span.end < first {
            continue;
        }
        // What ends an indicator, a tag or an anchor stays with it; with none it is where the node begins.
        let behind = |at: usize, entry: usize| if at > entry { end(at, splices) } else { begin(at, splices) };
        let start = if piece.span.is_empty() {
            behind(piece.span.start, piece.entry)
        } else {
            begin(piece.span.start, splices)
        };
        piece.span = start..end(piece.span.end, splices);
        piece.after = behind(piece.after, piece.entry);
        piece.bare = behind(piece.bare, piece.entry);
        piece.entry = begin(piece.entry, splices);
        piece.span.end = piece.span.end.max(piece.span.start);
    }
}
