//! Splices of the text, and what they mean for the places of the nodes.

use std::ops::Range;

use zeroize::Zeroizing;

use super::reader::Arena;

/// Bytes to replace, and their replacement.
pub(super) struct Splice {
    /// The bytes of the text that go.
    pub(super) range: Range<usize>,
    /// What stands there instead.
    pub(super) text: Zeroizing<String>,
}

impl Splice {
    /// Puts `text` at `at`.
    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { range: at..at, text: Zeroizing::new(text.into()) }
    }

    /// Takes `range` out.
    pub(super) fn delete(range: Range<usize>) -> Self {
        Self { range, text: Zeroizing::default() }
    }
}

/// What an operation does: splices in the order of the text, and the entry of the tree that they touch.
pub(super) struct Change {
    /// The splices, none overlapping another.
    pub(super) splices: Vec<Splice>,
    /// What becomes of the tree.
    pub(super) touched: Touched,
}

/// What becomes of the tree; positions are those of `holder`'s entries.
pub(super) enum Touched {
    /// A new entry stands before position `index`; its text is all of the splice's that is named.
    Inserted {
        /// The collection.
        holder: usize,
        /// The position.
        index: usize,
        /// The splice that holds the entry.
        splice: usize,
        /// The bytes of that splice's text in which it stands.
        range: Range<usize>,
    },
    /// The entry has another value or key; it ended at `end` before the splices.
    Replaced {
        /// The collection.
        holder: usize,
        /// The position.
        index: usize,
        /// The entry's end in the old text, behind every splice.
        end: usize,
    },
    /// The entry is gone.
    Removed {
        /// The collection.
        holder: usize,
        /// The position.
        index: usize,
    },
    /// More than an entry: the text is read again.
    Everything,
}

/// Whether the splices come one behind the other, on whole characters of the text: what does not is no edit of it.
pub(super) fn fit(text: &str, splices: &[Splice]) -> bool {
    let within = |splice: &Splice| text.get(splice.range.clone()).is_some();
    splices.iter().all(within) && splices.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start)
}

/// Applies the splices, which [`fit`], to the text; what they take out is wiped.
pub(super) fn apply(text: &mut Zeroizing<String>, splices: &[Splice]) {
    let grown: usize = splices.iter().map(|splice| splice.text.len()).sum();
    if text.capacity() < text.len() + grown {
        let mut larger = Zeroizing::new(String::with_capacity(text.len() + grown + text.len() / 8 + 4096));
        larger.push_str(text);
        *text = larger;
    }
    for splice in splices.iter().rev() {
        text.replace_range(splice.range.clone(), &splice.text);
    }
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

/// Where a place that begins something has gone: text put right before it moves it.
pub(super) fn begin(at: usize, splices: &[Splice]) -> usize {
    moved(at, splices, |splice| splice.range.end <= at)
}

/// Where a place that ends something has gone: text put right behind it does not move it.
pub(super) fn end(at: usize, splices: &[Splice]) -> usize {
    moved(at, splices, |splice| splice.range.end < at || (splice.range.end == at && !splice.range.is_empty()))
}

/// A place goes along with what is `before` it; from within a range that went, to where that range began.
fn moved(at: usize, splices: &[Splice], before: impl Fn(&Splice) -> bool) -> usize {
    let passed = splices.iter().take_while(|splice| before(splice)).count();
    let at = splices.get(passed).map_or(at, |splice| at.min(splice.range.start));
    splices[..passed].iter().fold(at, |at, splice| at + splice.text.len() - splice.range.len())
}
