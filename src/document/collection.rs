//! Lists and maps. Copies share their content.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::entries::Entries;
use super::map_key::{KeyKind, MapKey, Sought};
use super::value::Value;

/// A list. Copying is free: copies share the items until one of them is changed, and shared items are known to be equal
/// without a comparison.
#[derive(Clone, Default)]
pub struct List(Arc<Vec<Value>>);

impl Deref for List {
    type Target = Vec<Value>;

    fn deref(&self) -> &Vec<Value> {
        &self.0
    }
}

impl DerefMut for List {
    fn deref_mut(&mut self) -> &mut Vec<Value> {
        Arc::make_mut(&mut self.0)
    }
}

impl List {
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl PartialEq for List {
    fn eq(&self, other: &Self) -> bool {
        self.is_shared_with(other) || self.0 == other.0
    }
}

impl From<Vec<Value>> for List {
    fn from(items: Vec<Value>) -> Self {
        Self(Arc::new(items))
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        Vec::from_iter(items).into()
    }
}

/// A map in the order of the document. Copies share their entries like those of a [`List`].
#[derive(Clone, Default)]
pub struct Map(Arc<Entries<Value>>);

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        let is_in_other = |(index, (key, value)): (usize, (&MapKey, &Value))| {
            let beside = other.at(index).filter(|(other, _)| *other == key);
            let found = beside.or_else(|| other.0.position_of(key).and_then(|index| other.at(index)));
            found.is_some_and(|(_, other)| other == value)
        };
        self.is_shared_with(other) || self.len() == other.len() && self.iter().enumerate().all(is_in_other)
    }
}

impl Map {
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// The entries for modification, no longer shared with copies.
    fn entries(&mut self) -> &mut Entries<Value> {
        Arc::make_mut(&mut self.0)
    }

    /// An empty map with capacity for this many entries.
    pub fn with_capacity(entries: usize) -> Self {
        Self(Arc::new(Entries::with_capacity(entries)))
    }

    /// The position of the key with this text, preferring a string key.
    fn position(&self, key: &str) -> Option<usize> {
        let of_kind = |kind| self.0.position(&Sought { text: key, kind });
        [KeyKind::String, KeyKind::Other, KeyKind::Complex].into_iter().find_map(of_kind)
    }

    /// The value of the key with this text, preferring a string key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.at(self.position(key)?).map(|(_, value)| value)
    }

    /// The value of the key with this text, for modification.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let index = self.position(key)?;
        self.entries().value_at_mut(index)
    }

    /// The key with this text, preferring a string key.
    pub fn find(&self, key: &str) -> Option<&MapKey> {
        self.at(self.position(key)?).map(|(key, _)| key)
    }

    /// Whether both `8080` and `'8080'` exist.
    pub fn is_ambiguous(&self, key: &str) -> bool {
        let exists = |kind| self.0.position(&Sought { text: key, kind }).is_some();
        [KeyKind::String, KeyKind::Other].into_iter().all(exists)
    }

    /// The entry at this position.
    pub fn at(&self, index: usize) -> Option<(&MapKey, &Value)> {
        self.0.at(index)
    }

    /// Inserts the value under `key`, at the end if the key is new; returns the old value.
    pub fn insert(&mut self, key: MapKey, value: Value) -> Option<Value> {
        self.entries().insert(key, value)
    }

    /// Adds a key that the map is known not to have, which saves looking for it.
    pub(super) fn push(&mut self, key: MapKey, value: Value) {
        debug_assert!(self.0.position_of(&key).is_none(), "the key is not new");
        self.entries().push(key, value);
    }

    /// Removes the key with this text, preserving the order of the rest.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let index = self.position(key)?;
        self.entries().remove(index)
    }

    /// Renames the key with this text, in its place. `None` if there is no such key, or the new one exists.
    pub fn rename(&mut self, key: &str, to: &str) -> Option<()> {
        let index = self.position(key)?;
        self.entries().rename(index, MapKey::string(to))
    }

    /// Whether one of its keys is a list or a map.
    pub fn has_complex_key(&self) -> bool {
        self.iter().any(|(key, _)| key.is_complex())
    }

    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = (&MapKey, &Value)> {
        (0..self.len()).filter_map(|index| self.at(index))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl FromIterator<(MapKey, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (MapKey, Value)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let mut map = Entries::with_capacity(entries.size_hint().0);
        for (key, value) in entries {
            map.insert(key, value);
        }
        Self(Arc::new(map))
    }
}

#[cfg(test)]
mod tests {
    use super::super::entries::FEW;
    use super::*;

    /// A map of this many entries, whose values are their numbers.
    fn map(count: usize) -> Map {
        (0..count).map(|number| (MapKey::string(format!("k{number}")), Value::string(number.to_string()))).collect()
    }

    fn keys(map: &Map) -> Vec<&str> {
        map.iter().map(|(key, _)| key.text()).collect()
    }

    #[test]
    fn few_and_many_entries_behave_the_same() {
        for count in [1, 2, FEW - 1, FEW, FEW + 1, 3 * FEW] {
            let whole = map(count);
            let expected: Vec<String> = (0..count).map(|number| format!("k{number}")).collect();
            assert_eq!(keys(&whole), expected, "{count}");
            let last = &expected[count - 1];
            let mut changed = whole.clone();
            assert!(changed.insert(MapKey::string(last.as_str()), Value::Null).is_some());
            assert!(changed != whole && changed.len() == count && changed.get(last) == Some(&Value::Null));
            assert_eq!(whole.get(last).and_then(Value::as_str), Some((count - 1).to_string().as_str()));

            let mut renamed = whole.clone();
            assert_eq!((renamed.rename("k0", "new"), renamed.rename("k0", "x")), (Some(()), None));
            assert_eq!((keys(&renamed)[0], renamed.len()), ("new", count));
            assert_eq!(renamed.rename("new", "new"), Some(()));
            assert_eq!(renamed.rename("new", last), if count == 1 { Some(()) } else { None });

            let mut removed = whole.clone();
            assert!(removed.remove("k0").is_some() && removed.remove("k0").is_none());
            assert_eq!(keys(&removed), expected[1..]);

            let mut rotated = removed.clone();
            rotated.insert(MapKey::string("k0"), Value::string("0"));
            assert!(rotated == whole && removed != whole, "the order does not matter");
            assert!(whole == rotated, "in either direction");
        }
    }

    #[test]
    fn a_map_that_grew_or_shrank_equals_one_that_did_not() {
        let (few, many) = (map(FEW), map(FEW + 1));
        let (mut grown, mut shrunk) = (few.clone(), many.clone());
        grown.insert(MapKey::string(format!("k{FEW}")), Value::string(FEW.to_string()));
        shrunk.remove(&format!("k{FEW}"));
        assert!(grown == many && shrunk == few && few != many);
        assert!(few == shrunk, "in either direction");
    }

    #[test]
    fn a_key_is_found_by_its_text_and_a_string_first() {
        let both = [(MapKey::other("1"), Value::Null), (MapKey::string("1"), Value::Bool(true))];
        for fill in [0, FEW] {
            let map: Map = map(fill).iter().map(|(k, v)| (k.clone(), v.clone())).chain(both.clone()).collect();
            assert!(map.is_ambiguous("1") && map.get("1") == Some(&Value::Bool(true)), "{fill}");
            assert!(!map.is_ambiguous("k0") && map.find("1").is_some_and(MapKey::is_string));
        }
        let map: Map = [(MapKey::complex("[a]"), Value::Null)].into_iter().collect();
        assert!(map.has_complex_key() && map.get("[a]") == Some(&Value::Null));
    }
}
