//! Merges the items of three lists.

use super::{Conflict, MergePath, Merging, Side, SideChange, identity, name};
use crate::document::matching::{same, shared_key, strict};
use crate::document::{Text, Value};

/// An item of the result, and its position on each side.
struct Slot {
    base: Option<usize>,
    ours: Option<usize>,
    theirs: Option<usize>,
}

impl Merging {
    /// Drops what a side removed, adds what a side added, and merges what both kept, in the order of the side that
    /// moved something.
    pub(super) fn items(&mut self, [base, ours, theirs]: [&[Value]; 3], place: &MergePath) -> Vec<Value> {
        let key = shared_key(ours, theirs);
        let slots = slots([base, ours, theirs], key);
        let mut values: Vec<Option<Value>> = Vec::new();
        for slot in &slots {
            let (items, index) = match (slot.ours, slot.theirs) {
                (Some(index), _) => (ours, index),
                (None, Some(index)) => (theirs, index),
                (None, None) => {
                    values.push(None);
                    continue;
                }
            };
            let mut path = name::item(&place.path, &items[index], index, key, &place.pointer, self.schema);
            if slot.ours.is_none() && path == format!("{}[{index}]", place.path) {
                // A position on the other side would denote another item on ours.
                path.clone_from(&place.path);
            }
            let below = MergePath { path, pointer: place.pointer.child(index.to_string()) };
            let item = |list: &'_ [Value], at: Option<usize>| at.map(|at| list[at].clone());
            let (base, ours, theirs) = (item(base, slot.base), item(ours, slot.ours), item(theirs, slot.theirs));
            values.push(self.merge([base.as_ref(), ours.as_ref(), theirs.as_ref()], &below));
        }
        let order = self.order(&slots, place);
        let merged: Vec<Value> = order.into_iter().filter_map(|slot| values[slot].take()).collect();
        if twice(&merged, key) && !twice(ours, key) && !twice(theirs, key) {
            // One side gave an item the identity that the other side gave to another item.
            self.conflicts.push(Conflict {
                path: place.path.clone(),
                ours: SideChange::Changed,
                theirs: SideChange::Changed,
            });
            return self.favored([ours, theirs]).to_vec();
        }
        merged
    }

    /// Orders the slots like the side that moved something (or ours). Items of the other side follow the same neighbour
    /// as there.
    fn order(&mut self, slots: &[Slot], place: &MergePath) -> Vec<usize> {
        let sequence = |side: fn(&Slot) -> Option<usize>| {
            let mut found: Vec<usize> = (0..slots.len()).filter(|slot| side(&slots[*slot]).is_some()).collect();
            found.sort_by_key(|slot| side(&slots[*slot]));
            found
        };
        let (ours, theirs) = (sequence(|slot| slot.ours), sequence(|slot| slot.theirs));
        let kept = |sequence: &[usize]| -> Vec<usize> {
            let all = |slot: &&usize| {
                let slot = &slots[**slot];
                slot.base.is_some() && slot.ours.is_some() && slot.theirs.is_some()
            };
            sequence.iter().filter(all).copied().collect()
        };
        let moved = |kept: &[usize]| !kept.is_sorted_by_key(|slot| slots[*slot].base);
        let (our_order, their_order) = (kept(&ours), kept(&theirs));
        let both = moved(&our_order) && moved(&their_order) && our_order != their_order;
        if both {
            self.conflicts.push(Conflict {
                path: place.path.clone(),
                ours: SideChange::Moved,
                theirs: SideChange::Moved,
            });
        }
        let by_theirs = if both { self.favored == Side::Theirs } else { moved(&their_order) };
        let (mut order, other) = if by_theirs { (theirs, &ours) } else { (ours, &theirs) };
        for (at, slot) in other.iter().copied().enumerate() {
            if order.contains(&slot) {
                continue;
            }
            let neighbour =
                other[..at].iter().rev().find_map(|before| order.iter().position(|placed| placed == before));
            // An item appended at the end stays there, wherever its predecessor has moved.
            let is_last = slots[slot].base.is_none()
                && other[at..].iter().all(|slot| slots[*slot].base.is_none() && !order.contains(slot));
            let mut to = if is_last { order.len() } else { neighbour.map_or(0, |neighbour| neighbour + 1) };
            // Items that only the first side inserted at this position come before it.
            let only_first = |slot: usize| slots[slot].base.is_none() && !other.contains(&slot);
            while order.get(to).is_some_and(|next| only_first(*next)) {
                to += 1;
            }
            order.insert(to, slot);
        }
        order
    }
}

/// The items of the base with their counterparts, then the items that each side added, without duplicates.
fn slots([base, ours, theirs]: [&[Value]; 3], key: Option<&str>) -> Vec<Slot> {
    let (in_ours, in_theirs) = (strict(base, ours), strict(base, theirs));
    let slot = |index: usize| Slot { base: Some(index), ours: in_ours[index], theirs: in_theirs[index] };
    let mut slots: Vec<Slot> = (0..base.len()).map(slot).collect();
    let added = |items: &[Value], known: &[Option<usize>]| -> Vec<usize> {
        (0..items.len()).filter(|index| !known.contains(&Some(*index))).collect()
    };
    let (our_added, their_added) = (added(ours, &in_ours), added(theirs, &in_theirs));
    let pick = |items: &[Value], added: &[usize]| -> Vec<Value> { added.iter().map(|at| items[*at].clone()).collect() };
    let partners = same(&pick(ours, &our_added), &pick(theirs, &their_added), key);
    for (at, partner) in our_added.iter().zip(&partners) {
        slots.push(Slot { base: None, ours: Some(*at), theirs: partner.map(|partner| their_added[partner]) });
    }
    let alone = their_added.iter().enumerate().filter(|(index, _)| !partners.contains(&Some(*index)));
    slots.extend(alone.map(|(_, at)| Slot { base: None, ours: None, theirs: Some(*at) }));
    slots
}

/// Whether two items have the same identity.
fn twice(items: &[Value], key: Option<&str>) -> bool {
    let names: Vec<Text> = items.iter().filter_map(|item| identity(item, key)).collect();
    (1..names.len()).any(|at| names[..at].contains(&names[at]))
}
