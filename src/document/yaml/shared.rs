//! Texts with anchors, aliases, and merge keys, in which one place stands for another.
//!
//! An edit of such a text is compared with the value as it is written, in which an alias is an alias: the edit must
//! take effect there and nowhere else. In addition each alias must repeat the same node as before. The changed entry is
//! parsed again with the anchors before it ([`graft`]), so that a patch of many operations costs the same as elsewhere;
//! the complete text is parsed once at the end.

use std::collections::HashSet;

use super::aliases::{repeated_places, same_aliases, unmistakable};
use super::arena::Content;
use super::graft;
use super::meaning::{self, Reading};
use super::refusal::{differs, only_merged, unreadable};
use super::text::YamlText;
use super::tree::Tree;
use crate::document::apply;
use crate::document::edit::Edit;
use crate::document::pointer::{Pointer, list_index};
use crate::document::value::Value;
use crate::error::{Error, ErrorKind, Result};

impl YamlText {
    /// Applies one edit to such a text.
    pub(super) fn apply_shared(&mut self, edit: &Edit) -> Result<()> {
        // An item may be there through an alias.
        if let Edit::Append { path, value } = edit
            && path.get(&self.value).and_then(Value::as_list).is_some_and(|items| items.contains(value))
        {
            return Ok(());
        }
        self.refuse_repeated(edit)?;
        let mut written = match self.written.take() {
            Some(written) => written,
            None => Reading::written(self.nodes())?,
        };
        match edit {
            Edit::Copy { from, path } => {
                let value = self.written_copy(from)?;
                apply::apply(&mut written, &Edit::Add { path: path.clone(), value })?;
            }
            _ => apply::apply(&mut written, edit)?,
        }
        let reach = Reach::of(self.nodes(), edit);
        self.reread = false;
        let before = repeated_places(self.nodes());
        let unmergeable_before = self.may_be_unmergeable(edit).then(|| unmergeable(self.nodes()));
        self.edit_text(edit)?;
        if unmergeable_before.is_some_and(|before| unmergeable(self.nodes()) > before) {
            return Err(Error::new(
                ErrorKind::Alias,
                "other readers reject or misread what a merge key (`<<`) would repeat",
            )
            .hint("a merge key repeats a map, in which no other key is `<<`"));
        }
        if self.reread {
            let kept = unmistakable(&self.arena) && Reading::written(self.nodes())? == written;
            if !kept || !repeated_places(self.nodes()).iter().all(|place| before.contains(place)) {
                return Err(differs(true));
            }
        }
        self.mean(edit, reach).map_err(|error| unreadable(error, true))?;
        self.written = Some(written);
        Ok(())
    }

    /// The value of a copy of this place: without anchors, and with aliases expanded.
    fn written_copy(&self, from: &Pointer) -> Result<Value> {
        let missing = || Error::new(ErrorKind::Path, "no value at this path").at_path(from);
        let (_, node) = meaning::entry(self.nodes(), from).ok_or_else(missing)?;
        let inside = graft::below(&self.arena, vec![node]).into_iter().collect();
        Reading::written_apart(self.nodes(), inside).value_at(node)
    }

    /// Whether only a merge key provides the value at a place that leads through no alias.
    pub(super) fn is_merged(&self, path: &Pointer) -> bool {
        meaning::entry(self.nodes(), path).is_none() && path.get(&self.value).is_some()
    }

    /// Rejects edits of what only a merge key or an alias provides, and of anything below. It may be overridden
    /// entirely, which adds it to the text.
    fn refuse_repeated(&self, edit: &Edit) -> Result<()> {
        let over = match edit {
            Edit::Add { path, .. } | Edit::Set { path, .. } | Edit::Copy { path, .. } | Edit::Move { path, .. } => {
                Some(path)
            }
            Edit::Append { path, .. } => {
                let entry = meaning::entry(self.nodes(), path);
                if entry.is_some_and(|(_, node)| self.arena.pieces.at(node).alias().is_some()) {
                    return Err(meaning::through_alias(path));
                }
                None
            }
            _ => None,
        };
        for path in edit.paths() {
            let first = if over == Some(path) { path.parent() } else { Some(path.clone()) };
            // Nothing else can exist below what a merge key provides, so the nearest existing place decides.
            let mut places = std::iter::successors(first, Pointer::parent);
            let there = places.find(|place| place.get(&self.value).is_some());
            if let Some(place) = there.filter(|place| self.is_merged(place)) {
                return Err(only_merged(&place));
            }
        }
        Ok(())
    }

    /// Whether an edit may add a key `<<`, or replace a map with something else.
    fn may_be_unmergeable(&self, edit: &Edit) -> bool {
        let was_map = |path: &Pointer| path.get(&self.value).is_some_and(|old| old.as_map().is_some());
        match edit {
            Edit::Add { path, value } | Edit::Replace { path, value } | Edit::Set { path, value } => {
                path.tokens().iter().any(|token| token == "<<")
                    || names_merge(value)
                    || was_map(path) && value.as_map().is_none()
            }
            Edit::Append { value, .. } => names_merge(value),
            Edit::Rename { to, .. } => to == "<<",
            Edit::Move { path, .. } | Edit::Copy { path, .. } => path.last() == Some("<<") || was_map(path),
            Edit::Remove { .. } | Edit::Test { .. } => false,
        }
    }

    /// Updates the value for the text after `edit`.
    fn mean(&mut self, edit: &Edit, reach: Reach) -> Result<()> {
        let place = match reach {
            Reach::Here => {
                let mut value = std::mem::replace(&mut self.value, Value::Null);
                let done = apply::apply(&mut value, edit);
                self.value = value;
                return done;
            }
            Reach::Map(place) => place,
            Reach::Everywhere => Pointer::root(),
        };
        let value = match meaning::entry(self.nodes(), &place) {
            Some((_, node)) => Reading::of(self.nodes()).value_at(node)?,
            None => Value::Null,
        };
        apply::apply(&mut self.value, &Edit::Replace { path: place, value })
    }

    /// Compares the text with the intended value, and each alias with what it repeated.
    pub(super) fn read_shared(&self, read: Tree<'_>, written: &Value) -> Result<Value> {
        if !same_aliases(&self.arena, read.arena) || *written != Reading::written(read)? {
            return Err(differs(true));
        }
        let value = Reading::of(read).value().map_err(|error| unreadable(error, true))?;
        if value == self.value { Ok(value) } else { Err(differs(true)) }
    }
}

/// Whether a key in the value is `<<`.
fn names_merge(value: &Value) -> bool {
    match value {
        Value::Map(map) => map.iter().any(|(key, value)| key.text() == "<<" || names_merge(value)),
        Value::List(items) => items.iter().any(names_merge),
        _ => false,
    }
}

/// The number of places that Go's reader rejects or misreads: merge keys that repeat something other than a map, and,
/// beside merge keys, quoted keys of that name.
fn unmergeable(tree: Tree<'_>) -> usize {
    let nodes = 0..tree.arena.pieces.len();
    let maps = nodes.filter(|node| tree.piece(*node).is_map());
    let entries = maps.flat_map(|map| (0..tree.len(map)).map(move |index| tree.entry(map, index)));
    let (mut merges, mut quoted, mut others) = (0, 0, 0);
    for (key, value) in entries.filter_map(|(key, value)| Some((key?, value))) {
        if meaning::is_merge(tree, key) {
            let target = tree.piece(value).alias().and_then(|target| tree.arena.pieces.get(target));
            merges += 1;
            others += usize::from(target.is_some_and(|target| !target.is_map()));
        } else if tree.key_text(key).is_some_and(|(text, _)| text == "<<") {
            quoted += 1;
        }
    }
    others + if merges > 0 { quoted } else { 0 }
}

/// How far an edit changes the value of a text.
enum Reach {
    /// Only at its own place, as in any other text.
    Here,
    /// The map at this place has a merge key, which the map's entries override.
    Map(Pointer),
    /// An alias repeats the place of the edit.
    Everywhere,
}

impl Reach {
    fn of(tree: Tree<'_>, edit: &Edit) -> Self {
        let arena = tree.arena;
        let repeated: HashSet<usize> = arena.pieces.iter().filter_map(|piece| piece.alias()).collect();
        let mut reach = Self::Here;
        for path in edit.paths() {
            match (Self::at(tree, path, &repeated), edit) {
                (Self::Here, _) => {}
                // One of the two places may contain the other.
                (Self::Everywhere, _) | (_, Edit::Move { .. } | Edit::Copy { .. }) => return Self::Everywhere,
                (map, _) => reach = map,
            }
        }
        reach
    }

    fn at(tree: Tree<'_>, pointer: &Pointer, repeated: &HashSet<usize>) -> Self {
        let arena = tree.arena;
        let mut here = arena.root;
        let mut place = Pointer::root();
        for (depth, token) in pointer.tokens().iter().enumerate() {
            let Some(node) = here else { return Self::Here };
            if repeated.contains(&node) {
                return Self::Everywhere;
            }
            let (next, merges) = match arena.content(node) {
                Content::List(items) => (list_index(token).and_then(|at| items.get(at).copied()), false),
                Content::Map(entries) => {
                    let named = |key: usize| tree.key_text(key).is_some_and(|(text, _)| text == token);
                    let found = entries.iter().find(|(key, _)| named(*key)).map(|(_, value)| *value);
                    (found, entries.iter().any(|(key, _)| meaning::is_merge(tree, *key)))
                }
                Content::Scalar(_) | Content::Alias(_) => (None, false),
            };
            if merges && (next.is_none() || depth + 1 == pointer.tokens().len()) {
                return Self::Map(place);
            }
            place = place.child(token.as_str());
            here = next;
        }
        if here.is_some_and(|node| repeated.contains(&node)) { Self::Everywhere } else { Self::Here }
    }
}
