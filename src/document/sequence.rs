//! A map of few keys that are asked for again and again, mostly in the same order, such as those of the items of a list.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;

/// What is known of each key. The key after the one that was asked for last is found without a hash.
pub(crate) struct Sequence<K, V> {
    /// In the order in which they were added.
    entries: Vec<(K, V)>,
    /// Where each key is in that order.
    index: HashMap<K, usize, RandomState>,
    /// The entry that probably comes next.
    next: usize,
}

impl<K, V> Default for Sequence<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new(), index: HashMap::default(), next: 0 }
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Sequence<K, V> {
    /// What is known of this key.
    pub(crate) fn get<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let is_next = self.entries.get(self.next).is_some_and(|(known, _)| known.borrow() == key);
        let found = if is_next { self.next } else { *self.index.get(key)? };
        // After the last one the first one follows, for a list whose items have one key.
        self.next = if found + 1 < self.entries.len() { found + 1 } else { 0 };
        self.entries.get(found).map(|(_, value)| value.clone())
    }

    /// What is known of this key, or what `new` makes of it.
    pub(crate) fn get_or_add(&mut self, key: K, new: impl FnOnce(&K) -> V) -> V {
        self.get(&key).unwrap_or_else(|| {
            let value = new(&key);
            self.add(key, value.clone());
            value
        })
    }

    /// Adds a key that is not known yet.
    pub(crate) fn add(&mut self, key: K, value: V) {
        self.index.insert(key.clone(), self.entries.len());
        self.entries.push((key, value));
        self.next = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_found_in_any_order() {
        let names = ["a", "b", "c", "d"];
        let mut sequence: Sequence<Box<str>, usize> = Sequence::default();
        for (value, name) in names.into_iter().enumerate() {
            assert_eq!(sequence.get(name), None);
            sequence.add(name.into(), value);
        }
        for one in 0..4 {
            for other in 0..4 {
                for third in [0, 1, 2, 3] {
                    for at in [one, other, third] {
                        assert_eq!(sequence.get(names[at]), Some(at), "{one} {other} {third}");
                    }
                    assert_eq!(sequence.get("e"), None);
                }
            }
        }
    }
}
