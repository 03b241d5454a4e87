//! Reading back a large text of which an edit touched a small part.
//!
//! What an edit did not touch is byte for byte what was read before. So the parser reads the new text of the entry that
//! was touched and of those beside it, and must find the value that the edit was to give. The bytes and the value of the
//! rest are compared. If one of these conditions fails, the whole text is read:
//!
//! 1. The text before the part and behind it is the one that was read before ([`Difference`] says where they differ).
//! 2. The part is whole lines of a collection in block style. It begins with the first line of an entry whose beginning
//!    is the same in both texts, and what follows it begins with the first line of an entry that was there before, in no
//!    deeper column. So nothing above reaches into the part: a scalar or a bracket that was open there would have taken
//!    the entry in when the text was read first. And nothing in it reaches further: what is open at its end is an error
//!    of the part alone, and a plain or a block scalar ends at a line that is not indented further.
//! 3. Nothing stands for what is elsewhere (anchors, aliases, merge keys), no directive changes what a tag means, and no
//!    document begins or ends in the part.
//! 4. The parser's events of the part are those of the entries that the new value has there ([`confirm`](super::confirm)).
//! 5. Everywhere else the new value is the one that was read.
//!
//! The tests break the text and the value in every place, and each of the steps: nothing is accepted that a reading of the
//! whole would refuse, and without any one of the steps something would be.

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use super::arena::Arena;
use super::tree::Tree;
use super::{confirm, lines};
use crate::document::difference::Difference;
use crate::document::value::{Map, MapKey, Value};
use crate::memory::Zeroizing;

/// A document as it was read, before it was edited.
pub(super) struct Begun {
    /// The text.
    pub(super) text: Arc<Zeroizing<String>>,
    /// Its nodes.
    pub(super) arena: Arc<Arena>,
    /// What it means.
    pub(super) value: Value,
}

/// What must hold; a test leaves one out at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The part begins and ends where entries do.
    Bounds,
    /// Nothing stands for what is elsewhere.
    Alone,
    /// The parser reads in the part what is meant.
    Part,
    /// The value is the same everywhere else.
    Rest,
}

/// Of a text, so much at most is read again as a part; beyond that the whole is no more work.
const SHARE: usize = 4;

/// Whether `text`, into which `begun` was edited, means `value`. Where it says no, only a reading of the whole can tell.
pub(super) fn mean(begun: &Begun, text: &str, value: &Value) -> bool {
    mean_without(begun, text, value, None)
}

/// As [`mean`], without one of the steps.
pub(super) fn mean_without(begun: &Begun, text: &str, value: &Value, left_out: Option<Step>) -> bool {
    let needs = |step: Step| left_out != Some(step);
    let difference = Difference::of(begun.text.as_bytes(), text.as_bytes());
    let tree = Tree { text: &begun.text, arena: &begun.arena };
    let Some(part) = Part::around(tree, &difference.before) else { return false };
    let behind = begun.text.len() - part.range.end;
    let Some(new) = text.len().checked_sub(behind).and_then(|end| text.get(part.range.start..end)) else {
        return false;
    };
    if needs(Step::Bounds) && !part.is_bounded(tree, &difference.before)
        || needs(Step::Alone) && !(stands_alone(tree) && new.lines().all(|line| !is_marker(line)))
    {
        return false;
    }
    let Some(entries) = part.entries(&begun.value, value, needs(Step::Rest)) else { return false };
    !needs(Step::Part) || confirm::part_means(new, &entries, part.way.len())
}

/// Whether every part of the text means what it does by itself.
fn stands_alone(tree: Tree<'_>) -> bool {
    let Some(root) = tree.arena.root.filter(|_| !tree.arena.anchors) else { return false };
    !tree.text[..tree.span(root).start].contains('%')
}

/// Whether a line begins or ends a document.
fn is_marker(line: &str) -> bool {
    ["---", "..."].iter().any(|marker| line.starts_with(marker))
}

/// The entries of a collection in block style that hold a change, and the ones beside them.
struct Part {
    /// The position of each entry that leads to the collection, from the root on.
    way: Vec<usize>,
    /// The collection.
    holder: usize,
    /// Its entries.
    positions: Range<usize>,
    /// Their lines.
    range: Range<usize>,
    /// Where the entry begins that follows them; nothing at the text's end.
    next: Option<usize>,
}

impl Part {
    /// The smallest part that is small enough.
    fn around(tree: Tree<'_>, changed: &Range<usize>) -> Option<Self> {
        let mut way = Vec::new();
        let mut holder = tree.arena.root?;
        // Where the entry begins that follows the collection.
        let mut follows = None;
        loop {
            let count = tree.len(holder);
            if count == 0 || tree.is_flow(holder) {
                return None;
            }
            let line = |index: usize| lines::start(tree.text, tree.begin(holder, index));
            // The last entry that begins above the change, and the first that begins below it.
            let first = first_where(count, |index| tree.begin(holder, index) >= changed.start).checked_sub(1)?;
            let below = first_where(count, |index| line(index) >= changed.end);
            let positions = first.saturating_sub(1)..(below + 1).min(count);
            let behind = |index: usize| if index < count { Some(tree.begin(holder, index)) } else { follows };
            let next = behind(positions.end);
            let end = next.map_or(tree.text.len(), |next| lines::start(tree.text, next));
            let range = line(positions.start)..end;
            if range.len() <= tree.text.len() / SHARE {
                return Some(Self { way, holder, positions, range, next });
            }
            if below != first + 1 {
                return None;
            }
            follows = behind(below);
            way.push(first);
            holder = tree.entry(holder, first).1;
        }
    }

    /// Whether it begins and ends where entries do, and the change is in it.
    fn is_bounded(&self, tree: Tree<'_>, changed: &Range<usize>) -> bool {
        let first = tree.begin(self.holder, self.positions.start);
        let begins = first < changed.start && lines::is_first(tree.text, first);
        let ends = match self.next {
            None => self.range.end == tree.text.len(),
            Some(next) => {
                let column = lines::column(tree.text, next);
                // A line that begins with a colon goes on with the key above it.
                let continues = tree.text[next..].starts_with(':');
                lines::is_first(tree.text, next) && column <= tree.column(self.holder) && !continues
            }
        };
        begins && ends && changed.end <= self.range.end
    }

    /// The entries that the new value has in the part; `None` where it differs elsewhere, if that is asked.
    fn entries(&self, before: &Value, after: &Value, asked: bool) -> Option<Value> {
        let (mut before, mut after) = (before, after);
        for position in &self.way {
            let same = (len(before)? == len(after)?)
                && all_same(before, after, 0..*position, 0)
                && all_same(before, after, *position + 1..len(before)?, 0)
                && key(before, *position) == key(after, *position);
            if asked && !same {
                return None;
            }
            (before, after) = (at(before, *position)?, at(after, *position)?);
        }
        let Range { start, end } = self.positions.clone();
        let (old, new) = (len(before)?, len(after)?);
        let last = new.checked_sub(old.checked_sub(end)?).filter(|last| *last >= start)?;
        if asked && !(all_same(before, after, 0..start, 0) && all_same(before, after, end..old, last.wrapping_sub(end)))
        {
            return None;
        }
        match after {
            Value::List(items) => Some(Value::list(items.get(start..last)?.to_vec())),
            Value::Map(map) => (start..last)
                .map(|index| map.at(index).map(|(key, value)| (key.clone(), value.clone())))
                .collect::<Option<Map>>()
                .map(Value::Map),
            _ => None,
        }
    }
}

/// The first of `count` positions at which `found` holds, or `count`; it must hold at all later ones.
fn first_where(count: usize, found: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if found(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

fn len(value: &Value) -> Option<usize> {
    match value {
        Value::List(items) => Some(items.len()),
        Value::Map(map) => Some(map.len()),
        _ => None,
    }
}

fn at(value: &Value, position: usize) -> Option<&Value> {
    match value {
        Value::List(items) => items.get(position),
        Value::Map(map) => map.at(position).map(|(_, value)| value),
        _ => None,
    }
}

fn key(value: &Value, position: usize) -> Option<&MapKey> {
    value.as_map()?.at(position).map(|(key, _)| key)
}

/// Whether the entries at these positions of one collection are those of the other, `further` positions later.
fn all_same(before: &Value, after: &Value, mut positions: Range<usize>, further: usize) -> bool {
    let same = |one: Option<&Value>, other: Option<&Value>| one.is_some() && one == other;
    positions.all(|here| {
        let there = here.wrapping_add(further);
        key(before, here) == key(after, there) && same(at(before, here), at(after, there))
    })
}
