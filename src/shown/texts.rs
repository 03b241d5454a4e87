//! Finds many texts in another one, in a time that hardly depends on how many they are.

use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::fast::RandomState;

use crate::memory::Zeroizing;

/// Shorter texts are found only as the complete text, since inside others they occur by chance.
const SHORTEST_PART: usize = 4;
/// Texts are first told apart by this many bytes.
const PREFIX: usize = 16;

/// A set of texts, wiped when they are dropped. What is derived from them are hashes with a random key.
#[derive(Default)]
pub(super) struct Texts {
    all: Vec<Zeroizing<String>>,
    hasher: RandomState,
    /// The positions in `all` by hash.
    by_hash: HashMap<u64, Vec<usize>, RandomState>,
    /// The lengths of the texts that start with a prefix, by its hash.
    lengths: HashMap<u64, BTreeSet<usize>, RandomState>,
    /// The lengths of the prefixes.
    prefixes: BTreeSet<usize>,
    /// The first bytes of the texts, a bit for each.
    first: [u64; 4],
}

impl Texts {
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        let same = self.by_hash.get(&self.hash(text));
        same.is_some_and(|same| same.iter().any(|&at| self.all[at].as_str() == text))
    }

    pub(super) fn insert(&mut self, text: String) {
        let text = Zeroizing::new(text);
        if text.is_empty() || self.contains(&text) {
            return;
        }
        self.by_hash.entry(self.hash(&text)).or_default().push(self.all.len());
        if text.len() >= SHORTEST_PART {
            let prefix = boundary(&text, PREFIX.min(text.len()));
            self.prefixes.insert(prefix);
            self.lengths.entry(self.hash(&text[..prefix])).or_default().insert(text.len());
            if let Some(first) = text.bytes().next() {
                self.first[usize::from(first) / 64] |= 1 << (first % 64);
            }
        }
        self.all.push(text);
    }

    /// Where the texts occur in `text`, in order; overlapping places are one.
    pub(super) fn places(&self, text: &str) -> Vec<Range<usize>> {
        if self.contains(text) {
            return std::iter::once(0..text.len()).collect();
        }
        let mut places: Vec<Range<usize>> = Vec::new();
        for (start, _) in text.bytes().enumerate().filter(|(_, byte)| self.may_begin(*byte)) {
            let Some(length) = text.get(start..).and_then(|rest| self.longest(rest)) else { continue };
            match places.last_mut() {
                Some(last) if start < last.end => last.end = last.end.max(start + length),
                _ => places.push(start..start + length),
            }
        }
        places
    }

    fn may_begin(&self, byte: u8) -> bool {
        self.first[usize::from(byte) / 64] >> (byte % 64) & 1 == 1
    }

    /// The length of the longest text that `rest` starts with.
    fn longest(&self, rest: &str) -> Option<usize> {
        let prefixes = self.prefixes.iter().filter_map(|&prefix| rest.get(..prefix));
        let lengths = prefixes.filter_map(|prefix| self.lengths.get(&self.hash(prefix)));
        let found = lengths.filter_map(|lengths| {
            lengths.iter().rev().copied().find(|&length| rest.get(..length).is_some_and(|part| self.contains(part)))
        });
        found.max()
    }

    fn hash(&self, text: &str) -> u64 {
        self.hasher.hash_one(text)
    }
}

/// The next end of a character.
fn boundary(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(texts: &[&str], text: &str) -> Vec<(usize, usize)> {
        let mut set = Texts::default();
        for text in texts {
            set.insert((*text).to_owned());
        }
        set.places(text).into_iter().map(|place| (place.start, place.end)).collect()
    }

    #[test]
    fn texts_are_found_with_what_they_overlap() {
        for (texts, text, expected) in [
            (&["secret"][..], "a secret, a secret.", &[(2, 8), (12, 18)][..]),
            (&["secret", "secretary"], "the secretary", &[(4, 13)]),
            (&["abcdef", "defghi"], "xabcdefghix", &[(1, 10)]),
            (&["aaaa"], "aaaaaa", &[(0, 6)]),
            (&["abc"], "abc", &[(0, 3)]),
            (&["abc"], "abcd", &[]),
            (&["żółw żółw żółw"], "to żółw żółw żółw!", &[(3, 3 + "żółw żółw żółw".len())]),
            (&["0123456789abcdefX", "0123456789abcdefY"], "0123456789abcdefY", &[(0, 17)]),
            (&[], "anything", &[]),
        ] {
            assert_eq!(places(texts, text), expected, "{texts:?} in {text}");
        }
    }

    /// 20,000 keys that a schema does not know once took minutes.
    #[test]
    fn each_text_is_compared_with_few() {
        let mut set = Texts::default();
        for at in 0..20_000 {
            set.insert(format!("unknown_option_{at}"));
        }
        assert_eq!(set.lengths.values().map(BTreeSet::len).max(), Some(5));
        assert!(set.by_hash.values().all(|same| same.len() < 4));
        assert!(set.places("no unknown_option_19999 here").into_iter().eq(std::iter::once(3..23)));
    }
}
