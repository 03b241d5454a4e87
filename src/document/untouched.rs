//! The items of a list that an edit left alone.

use std::ops::Range;

use super::difference::Difference;
use super::{Document, Pointer, Value};
use crate::lines;

/// How many items at the begin and at the end of a list are the same before and after an edit: in their bytes, in what they
/// mean, and in their order. So is everything in the document that is not in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Untouched {
    /// Those at the begin.
    pub first: usize,
    /// Those at the end.
    pub last: usize,
}

impl Untouched {
    /// Compares the list at `place` in two versions of a document; `None` where they differ elsewhere, or that is not known.
    pub fn of(before: &Document, after: &Document, place: &Pointer) -> Option<Self> {
        if before.format() != after.format() || !is_same_around(before.value(), after.value(), place.tokens()) {
            return None;
        }
        let (old, new) = (before.engine.items(place)?, after.engine.items(place)?);
        let Difference { before: gone, after: come } = Difference::of(before.bytes(), after.bytes());
        let is_same = gone.is_empty() && come.is_empty();
        if !(is_same || is_within(before, &gone, &old) && is_within(after, &come, &new)) {
            return None;
        }
        let above = |items: &[Range<usize>], start: usize| items.partition_point(|item| item.end <= start);
        let first = above(&old, gone.start).min(above(&new, come.start));
        let below = |items: &[Range<usize>], end: usize| items.len() - items.partition_point(|item| item.start < end);
        let last = below(&old, gone.end).min(below(&new, come.end)).min(old.len() - first).min(new.len() - first);
        let values = [before, after].map(|document| place.get(document.value()).and_then(Value::as_list));
        let [Some(were), Some(are)] = values else { return None };
        let same = were.len() == old.len()
            && are.len() == new.len()
            && were[..first] == are[..first]
            && were[were.len() - last..] == are[are.len() - last..]
            && old[..first] == new[..first]
            && old[old.len() - last..].iter().zip(&new[new.len() - last..]).all(|(was, is)| {
                was.len() == is.len() && before.bytes().len() - was.end == after.bytes().len() - is.end
            });
        same.then_some(Self { first, last })
    }
}

/// Whether the lines are lines of the items.
fn is_within(document: &Document, changed: &Range<usize>, items: &[Range<usize>]) -> bool {
    let Some(text) = document.text() else { return false };
    let (Some(first), Some(last)) = (items.first(), items.last()) else { return false };
    lines::start(text, first.start) <= changed.start && changed.end <= lines::next(text, last.end)
}

/// Whether both values are the same but for the one that these keys lead to.
fn is_same_around(before: &Value, after: &Value, tokens: &[String]) -> bool {
    let Some((token, below)) = tokens.split_first() else { return true };
    let (Some(old), Some(new)) = (before.as_map(), after.as_map()) else { return false };
    old.len() == new.len()
        && old.iter().zip(new.iter()).all(|((key, old), (other, new))| {
            key == other && if key.text() == token { is_same_around(old, new, below) } else { old == new }
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;

    #[test]
    fn items_are_untouched_where_text_and_meaning_are_the_same() {
        let text = "a: 1\nl:\n  - x: 1\n    y: 2\n  # c\n  - x: 2\n\n  - x: 3\nz: 1\n";
        let list = Pointer::new(["l"]);
        let read = |text: &str| Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
        for (from, to, expected) in [
            ("", "", Some((3, 0))),
            ("x: 2", "x: 20", Some((1, 1))),
            ("x: 3", "x: 30", Some((2, 0))),
            ("y: 2", "y: 20", Some((0, 2))),
            ("- x: 1", "- x: 10", Some((0, 2))),
            ("# c", "# d", Some((1, 2))),
            ("  - x: 2\n", "", Some((1, 1))),
            ("  - x: 2\n", "  - x: 2\n  - x: 4\n", Some((2, 1))),
            ("  - x: 3\n", "  - x: 3\n  - x: 4\n", Some((3, 0))),
            ("  - x: 3\n", "  - x: 3\n  - x: 3\n", Some((3, 0))),
            ("x: 2", "x: 0x2", Some((1, 1))),
            ("a: 1", "a: 2", None),
            ("a: 1", "a: 0x1", None),
            ("z: 1", "z: 2", None),
            ("z: 1\n", "", None),
            ("l:", "m:", None),
            ("x: 2", "x: &a 2", None),
        ] {
            let found = Untouched::of(&read(text), &read(&text.replace(from, to)), &list);
            assert_eq!(found.map(|found| (found.first, found.last)), expected, "{from:?} {to:?}");
        }
    }

    #[test]
    fn nothing_is_said_of_other_lists() {
        let read = |text: &str, format| Document::parse(text.as_bytes(), format).expect("it can be read");
        let of = |text: &str, format, list: &str| {
            let list = Pointer::parse(list).expect("a pointer");
            Untouched::of(&read(text, format), &read(text, format), &list)
        };
        for text in ["l: [1, 2]\n", "l: 1\n", "k: 1\n", "l:\n  - &a 1\n"] {
            assert_eq!(of(text, Format::Yaml, "/l"), None, "{text:?}");
        }
        assert_eq!(of("l = [1, 2]\n", Format::Toml, "/l"), None);
    }
}
