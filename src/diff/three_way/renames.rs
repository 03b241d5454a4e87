//! Renamed keys of a map.

use super::side::Side;
use crate::document::Map;
use crate::document::matching::renamed_keys;

pub(super) struct Renames<'m> {
    /// The old and the new name, if the other side kept the key or renamed it the same way.
    common: Vec<(&'m str, &'m str)>,
    /// The old name, and the different new names on each side.
    apart: Vec<(&'m str, [&'m str; 2])>,
}

impl<'m> Renames<'m> {
    /// Finds the renamed keys of two sides with a common base.
    pub(super) fn of(base: Option<&'m Map>, ours: &'m Map, theirs: &'m Map) -> Self {
        let of = |side: &'m Map| base.map(|base| renamed_keys(base, side)).unwrap_or_default();
        let (in_ours, in_theirs) = (of(ours), of(theirs));
        let is_kept = |side: &Map, (old, new): (&str, &str)| side.get(old).is_some() != side.get(new).is_some();
        let mut common: Vec<_> = in_ours.iter().copied().filter(|pair| is_kept(theirs, *pair)).collect();
        common.extend(in_theirs.iter().copied().filter(|pair| is_kept(ours, *pair) && !in_ours.contains(pair)));
        let other = |(old, new): &(&'m str, &'m str)| {
            let (_, their) = in_theirs.iter().find(|(other, their)| other == old && their != new)?;
            if ours.get(their).is_some() || theirs.get(new).is_some() {
                return None;
            }
            Some((*old, [*new, *their]))
        };
        Self { common, apart: in_ours.iter().filter_map(other).collect() }
    }

    /// The old and the new name of a key that was renamed the same way for both sides.
    pub(super) fn common(&self, key: &str) -> Option<(&'m str, &'m str)> {
        self.common.iter().copied().find(|(old, new)| *old == key || *new == key)
    }

    /// The old name of a key with different new names, and the side that chose this one.
    pub(super) fn apart(&self, key: &str) -> Option<(&'m str, Side)> {
        self.apart.iter().find_map(|(old, [ours, theirs])| match key {
            key if key == *ours => Some((*old, Side::Ours)),
            key if key == *theirs => Some((*old, Side::Theirs)),
            _ => None,
        })
    }
}
