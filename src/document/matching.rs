//! Matches the items of two lists: by identity, by value, or as the remaining ones in the same gap.

use std::collections::{HashMap, HashSet};

use super::path::identity_key;
use super::{Map, Pointer, Text, Value, json_text};

/// Maps places of one version to the other; matched lists are cached.
pub struct Counterparts<'v> {
    before: &'v Value,
    after: &'v Value,
    /// By the list's place in `after`.
    lists: HashMap<Pointer, Vec<Option<usize>>>,
}

impl<'v> Counterparts<'v> {
    pub fn new(before: &'v Value, after: &'v Value) -> Self {
        Self { before, after, lists: HashMap::new() }
    }

    /// The place in `before` of what is at `at` in `after`, following list items by identity; `None` for new entries.
    pub fn of(&mut self, at: &Pointer) -> Option<Pointer> {
        let (mut old, mut new) = (self.before, self.after);
        let (mut place, mut here) = (Pointer::root(), Pointer::root());
        for token in at.tokens() {
            let step = Pointer::new([token.as_str()]);
            let found = match (old, new) {
                (Value::List(olds), Value::List(news)) => {
                    let index: usize = token.parse().ok()?;
                    let partners = self.lists.entry(here.clone()).or_insert_with(|| matching(olds, news));
                    partners.iter().position(|partner| *partner == Some(index))?.to_string()
                }
                _ => token.clone(),
            };
            here = here.child(token);
            new = step.get(new)?;
            old = Pointer::new([found.as_str()]).get(old)?;
            place = place.child(found);
        }
        Some(place)
    }

    /// Like [`Counterparts::of`], only if the value is the same.
    pub fn same(&mut self, at: &Pointer) -> Option<Pointer> {
        let old = self.of(at)?;
        (old.get(self.before) == at.get(self.after)).then_some(old)
    }
}

/// Like [`Counterparts::of`], for a single lookup.
pub fn counterpart(before: &Value, after: &Value, at: &Pointer) -> Option<Pointer> {
    Counterparts::new(before, after).of(at)
}

/// For each item of `old` the position of its counterpart in `new`: the item with the same identity (or value); else
/// one that differs only in its identity; else, where nothing was added or removed next to it, the one in its place.
pub fn matching(old: &[Value], new: &[Value]) -> Vec<Option<usize>> {
    matching_by(old, new, shared_key(old, new))
}

/// Like [`matching`], for lists whose items are identified by this key.
pub(crate) fn matching_by(old: &[Value], new: &[Value], key: Option<&str>) -> Vec<Option<usize>> {
    let mut partners = certain(old, new, key);
    if key.is_none() {
        gaps(&mut partners, new.len());
    } else if old.len() == new.len() {
        let matched: HashSet<usize> = partners.iter().flatten().copied().collect();
        for index in (0..old.len()).filter(|index| !matched.contains(index)) {
            if partners[index].is_none() && old[index].as_map().is_some() {
                partners[index] = Some(index);
            }
        }
    }
    partners
}

/// Like [`matching`], without the last guess for items with an identity: in a merge, an item with another identity is
/// another item.
pub(crate) fn strict(old: &[Value], new: &[Value]) -> Vec<Option<usize>> {
    let key = shared_key(old, new);
    let mut partners = certain(old, new, key);
    match key {
        None => gaps(&mut partners, new.len()),
        Some(key) => renamed(&mut partners, [old, new], key),
    }
    partners
}

/// Pairs remaining items that are mostly equal: the identity was changed along with something else.
fn renamed(partners: &mut [Option<usize>], [old, new]: [&[Value]; 2], key: &str) {
    let mut matched: HashSet<usize> = partners.iter().flatten().copied().collect();
    for index in 0..old.len() {
        if partners[index].is_some() {
            continue;
        }
        let free = (0..new.len()).filter(|other| !matched.contains(other));
        let found = free.filter(|other| is_mostly(&old[index], &new[*other], key)).collect::<Vec<_>>();
        // With several candidates none is certain.
        if let [one] = found[..] {
            partners[index] = Some(one);
            matched.insert(one);
        }
    }
}

/// Whether all but two of the entries are equal, apart from the identity. Clients of one provider have much in common,
/// so half of the entries would not be enough.
fn is_mostly(old: &Value, new: &Value, key: &str) -> bool {
    let (Some(old), Some(new)) = (old.as_map(), new.as_map()) else { return false };
    let rest = || old.iter().filter(|(name, _)| name.text() != key);
    let same = rest().filter(|(name, value)| new.get(name.text()) == Some(value)).count();
    let removed = rest().count() - same;
    let added = new.iter().filter(|(name, _)| name.text() != key && old.get(name.text()).is_none()).count();
    same >= removed + added && removed + added <= 2
}

/// The key that identifies the items of both lists.
pub(crate) fn shared_key(old: &[Value], new: &[Value]) -> Option<&'static str> {
    let known = if old.is_empty() { identity_key(new) } else { identity_key(old) };
    known.filter(|key| new.is_empty() || identity_key(new) == Some(*key))
}

/// By identity or value, then by everything except the identity.
fn certain(old: &[Value], new: &[Value], key: Option<&str>) -> Vec<Option<usize>> {
    let mut partners = same(old, new, key);
    let matched: HashSet<usize> = partners.iter().flatten().copied().collect();
    let mut left: Vec<usize> = (0..new.len()).filter(|index| !matched.contains(index)).collect();
    for index in 0..old.len() {
        let unmatched = partners[index].is_none() && old[index].as_map().is_some();
        let Some(key) = key.filter(|_| unmatched) else { continue };
        let renamed = left.iter().position(|other| without(&old[index], key) == without(&new[*other], key));
        partners[index] = renamed.map(|found| left.remove(found));
    }
    partners
}

/// For each item of `old` the one in `new` with the same identity, or, without an identity, the same value.
pub(crate) fn same(old: &[Value], new: &[Value], key: Option<&str>) -> Vec<Option<usize>> {
    let name = |item: &Value| identity(item, key).unwrap_or_else(|| json_text(item));
    let mut free: HashMap<Text, Vec<usize>> = HashMap::new();
    for (index, item) in new.iter().enumerate().rev() {
        free.entry(name(item)).or_default().push(index);
    }
    old.iter().map(|item| free.get_mut(&name(item)).and_then(Vec::pop)).collect()
}

/// Pairs the remaining items between the same two neighbours if both sides have the same number of them: they were
/// replaced there.
fn gaps(partners: &mut [Option<usize>], new_length: usize) {
    let matched: HashSet<usize> = partners.iter().flatten().copied().collect();
    let mut start = 0;
    let mut after = 0;
    while start < partners.len() {
        if let Some(partner) = partners[start] {
            (start, after) = (start + 1, partner + 1);
            continue;
        }
        let end = (start..partners.len()).find(|index| partners[*index].is_some()).unwrap_or(partners.len());
        let until = partners.get(end).copied().flatten().unwrap_or(new_length);
        if until.checked_sub(after) == Some(end - start) && (after..until).all(|index| !matched.contains(&index)) {
            for (partner, index) in (after..until).zip(start..end) {
                partners[index] = Some(partner);
            }
        }
        start = end;
    }
}

/// The text of the item's identity.
pub(crate) fn identity(item: &Value, key: Option<&str>) -> Option<Text> {
    item.get(key?)?.scalar_text().map(Text::from)
}

/// The item without the entry of this key.
pub(crate) fn without(item: &Value, key: &str) -> Value {
    let mut item = item.clone();
    if let Value::Map(map) = &mut item {
        map.remove(key);
    }
    item
}

fn only_in<'v>(map: &'v Map, other: &Map) -> Vec<(&'v str, &'v Value)> {
    map.iter().filter(|(key, _)| other.get(key.text()).is_none()).map(|(key, value)| (key.text(), value)).collect()
}

/// The renamed keys of `old`, with the new names: the value is the same and unique among the added and removed ones,
/// and the neighbours in the map are the same.
pub(crate) fn renamed_keys<'v>(old: &'v Map, new: &'v Map) -> Vec<(&'v str, &'v str)> {
    let telling = |value: &Value| match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => number.as_str().len() > 1,
        Value::String(text) => !text.as_str().is_empty(),
        Value::List(items) => !items.is_empty(),
        Value::Map(map) => !map.is_empty(),
    };
    let (removed, added) = (only_in(old, new), only_in(new, old));
    let before = |map: &'v Map, other: &Map, name: &str| -> Option<&'v str> {
        let names: Vec<&str> = map.iter().map(|(key, _)| key.text()).collect();
        let at = names.iter().position(|key| *key == name)?;
        names[..at].iter().rev().find(|key| other.get(key).is_some()).copied()
    };
    let partner = |(name, value): &(&'v str, &'v Value)| {
        let same = |list: &[(&'v str, &'v Value)]| -> Vec<&'v str> {
            list.iter().filter(|(_, other)| other == value).map(|(name, _)| *name).collect()
        };
        match (&same(&removed)[..], &same(&added)[..]) {
            ([_], [other]) if telling(value) && before(old, new, name) == before(new, old, other) => {
                Some((*name, *other))
            }
            _ => None,
        }
    };
    removed.iter().filter_map(partner).collect()
}

/// The longest increasing subsequence: these items kept their order, so all others have moved.
pub(crate) fn longest_rising(sequence: &[usize]) -> HashSet<usize> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(sequence.len());
    for (at, value) in sequence.iter().enumerate() {
        let length = ends.partition_point(|end| sequence[*end] < *value);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    std::iter::successors(ends.last().copied(), |at| before[*at]).map(|at| sequence[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};

    fn value(text: &str) -> Value {
        Document::parse(text.as_bytes(), Format::Yaml).expect("YAML").value().clone()
    }

    #[test]
    fn items_are_paired_by_identity_then_by_place() {
        for (old, new, expected) in [
            ("[a, b]", "[b, a]", "1 0"),
            ("[a, x]", "[a, y]", "0 1"),
            ("[x, a, b]", "[y, a, b]", "0 1 2"),
            ("[a, x, b, y, c]", "[a, z, b, w, c]", "0 1 2 3 4"),
            ("[a, x, b]", "[a, y, z, b]", "0 - 3"),
            ("[{id: a, x: 1}, {id: b, x: 2}]", "[{id: b, x: 2}, {id: c, x: 3}]", "- 0"),
            ("[{id: a, x: 1}, {id: b, x: 2}]", "[{id: a, x: 1}, {id: c, x: 2}]", "0 1"),
            ("[{id: a, x: 1}, {id: b, x: 2}]", "[{id: a, x: 1}, {id: c, x: 3}]", "0 1"),
            ("[{id: a, x: 1}]", "[{id: b, x: 2}, {id: c, x: 1}]", "1"),
        ] {
            let (old, new) = (value(old), value(new));
            let partners = matching(old.as_list().expect("a list"), new.as_list().expect("a list"));
            let told: Vec<String> =
                partners.iter().map(|partner| partner.map_or_else(|| "-".to_owned(), |at| at.to_string())).collect();
            assert_eq!(told.join(" "), expected);
        }
    }

    #[test]
    fn a_place_is_found_again_where_its_item_has_moved() {
        let (before, after) =
            (value("l: [{id: a, x: 1}, {id: b, x: 2}]"), value("l: [{id: b, x: 2}, {id: a, x: 3}, {id: c}]"));
        let mut places = Counterparts::new(&before, &after);
        let mut was = |at: &str| places.of(&Pointer::parse(at).expect("a pointer")).map(|place| place.to_string());
        assert_eq!(was("/l/0/x").as_deref(), Some("/l/1/x"));
        assert_eq!(was("/l/1/x").as_deref(), Some("/l/0/x"));
        assert_eq!((was("/l/2"), was("/m")), (None, None));
        let mut same = |at: &str| places.same(&Pointer::parse(at).expect("a pointer")).is_some();
        assert!(same("/l/0") && !same("/l/1"));
    }
}
