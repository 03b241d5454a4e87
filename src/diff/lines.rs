//! Merges three texts by lines, and by words where both sides changed the same lines.
//!
//! Unlike in git, changes of adjacent lines do not conflict: the caller verifies the value of the result, so an
//! optimistic merge is harmless.

use std::ops::Range;

use crate::memory::Zeroizing;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What to do with text that both sides inserted at the same place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Both {
    OneAfterTheOther,
    TheOtherFirst,
    /// Common text once, the rest of ours before the rest of theirs.
    Joined,
    Ours,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Merge {
    pub(crate) both: Both,
    /// Whether changes of adjacent lines are merged together by words: one side may have inserted a line that the other
    /// inserted as well, while changing the next line.
    pub(crate) together: bool,
}

/// Pieces of the base, and what a side replaced them with.
struct Hunk {
    base: Range<usize>,
    side: Range<usize>,
}

/// Pieces of the base that one side or both changed.
struct Cluster {
    base: Range<usize>,
    ours: Range<usize>,
    theirs: Range<usize>,
    both: bool,
}

impl Merge {
    /// Merges `[base, ours, theirs]`.
    pub(crate) fn lines(self, texts: [&str; 3]) -> Zeroizing<String> {
        let [base, ours, theirs] = texts.map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
        // Enough capacity for any result, so that growing leaves no copies behind.
        let mut text = Zeroizing::new(String::with_capacity(texts.iter().map(|text| text.len()).sum()));
        self.pieces([&base, &ours, &theirs], false, &mut text);
        text
    }

    fn pieces(self, [base, ours, theirs]: [&[&str]; 3], are_words: bool, text: &mut String) {
        let mut at = 0;
        for cluster in clusters([base, ours, theirs], self.together && !are_words) {
            base[at..cluster.base.start].iter().for_each(|piece| text.push_str(piece));
            at = cluster.base.end;
            let (old, our, their) = (&base[cluster.base], &ours[cluster.ours], &theirs[cluster.theirs]);
            if !cluster.both || our == their {
                // The side without a change equals the base.
                (if our == old { their } else { our }).iter().for_each(|piece| text.push_str(piece));
            } else if !old.is_empty() && !are_words {
                let joined = [old, our, their].map(|pieces| Zeroizing::new(pieces.concat()));
                let words = [words(&joined[0]), words(&joined[1]), words(&joined[2])];
                self.pieces([&words[0], &words[1], &words[2]], true, text);
            } else {
                self.collision(old, our, their, text);
            }
        }
        base[at..].iter().for_each(|piece| text.push_str(piece));
    }

    fn collision(self, old: &[&str], ours: &[&str], theirs: &[&str], text: &mut String) {
        if !old.is_empty() && old.len() == ours.len() && old.len() == theirs.len() {
            // Piece by piece: each side may have changed other pieces.
            for ((old, our), their) in old.iter().zip(ours).zip(theirs) {
                text.push_str(if our == old { their } else { our });
            }
            return;
        }
        let both = if old.is_empty() { self.both } else { Both::Ours };
        match both {
            Both::Ours => ours.iter().for_each(|piece| text.push_str(piece)),
            Both::TheOtherFirst => theirs.iter().chain(ours).for_each(|piece| text.push_str(piece)),
            Both::OneAfterTheOther => ours.iter().chain(theirs).for_each(|piece| text.push_str(piece)),
            Both::Joined => {
                for operation in capture_diff_slices(Algorithm::Patience, ours, theirs) {
                    let (tag, our, their) = operation.as_tag_tuple();
                    ours[our].iter().for_each(|piece| text.push_str(piece));
                    if tag != similar::DiffTag::Equal {
                        theirs[their].iter().for_each(|piece| text.push_str(piece));
                    }
                }
            }
        }
    }
}

/// Merges by lines if the sides changed lines that do not touch; `None` otherwise.
pub(crate) fn apart(texts: [&str; 3]) -> Option<Zeroizing<String>> {
    let [base, ours, theirs] = texts.map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    if clusters([&base, &ours, &theirs], true).iter().any(|cluster| cluster.both) {
        return None;
    }
    Some(Merge { both: Both::Ours, together: false }.lines(texts))
}

/// Words, runs of spaces, and single signs; a comment up to the end of its line is one piece.
fn words(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 0,
        ' ' | '\t' => 1,
        _ => 2,
    };
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match (first, kind(first)) {
            ('#', _) => rest.find(['\r', '\n']).unwrap_or(rest.len()),
            (_, 2) => first.len_utf8(),
            (_, own) => rest.find(|c| kind(c) != own).unwrap_or(rest.len()),
        };
        let (piece, after) = rest.split_at(length);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

fn changes(base: &[&str], side: &[&str]) -> Vec<Hunk> {
    let mut changes: Vec<Hunk> = Vec::new();
    for operation in capture_diff_slices(Algorithm::Patience, base, side) {
        if matches!(operation, DiffOp::Equal { .. }) {
            continue;
        }
        let (_, old, new) = operation.as_tag_tuple();
        match changes.last_mut() {
            Some(last) if last.base.end == old.start && last.side.end == new.start => {
                last.base.end = old.end;
                last.side.end = new.end;
            }
            _ => changes.push(Hunk { base: old, side: new }),
        }
    }
    changes
}

/// The changes of both sides in the order of the base; overlapping changes are combined.
fn clusters([base, ours, theirs]: [&[&str]; 3], touching: bool) -> Vec<Cluster> {
    let (ours, theirs) = (changes(base, ours), changes(base, theirs));
    let (mut our, mut their) = (0, 0);
    // How far each side is ahead of the base.
    let (mut our_end, mut their_end) = ((0, 0), (0, 0));
    let mut clusters = Vec::new();
    loop {
        let first = match (ours.get(our), theirs.get(their)) {
            (None, None) => return clusters,
            (Some(one), None) | (None, Some(one)) => one,
            (Some(one), Some(other)) => {
                let early = |change: &Hunk| (change.base.start, change.base.end);
                if early(other) < early(one) { other } else { one }
            }
        };
        let mut range = first.base.clone();
        let (our_first, their_first) = (our, their);
        loop {
            let mut grown = false;
            for (changes, next) in [(&ours, &mut our), (&theirs, &mut their)] {
                if let Some(change) = changes.get(*next).filter(|change| meet(&range, &change.base, touching)) {
                    range = range.start.min(change.base.start)..range.end.max(change.base.end);
                    *next += 1;
                    grown = true;
                }
            }
            if !grown {
                break;
            }
        }
        let ours_range = place(&ours[our_first..our], &range, &mut our_end);
        let theirs_range = place(&theirs[their_first..their], &range, &mut their_end);
        let both = our > our_first && their > their_first;
        clusters.push(Cluster { base: range, ours: ours_range, theirs: theirs_range, both });
    }
}

/// The range on a side that replaces `range` of the base.
fn place(changes: &[Hunk], range: &Range<usize>, end: &mut (usize, usize)) -> Range<usize> {
    let start = end.1 + (range.start - end.0);
    if let Some(last) = changes.last() {
        *end = (last.base.end, last.side.end);
    }
    let stop = end.1 + (range.end - end.0);
    *end = (range.end, stop);
    start..stop
}

/// Whether the ranges overlap, or are the same insertion point; with `touching`, also if they are adjacent.
fn meet(one: &Range<usize>, other: &Range<usize>, touching: bool) -> bool {
    if touching {
        return one.start <= other.end && other.start <= one.end;
    }
    one == other || (one.start < other.end && other.start < one.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(base: &str, ours: &str, theirs: &str) -> String {
        Merge { both: Both::OneAfterTheOther, together: false }.lines([base, ours, theirs]).as_str().to_owned()
    }

    #[test]
    fn lines_and_words_of_both_sides_are_in_it() {
        let cases = [
            ("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n"),
            ("a\nb\n", "A\nb\n", "a\nB\n", "A\nB\n"),
            ("a\n", "a\nx\n", "a\ny\n", "a\nx\ny\n"),
            ("a", "a\nx", "a\ny", "a\nx\ny"),
            ("k: v # c\n", "k: w # c\n", "k: v # d\n", "k: w # d\n"),
            ("[a, b]\n", "[a, b, c]\n", "[z, a, b]\n", "[z, a, b, c]\n"),
            ("[a]\n", "[a, b]\n", "[a, c]\n", "[a, b, c]\n"),
            ("a\nb\nc\n", "c\n", "a\nb\nc\nd\n", "c\nd\n"),
            ("# one\n", "# two\n", "# three\n", "# two\n"),
            ("k: v   # c\n", "k: w   # c\n", "k: w # d\n", "k: w # d\n"),
            ("", "a\n", "b\n", "a\nb\n"),
            ("a\nb\n", "a\nx\nb\n", "a\nB\n", "a\nx\nB\n"),
        ];
        for (base, ours, theirs, expected) in cases {
            assert_eq!(merged(base, ours, theirs), expected, "{base:?} {ours:?} {theirs:?}");
        }
    }

    #[test]
    fn text_inserted_by_both_sides_occurs_once() {
        let texts = ["k: 1\n", "new\nk: 1\n", "new\nk: 2\n"];
        let text = |together| Merge { both: Both::OneAfterTheOther, together }.lines(texts).as_str().to_owned();
        assert_eq!((text(false).as_str(), text(true).as_str()), ("new\nnew\nk: 2\n", "new\nk: 2\n"));
    }

    #[test]
    fn without_meaning_neighbouring_lines_collide() {
        let apart = |base, ours, theirs| apart([base, ours, theirs]).map(|text| text.as_str().to_owned());
        assert_eq!(apart("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n").as_deref(), Some("A\nb\nC\n"));
        assert_eq!(apart("a\nb\n", "A\nb\n", "a\nB\n"), None);
        assert_eq!(apart("a\n", "a\nx\n", "a\ny\n"), None);
    }
}
