//! The entries of a map, which has few as a rule.

use foldhash::fast::RandomState;
use indexmap::{Equivalent, IndexMap};

use super::map_key::{MapKey, Sought};

/// Up to this number of entries, looking at each key is faster than a hash, and takes less memory.
pub(super) const FEW: usize = 16;

#[derive(Clone)]
pub(super) enum Entries<V> {
    Few(Vec<(MapKey, V)>),
    Many(Box<IndexMap<MapKey, V, RandomState>>),
}

impl<V> Default for Entries<V> {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl<V: Clone> Entries<V> {
    pub(super) fn with_capacity(entries: usize) -> Self {
        if entries <= FEW {
            return Self::Few(Vec::with_capacity(entries));
        }
        Self::Many(Box::new(IndexMap::with_capacity_and_hasher(entries, RandomState::default())))
    }

    pub(super) fn position(&self, sought: &Sought<'_>) -> Option<usize> {
        match self {
            Self::Few(entries) => entries.iter().position(|(key, _)| sought.equivalent(key)),
            Self::Many(entries) => entries.get_index_of(sought),
        }
    }

    pub(super) fn position_of(&self, key: &MapKey) -> Option<usize> {
        match self {
            Self::Few(entries) => entries.iter().position(|(known, _)| known == key),
            Self::Many(entries) => entries.get_index_of(key),
        }
    }

    pub(super) fn at(&self, index: usize) -> Option<(&MapKey, &V)> {
        match self {
            Self::Few(entries) => entries.get(index).map(|(key, value)| (key, value)),
            Self::Many(entries) => entries.get_index(index),
        }
    }

    pub(super) fn value_at_mut(&mut self, index: usize) -> Option<&mut V> {
        match self {
            Self::Few(entries) => entries.get_mut(index).map(|(_, value)| value),
            Self::Many(entries) => entries.get_index_mut(index).map(|(_, value)| value),
        }
    }

    pub(super) fn insert(&mut self, key: MapKey, value: V) -> Option<V> {
        let known = self.position_of(&key).and_then(|index| self.value_at_mut(index));
        if let Some(known) = known {
            return Some(std::mem::replace(known, value));
        }
        if let Self::Few(entries) = self
            && entries.len() == FEW
        {
            *self = Self::Many(Box::new(std::mem::take(entries).into_iter().collect()));
        }
        match self {
            Self::Few(entries) => entries.push((key, value)),
            Self::Many(entries) => drop(entries.insert(key, value)),
        }
        None
    }

    /// Adds an entry whose key is known to be new.
    pub(super) fn push(&mut self, key: MapKey, value: V) {
        match self {
            Self::Few(entries) if entries.len() < FEW => entries.push((key, value)),
            _ => drop(self.insert(key, value)),
        }
    }

    /// Removes an entry, preserving the order of the rest.
    pub(super) fn remove(&mut self, index: usize) -> Option<V> {
        match self {
            Self::Few(entries) => (index < entries.len()).then(|| entries.remove(index).1),
            Self::Many(entries) => entries.shift_remove_index(index).map(|(_, value)| value),
        }
    }

    /// Replaces the key of an entry, unless another entry has it. `None` if that was not possible.
    pub(super) fn rename(&mut self, index: usize, to: MapKey) -> Option<()> {
        if self.position_of(&to).is_some_and(|other| other != index) {
            return None;
        }
        match self {
            Self::Few(entries) => entries.get_mut(index).map(|(key, _)| *key = to),
            Self::Many(entries) => entries.replace_index(index, to).ok().map(drop),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Few(entries) => entries.len(),
            Self::Many(entries) => entries.len(),
        }
    }
}
