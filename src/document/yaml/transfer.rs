//! Moves and copies a value's own text.

use super::aliases;
use super::carried::Carried;
use super::editing::{Editing, New, Trail};
use super::refusal::differs;
use super::text::YamlText;
use super::tree::Tree;
use crate::document::edit::Edit;
use crate::document::pointer::Pointer;
use crate::document::value::Value;
use crate::error::{Error, ErrorKind, Result};

impl YamlText {
    /// `move` and `copy`: takes the text from its place and inserts it at the other.
    pub(super) fn transfer(&mut self, from: &Pointer, path: &Pointer, moves: bool, value: &Value) -> Result<()> {
        let missing = || Error::new(ErrorKind::Path, "no value at this path").at_path(from);
        let manner = self.known_manner();
        let tree = Tree { text: &self.text, arena: &self.arena };
        let (trail, node) = Editing { tree, manner: &manner }.find(from).ok_or_else(missing)?;
        let Some((holder, index)) = trail.last().copied() else {
            return self.step(|editing| editing.put(path, &New::Value(value), true));
        };
        let apart = aliases::apart(tree, node, !moves)?;
        let carried = match &apart {
            None => Some(Carried::take(tree, holder, index, moves)),
            Some(text) => taken_alone(text, &trail, moves),
        };
        let mut repeated = aliases::repeated_in(&self.arena, node);
        // Aliases in a copy to a node within the copy are expanded.
        repeated.retain(|target| moves || target.is_some());
        if moves {
            aliases::refuse_shared(&self.arena, node, from)?;
            // The only key of a map is moved within it: the map does not become empty in between.
            if let (1, true, Some(to)) = (tree.len(holder), from.parent() == path.parent(), path.last()) {
                let rename = Edit::Rename { path: from.clone(), to: to.to_owned() };
                return if tree.entry(holder, 0).0.is_some() {
                    self.step(|editing| editing.change(&rename))
                } else {
                    Ok(())
                };
            }
            let remove = Edit::Remove { path: from.clone() };
            self.step(|editing| editing.change(&remove))?;
        }
        let new = carried.as_ref().map_or(New::Value(value), |carried| New::Carried(carried, value));
        self.step(|editing| editing.put(path, &new, true))?;
        if !repeated.is_empty() && !self.reread {
            let tree = Tree { text: &self.text, arena: &self.arena };
            let there = Editing { tree, manner: &manner }.find_new(path).ok_or_else(missing)?;
            if aliases::repeated_in(&self.arena, there) != repeated {
                return Err(differs(true));
            }
        }
        Ok(())
    }
}

/// Takes the text from a document that was created for it.
fn taken_alone(text: &str, trail: &Trail, comments: bool) -> Option<Carried> {
    let arena = super::reader::read_part(text).ok()?;
    let tree = Tree { text, arena: &arena };
    let (steps, (_, last)) = trail.split_last().map(|(last, steps)| (steps, *last))?;
    let mut holder = arena.root?;
    for (_, index) in steps {
        holder = (*index < tree.len(holder)).then(|| tree.entry(holder, *index).1)?;
    }
    (last < tree.len(holder)).then(|| Carried::take(tree, holder, last, comments))
}
