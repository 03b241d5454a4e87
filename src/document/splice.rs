//! Splices of a text, and where places go by them.

use std::ops::Range;

use crate::memory::Zeroizing;

/// Bytes to replace, and their replacement.
pub(super) struct Splice {
    /// The bytes of the text that go.
    pub(super) range: Range<usize>,
    pub(super) text: Zeroizing<String>,
}

impl Splice {
    /// Puts `text` in the place of `range`.
    pub(super) fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range, text: Zeroizing::new(text.into()) }
    }

    /// Puts `text` at `at`.
    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::replace(at..at, text)
    }

    /// Takes `range` out.
    pub(super) fn delete(range: Range<usize>) -> Self {
        Self { range, text: Zeroizing::default() }
    }
}

/// Whether the splices come one behind the other, on whole characters of the text: what does not is no edit of it.
pub(super) fn fit(text: &str, splices: &[Splice]) -> bool {
    let within = |splice: &Splice| text.get(splice.range.clone()).is_some();
    splices.iter().all(within) && splices.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start)
}

/// A copy of the text with room for `more` bytes and for later edits beside them.
pub(super) fn roomy(text: &str, more: usize) -> Zeroizing<String> {
    let mut copy = Zeroizing::new(String::with_capacity(text.len() + more + text.len() / 8 + 4096));
    copy.push_str(text);
    copy
}

/// Applies the splices, which [`fit`], to the text; what they take out is wiped.
pub(super) fn apply(text: &mut Zeroizing<String>, splices: &[Splice]) {
    let grown: usize = splices.iter().map(|splice| splice.text.len()).sum();
    if text.capacity() < text.len() + grown {
        *text = roomy(text, grown);
    }
    for splice in splices.iter().rev() {
        text.replace_range(splice.range.clone(), &splice.text);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splices_fit_where_they_come_one_behind_the_other_on_whole_characters() {
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
