//! Splits an edit into steps, and applies them.

use super::layout::Editing;
use super::layout::prefix;
use super::new_value::NewValue;
use super::node::{Kin, Shape, TomlNode};
use super::refusal::{missing, tables_only};
use super::{Rewrite, TomlText};
use crate::document::edit::Edit;
use crate::document::engine::UNWRITABLE;
use crate::document::pointer::Pointer;
use crate::document::splice;
use crate::document::value::{List, Map, MapKey, Value};
use crate::error::{Error, ErrorKind, Result};

impl TomlText {
    /// Applies an edit, which was found to be possible for the value.
    pub(super) fn change(&mut self, edit: &Edit) -> Result<()> {
        match edit {
            Edit::Test { .. } => Ok(()),
            Edit::Add { path, value } => self.put(path, &NewValue::value(value), true),
            Edit::Replace { path, value } => self.put(path, &NewValue::value(value), false),
            Edit::Set { path, value } => self.set(path, value),
            Edit::Append { path, value } => match self.root.find(path) {
                Some(_) => self.put(&path.child("-"), &NewValue::value(value), true),
                _ => self.set(path, &Value::list(vec![value.clone()])),
            },
            Edit::Remove { path } => self.remove(path),
            Edit::Rename { path, to } => self.step(|editing| editing.rename(path, to)),
            Edit::Copy { from, path } => self.copy(from, path),
            Edit::Move { from, path } => self.transfer(from, path),
        }
    }

    pub(super) fn editing(&self) -> Editing<'_> {
        Editing { text: &self.text, root: &self.root }
    }

    /// Applies one change to the text and the tree.
    pub(super) fn step(&mut self, plan: impl FnOnce(Editing<'_>) -> Result<Rewrite>) -> Result<()> {
        let change = plan(self.editing())?;
        if !splice::fit(&self.text, &change.splices) {
            return Err(Error::new(ErrorKind::Unsupported, UNWRITABLE));
        }
        splice::apply(&mut self.text, &change.splices);
        self.edited = true;
        change.update(&mut self.root, &self.text)
    }

    /// Sets a value; missing parents are created as one nested map.
    fn set(&mut self, path: &Pointer, value: &Value) -> Result<()> {
        let tokens = path.tokens();
        let there = |depth: &usize| self.root.find(&prefix(path, *depth)).is_some();
        let depth = (0..=tokens.len()).rev().find(there).unwrap_or(0);
        if depth == tokens.len() {
            return self.put(path, &NewValue::value(value), false);
        }
        let nested = nested(&tokens[depth + 1..], value.clone());
        self.put(&prefix(path, depth + 1), &NewValue::value(&nested), true)
    }

    /// Puts something at `path`: replaces the value there, or inserts it into its collection.
    pub(super) fn put(&mut self, path: &Pointer, new: &NewValue<'_>, insert: bool) -> Result<()> {
        let Some((above, last)) = path.parent().zip(path.last()) else {
            return self.over(path, new);
        };
        let is_list = self.root.find(&above).is_some_and(|holder| holder.items().is_some());
        if self.root.find(path).is_some() && !(insert && is_list) {
            return self.over(path, new);
        }
        self.step(|editing| editing.insert(&above, last, new))
    }

    fn over(&mut self, path: &Pointer, new: &NewValue<'_>) -> Result<()> {
        let old = self.root.find(path).ok_or_else(|| missing(path))?;
        if old.is_inline() {
            return self.step(|editing| {
                editing.find(path).map_or_else(|| Err(missing(path)), |old| editing.over(path, old, new))
            });
        }
        match (&old.shape, new.value) {
            (Shape::Map(_, members), Value::Map(map)) => {
                let removed = members.iter().filter(|member| map.get(&member.key).is_none());
                let removed: Vec<Pointer> = removed.map(|member| path.child(member.key.as_str())).collect();
                removed.iter().try_for_each(|path| self.remove(path))?;
                self.each(map.iter().map(|(key, value)| (path.child(key.text()), value)))
            }
            (Shape::Tables(items), Value::List(values))
                if values.len() == items.len() && values.iter().all(|value| value.as_map().is_some()) =>
            {
                self.each(values.iter().enumerate().map(|(index, value)| (path.child(index.to_string()), value)))
            }
            _ => {
                let (Some(above), Some(last)) = (path.parent(), path.last()) else {
                    return Err(Error::new(ErrorKind::Unsupported, "a TOML document is a table")
                        .hint("give the path of a key; `agepatch write` replaces the complete content"));
                };
                if self.root.find(&above).is_some_and(|holder| matches!(holder.shape, Shape::Tables(_))) {
                    return Err(tables_only(path));
                }
                self.remove_entry(path)?;
                if self.root.find(&above).is_none() {
                    return self.set(path, new.value);
                }
                self.step(|editing| editing.insert(&above, last, new))
            }
        }
    }

    /// Sets each of several values that differs.
    fn each<'v>(&mut self, values: impl Iterator<Item = (Pointer, &'v Value)>) -> Result<()> {
        for (path, value) in values {
            if self.root.find(&path).is_none_or(|old| old.value() != *value) {
                self.set(&path, value)?;
            }
        }
        Ok(())
    }

    /// Removes an entry. A collection that would vanish with its last entry is written as empty.
    pub(super) fn remove(&mut self, path: &Pointer) -> Result<()> {
        let list = path.parent().and_then(|above| self.root.find(&above)).is_some_and(|above| above.items().is_some());
        self.remove_entry(path)?;
        if let Some(above) = path.parent() {
            self.drop_header(&above)?;
        }
        let tokens = path.tokens();
        let removed = (1..tokens.len()).find(|depth| self.root.find(&prefix(path, *depth)).is_none());
        let Some(depth) = removed else { return Ok(()) };
        let empty = if list { Value::List(List::default()) } else { Value::Map(Map::new()) };
        let empty = nested(&tokens[depth..tokens.len() - 1], empty);
        self.put(&prefix(path, depth), &NewValue::value(&empty), true)
    }

    /// Removes the header of an empty table if tables below it name it anyway.
    fn drop_header(&mut self, path: &Pointer) -> Result<()> {
        let Some(part) = self.root.find(path).filter(|part| part.kin() == Some(Kin::Section)) else { return Ok(()) };
        let is_item =
            path.parent().and_then(|above| self.root.find(&above)).is_some_and(|above| above.items().is_some());
        let names_itself = |part: &TomlNode| !part.is_inline() && part.kin() != Some(Kin::Dotted);
        let members = part.members().unwrap_or_default();
        if is_item || members.is_empty() || !members.iter().all(|member| names_itself(&member.part)) {
            return Ok(());
        }
        let editing = self.editing();
        let Some(own) = editing.extents(part).into_iter().next() else { return Ok(()) };
        let mut content = self.text[own.clone()].lines().map(str::trim).filter(|line| !line.is_empty());
        let is_bare = content.next().is_some_and(|line| line.starts_with('[') && line.ends_with(']'));
        if !is_bare || content.next().is_some() {
            return Ok(());
        }
        let range = if own.end == self.text.len() { editing.separated(own) } else { own };
        splice::apply(&mut self.text, &[splice::Splice::delete(range)]);
        self.root = super::reader::read(&self.text)
            .map_err(|error| error.with_kind(ErrorKind::Unsupported).context(UNWRITABLE))?;
        Ok(())
    }

    fn remove_entry(&mut self, path: &Pointer) -> Result<()> {
        let part = self.root.find(path).ok_or_else(|| missing(path))?;
        if part.kin() == Some(Kin::Dotted) && self.editing().braces(path).is_some() {
            let mut entries = Vec::new();
            paths(part, path, &mut entries);
            return entries.iter().try_for_each(|path| self.step(|editing| editing.remove_entry(path)));
        }
        self.step(|editing| editing.remove_entry(path))
    }
}

/// The places of the entries in braces that form a dotted table.
fn paths(part: &TomlNode, path: &Pointer, found: &mut Vec<Pointer>) {
    match &part.shape {
        Shape::Map(Kin::Dotted, members) => {
            for member in members {
                paths(&member.part, &path.child(member.key.as_str()), found);
            }
        }
        _ => found.push(path.clone()),
    }
}

/// A value in nested maps with one entry each.
fn nested(tokens: &[String], value: Value) -> Value {
    tokens
        .iter()
        .rev()
        .fold(value, |value, token| Value::Map(Map::from_iter([(MapKey::string(token.as_str()), value)])))
}
