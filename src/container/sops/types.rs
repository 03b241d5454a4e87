//! The types of old values that the notation of a view does not show, for the values that replace them.

use std::collections::{HashMap, HashSet};

use super::plain::{Plain, Type};
use super::sheet::{Leaf, Mark, MarkKind, Paths, Sheet, Step};
use crate::document::Pointer;
use crate::document::node::Style;

/// The floats and times of a file.
#[derive(Default)]
pub(super) struct Types<'p> {
    known: HashMap<Pointer, &'p Plain>,
    /// Those without a value at their place in the new view, by their notation: they may have been moved.
    gone: HashMap<String, Vec<(Pointer, &'p Plain)>>,
    notations: HashMap<Pointer, String>,
    /// The places of the file, if a value is gone: what is there now was not moved.
    places: HashSet<Pointer>,
}

impl<'p> Types<'p> {
    /// Adds a value of the file, which `leaf` shows in the view.
    pub(super) fn add(&mut self, paths: &Paths, mark: &Mark, leaf: &Leaf, plain: &'p Plain) {
        if matches!(plain.kind(), Type::Float | Type::Time) {
            let pointer = paths.pointer(mark.path);
            self.notations.insert(pointer.clone(), leaf.text.as_str().to_owned());
            self.known.insert(pointer, plain);
        }
    }

    /// Finds out which values are gone. In a list with another number of items, a position does not tell which item
    /// replaces which.
    pub(super) fn compare(&mut self, old: &Paths, seen: &Sheet) {
        if self.known.is_empty() {
            return;
        }
        let (before, after) = (lengths(old), lengths(&seen.paths));
        let is_leaf = |mark: &&Mark| matches!(mark.what, MarkKind::Leaf(_));
        let places: HashSet<Pointer> =
            seen.marks.iter().filter(is_leaf).map(|mark| seen.paths.pointer(mark.path)).collect();
        let resized = |place: &Pointer| {
            std::iter::successors(place.parent(), Pointer::parent)
                .any(|above| before.get(&above).is_some_and(|length| after.get(&above) != Some(length)))
        };
        let all = std::mem::take(&mut self.known);
        for (place, plain) in all {
            if resized(&place) {
                continue;
            }
            if places.contains(&place) {
                self.known.insert(place, plain);
            } else if let Some(notation) = self.notations.remove(&place) {
                self.gone.entry(notation).or_default().push((place, plain));
            }
        }
        self.notations.clear();
        if !self.gone.is_empty() {
            self.places = old.steps_of_all().map(|(path, _)| old.pointer(path)).collect();
        }
    }

    /// The old value that a leaf of the new view replaces, or is after it was moved.
    pub(super) fn of(&self, paths: &Paths, mark: &Mark, leaf: &Leaf) -> Option<&'p Plain> {
        if self.known.is_empty() && self.gone.is_empty() {
            return None;
        }
        let place = paths.pointer(mark.path);
        if let Some(plain) = self.known.get(&place) {
            return Some(plain);
        }
        let may_be_moved = leaf.style == Style::Plain && leaf.tag.is_none() && !self.places.contains(&place);
        let moved = self.gone.get(leaf.text.as_str()).filter(|_| may_be_moved)?;
        let is_it = |(old, plain): &&(Pointer, &Plain)| {
            plain.kind() == Type::Time || old.last() == place.last() || old.parent() == place.parent()
        };
        moved.iter().find(is_it).map(|(_, plain)| *plain)
    }
}

/// The number of items of each list.
fn lengths(paths: &Paths) -> HashMap<Pointer, usize> {
    let mut lengths = HashMap::new();
    for (path, step) in paths.steps_of_all() {
        if let Step::Item(position) = step {
            let length = lengths.entry(paths.pointer(paths.parent(path))).or_default();
            *length = usize::max(*length, position + 1);
        }
    }
    lengths
}
