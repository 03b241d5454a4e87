//! Merges two values with a common base semantically.
//!
//! If one side did not change a value, the other side's wins. Maps are merged key by key, lists item by item, with
//! items matched as in a difference. It is a conflict if both sides changed a value differently, or one changed what
//! the other removed.

mod items;
mod renames;
mod side;

pub use self::side::Side;

use self::renames::Renames;
use super::{lines, name};
use crate::document::matching::identity;
use crate::document::{Map, MapKey, Pointer, Text, Value};
use crate::schema::Schema;

/// What a side did to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideChange {
    Added,
    Changed,
    Removed,
    /// It reordered the items of the list.
    Moved,
}

impl SideChange {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
            Self::Moved => "moved",
        }
    }
}

/// A place where both sides made incompatible changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The path in our side, with items by identity, without values that may be secret.
    pub path: String,
    pub ours: SideChange,
    pub theirs: SideChange,
}

#[derive(Debug, PartialEq)]
pub struct Merged {
    /// The merged value; conflicts are resolved in favour of the favoured side.
    pub value: Value,
    pub conflicts: Vec<Conflict>,
}

/// Merges the changes that both sides made to `base`; `None` means no common base.
pub fn merge(base: Option<&Value>, ours: &Value, theirs: &Value, schema: Schema, favored: Side) -> Merged {
    let mut merging = Merging { schema, favored, conflicts: Vec::new() };
    let root = MergePath { path: String::new(), pointer: Pointer::root() };
    let value = merging.merge([base, Some(ours), Some(theirs)], &root);
    Merged { value: value.unwrap_or(Value::Null), conflicts: merging.conflicts }
}

struct Merging {
    schema: Schema,
    favored: Side,
    conflicts: Vec<Conflict>,
}

struct MergePath {
    path: String,
    /// The place for the schema; a position may be that of either side.
    pointer: Pointer,
}

impl Merging {
    /// The merged value of a place; `None` if it is absent.
    fn merge(&mut self, [base, ours, theirs]: [Option<&Value>; 3], place: &MergePath) -> Option<Value> {
        if ours == theirs || base == theirs {
            return ours.cloned();
        }
        if base == ours {
            return theirs.cloned();
        }
        let began = base.filter(|base| !matches!(base, Value::Null));
        match (began, ours, theirs) {
            (None | Some(Value::Map(_)), Some(Value::Map(ours)), Some(Value::Map(theirs)))
                if !is_ambiguous(&[ours, theirs]) =>
            {
                Some(Value::Map(self.maps(began.and_then(Value::as_map), ours, theirs, place)))
            }
            // Two lists that the sides created independently may grant access; nobody asked for the union.
            (None | Some(Value::List(_)), Some(Value::List(ours)), Some(Value::List(theirs)))
                if base.is_some() || [ours, theirs].iter().all(|items| items.iter().any(Value::is_collection)) =>
            {
                let base = began.and_then(Value::as_list).unwrap_or_default();
                Some(Value::list(self.items([base, ours, theirs], place)))
            }
            (Some(Value::String(base)), Some(Value::String(ours)), Some(Value::String(theirs)))
                if let Some(text) = lines::apart([base, ours, theirs].map(Text::as_str)) =>
            {
                Some(Value::String(text.into()))
            }
            _ => {
                self.conflict(place, [base, ours, theirs]);
                self.favored([ours, theirs]).cloned()
            }
        }
    }

    fn maps(&mut self, base: Option<&Map>, ours: &Map, theirs: &Map, place: &MergePath) -> Map {
        let renames = Renames::of(base, ours, theirs);
        let new = theirs.iter().filter(|(key, _)| ours.get(key.text()).is_none());
        let mut merged = Map::new();
        for (key, _) in ours.iter().chain(new) {
            let text = key.text();
            if let Some((old, new)) = renames.common(text) {
                if merged.get(new).is_none() {
                    let below = self.below(place, text);
                    let of = |side: &Map| side.get(new).or_else(|| side.get(old)).cloned();
                    let values = [base.and_then(|base| base.get(old)).cloned(), of(ours), of(theirs)];
                    if let Some(value) = self.merge(values.each_ref().map(Option::as_ref), &below) {
                        merged.insert(MapKey::string(new), value);
                    }
                }
                continue;
            }
            if let Some((old, side)) = renames.apart(text) {
                // Each side renamed the key differently.
                if side == Side::Ours {
                    let path = self.below(place, old).path;
                    self.conflicts.push(Conflict { path, ours: SideChange::Changed, theirs: SideChange::Changed });
                }
                if side != self.favored {
                    continue;
                }
            }
            let below = self.below(place, text);
            let values = [base.and_then(|base| base.get(text)), ours.get(text), theirs.get(text)];
            if let Some(value) = self.merge(values, &below) {
                merged.insert(key.clone(), value);
            }
        }
        merged
    }

    fn below(&self, place: &MergePath, key: &str) -> MergePath {
        let path = name::entry(&place.path, key, &place.pointer, self.schema);
        MergePath { path, pointer: place.pointer.child(key) }
    }

    fn favored<T>(&self, [ours, theirs]: [T; 2]) -> T {
        match self.favored {
            Side::Ours => ours,
            Side::Theirs => theirs,
        }
    }

    fn conflict(&mut self, place: &MergePath, [base, ours, theirs]: [Option<&Value>; 3]) {
        let deed = |side: Option<&Value>| match (base, side) {
            (_, None) => SideChange::Removed,
            (None, Some(_)) => SideChange::Added,
            (Some(_), Some(_)) => SideChange::Changed,
        };
        self.conflicts.push(Conflict { path: place.path.clone(), ours: deed(ours), theirs: deed(theirs) });
    }
}

/// Whether the text of a key is ambiguous: `8080` and `'8080'` in one map. A key that is a map is a template without
/// quotes, so such a map is treated as a single value.
fn is_ambiguous(maps: &[&Map]) -> bool {
    maps.iter().any(|map| map.iter().any(|(key, _)| key.is_complex() || map.is_ambiguous(key.text())))
}

#[cfg(test)]
mod tests;
