//! Splices of a text, and how they shift places.

use std::ops::Range;

use crate::memory::Zeroizing;

/// A byte range and its replacement.
pub(super) struct Splice {
    /// The replaced bytes of the text.
    pub(super) range: Range<usize>,
    pub(super) text: Zeroizing<String>,
}

impl Splice {
    /// Replaces `range` by `text`.
    pub(super) fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range, text: Zeroizing::new(text.into()) }
    }

    /// Inserts `text` at `at`.
    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::replace(at..at, text)
    }

    /// Deletes `range`.
    pub(super) fn delete(range: Range<usize>) -> Self {
        Self { range, text: Zeroizing::default() }
    }
}

/// Whether the splices are in order, without overlap, and on character boundaries.
pub(super) fn fit(text: &str, splices: &[Splice]) -> bool {
    let within = |splice: &Splice| text.get(splice.range.clone()).is_some();
    splices.iter().all(within) && splices.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start)
}

/// A copy of the text with capacity for `more` bytes and for later edits.
pub(super) fn roomy(text: &str, more: usize) -> Zeroizing<String> {
    let mut copy = Zeroizing::new(String::with_capacity(text.len() + more + text.len() / 8 + 4096));
    copy.push_str(text);
    copy
}

/// Applies the splices, which must [`fit`], to the text; removed bytes are wiped.
pub(super) fn apply(text: &mut Zeroizing<String>, splices: &[Splice]) {
    let grown: usize = splices.iter().map(|splice| splice.text.len()).sum();
    if text.capacity() < text.len() + grown {
        *text = roomy(text, grown);
    }
    for splice in splices.iter().rev() {
        text.replace_range(splice.range.clone(), &splice.text);
    }
}

/// The new place of a start: text inserted right before it shifts it.
pub(super) fn begin(at: usize, splices: &[Splice]) -> usize {
    moved(at, splices, |splice| splice.range.end <= at)
}

/// The new place of an end: text inserted right after it does not shift it.
pub(super) fn end(at: usize, splices: &[Splice]) -> usize {
    moved(at, splices, |splice| splice.range.end < at || (splice.range.end == at && !splice.range.is_empty()))
}

/// Shifts a place by the splices that are `before` it; a place in a replaced range moves to its start.
fn moved(at: usize, splices: &[Splice], before: impl Fn(&Splice) -> bool) -> usize {
    let passed = splices.iter().take_while(|splice| before(splice)).count();
    let at = splices.get(passed).map_or(at, |splice| at.min(splice.range.start));
    splices[..passed].iter().fold(at, |at, splice| at + splice.text.len() - splice.range.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splices_fit_if_they_are_in_order_on_character_boundaries() {
        for (ranges, fits) in [
            (&[0..1, 1..3][..], true),
            (&[1..1, 1..1], true),
            (&[3..3, 1..1], false),
            (&[0..3, 1..4], false),
            (&[0..2, 4..4], false),
            (&[0..0, 4..5], false),
            (&[], true),
        ] {
            let splices: Vec<Splice> = ranges.iter().cloned().map(Splice::delete).collect();
            assert_eq!(fit("aéb", &splices), fits, "{ranges:?}");
        }
    }
}
