//! Replaces a collection by edits of what differs, so that unchanged entries keep their text.

use std::collections::HashSet;

use super::edit::Edit;
use super::matching::{longest_rising, matching};
use super::pointer::Pointer;
use super::value::{Map, Value};

/// For an edit that puts a collection over another of its kind: the edits of what differs. `value` is the document's.
pub(super) fn of(edit: &Edit, value: &Value) -> Option<Vec<Edit>> {
    let (Edit::Add { path, value: new } | Edit::Replace { path, value: new } | Edit::Set { path, value: new }) = edit
    else {
        return None;
    };
    let inserts = matches!(edit, Edit::Add { .. })
        && path.parent().and_then(|above| above.get(value)?.as_list().map(|_| ())).is_some();
    let old = path.get(value).filter(|old| !inserts && *old != new)?;
    edits(old, new, path)
}

/// The edits that turn the collection `old` at `path` into `new`; `None` if nothing is kept, or they are not
/// collections of one kind.
fn edits(old: &Value, new: &Value, path: &Pointer) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    collections(old, new, path, &mut edits).then_some(edits)
}

/// Adds the edits; returns whether an entry is kept.
fn collections(old: &Value, new: &Value, at: &Pointer, edits: &mut Vec<Edit>) -> bool {
    match (old, new) {
        (Value::Map(old), Value::Map(new)) => maps(old, new, at, edits),
        (Value::List(old), Value::List(new)) => lists(old, new, at, edits),
        _ => false,
    }
}

fn compare(old: &Value, new: &Value, at: &Pointer, edits: &mut Vec<Edit>) {
    if old != new && !collections(old, new, at, edits) {
        edits.push(Edit::Replace { path: at.clone(), value: new.clone() });
    }
}

fn maps(old: &Map, new: &Map, at: &Pointer, edits: &mut Vec<Edit>) -> bool {
    let is_told = |map: &Map| map.iter().all(|(key, _)| !key.is_complex() && !map.is_ambiguous(key.text()));
    // A key that is not a string cannot be inserted by its text.
    let is_same = new.iter().all(|(key, _)| old.find(key.text()).map_or(key.is_string(), |other| other == key));
    let stays = old.iter().any(|(key, _)| new.get(key.text()).is_some());
    if !is_told(old) || !is_told(new) || !is_same || !stays {
        return false;
    }
    for (key, _) in old.iter().filter(|(key, _)| new.get(key.text()).is_none()) {
        edits.push(Edit::Remove { path: at.child(key.text()) });
    }
    for (key, value) in new.iter() {
        let path = at.child(key.text());
        match old.get(key.text()) {
            Some(before) => compare(before, value, &path, edits),
            None => edits.push(Edit::Add { path, value: value.clone() }),
        }
    }
    true
}

fn lists(old: &[Value], new: &[Value], at: &Pointer, edits: &mut Vec<Edit>) -> bool {
    let mut partners = matching(old, new);
    for (index, partner) in partners.iter_mut().enumerate() {
        // A scalar that replaces another one is not the same item: the old comment is not about it.
        let is_item = |other: &usize| {
            old[index] == new[*other]
                || old[index].is_collection() && collections(&old[index], &new[*other], at, &mut Vec::new())
        };
        *partner = partner.filter(is_item);
    }
    if partners.iter().flatten().next().is_none() {
        return false;
    }
    items([old, new], &partners, at, edits, &compare);
    true
}

/// Adds the edits that turn one value into another at a place.
pub(crate) type Compare<'c> = &'c dyn Fn(&Value, &Value, &Pointer, &mut Vec<Edit>);

/// Adds the edits that turn one list into another, given the counterparts of its items: removes, moves, inserts, and
/// compares items.
pub(crate) fn items(
    [old, new]: [&[Value]; 2],
    partners: &[Option<usize>],
    at: &Pointer,
    edits: &mut Vec<Edit>,
    compare: Compare<'_>,
) {
    let place = |index: usize| at.child(index.to_string());
    let kept: HashSet<usize> = partners.iter().flatten().copied().collect();
    for index in (0..old.len()).rev().filter(|index| partners[*index].is_none()) {
        edits.push(Edit::Remove { path: place(index) });
    }
    let mut order: Vec<usize> = partners.iter().flatten().copied().collect();
    let mut settled = longest_rising(&order);
    let mut rising = order.clone();
    rising.sort_unstable();
    for item in rising {
        if settled.insert(item) {
            let from = order.iter().position(|other| *other == item).unwrap_or_default();
            order.remove(from);
            let to = order.iter().rposition(|other| settled.contains(other) && *other < item).map_or(0, |at| at + 1);
            order.insert(to, item);
            if from != to {
                edits.push(Edit::Move { from: place(from), path: place(to) });
            }
        }
    }
    for index in (0..new.len()).filter(|index| !kept.contains(index)) {
        edits.push(Edit::Add { path: place(index), value: new[index].clone() });
    }
    for (index, partner) in partners.iter().enumerate() {
        if let Some(partner) = partner {
            compare(&old[index], &new[*partner], &place(*partner), edits);
        }
    }
}
