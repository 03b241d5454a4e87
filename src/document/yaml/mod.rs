//! YAML (and JSON, as its subset): the parser's events as an arena with byte ranges, and edits as splices of the text.
//!
//! # How an edit is made
//! [`reader`] turns the parser's events into an arena: each node with its bytes, the begin of its entry (dash or key), the
//! end of the indicator before it, and of its anchor and tag. [`scalar`] says what plain scalars mean, [`meaning`]
//! resolves aliases and merge keys, [`tree`] answers where things stand and which comment lines belong to what, and
//! [`manner`] how the file is written (its step, its lists, its line ends, JSON).
//!
//! [`editing`] makes one edit a `Change`: a few splices, and the one entry of the tree that they touch. [`block`] and
//! [`flow`] know the two styles of collections, [`write`] turns values into text, [`transfer`] carries text from one place
//! to another, and [`absorb`] keeps block scalars from taking what stands below. The splices are applied, the places behind them shifted, and only the entry that was touched is read again
//! ([`graft`]): a patch of many operations parses the document twice, at its begin and at its end, not once for each.
//!
//! # The tree
//! For `clients:\n  - id: a  # one\n` the arena holds a map, the key `clients`, a list, a map, the key `id` and `a`. Each
//! node knows four places: where its entry begins (the list's item at its dash, `id` at the key), what follows the
//! indicator before it (`-`, `:`), what follows its anchor and tag, and its own bytes. Comments and blank lines are no
//! nodes: they are what stands between, and the policy says whose they are. A node never holds text of another, so that a
//! splice moves the places behind it and nothing else.
//!
//! # The policy
//! What is not concerned stays as it is, to the byte. Beyond that:
//!
//! - A scalar keeps its quotes as long as they can hold the new value. A plain one gets single quotes where a reader of
//!   YAML 1.2 or 1.1 would take it for something else, double quotes for control characters. Several lines become a
//!   literal block (`|`), in flow style an escape.
//! - New collections are written in the file's own step and list style; flow style stays flow, with its spacing, and JSON
//!   stays JSON.
//! - A new entry goes to the end of its collection: behind the comment lines directly below that stand at its column or
//!   deeper and deeper than what follows; before every other comment and blank line.
//! - An entry is removed, moved and inserted before with the comment lines directly above it in its own column. Of two blank
//!   separations around a removed entry one stays. The only entry leaves `[]` or `{}`.
//! - `move` takes the text along (quotes, comments), re-indented; `copy` copies the value's text, without its anchor.
//! - Line ends, a missing final one, the byte order mark, `---` and `...` stay.
//! - Refused: a path through an alias or a merge key, two keys that a token could mean, taking away what an alias repeats,
//!   duplicate keys, several documents.
//!
//! `tests/data/yaml-edits` holds hundreds of edits with what must come out.
//!
//! # Why the result can be trusted
//! Beside the text each edit is applied to the value ([`apply`](super::apply)). At the end the whole text is parsed anew and
//! compared with that value; where they differ, nothing is written. With aliases in the document this is done after every
//! edit, on the value as it is written (an alias is itself there, not what it repeats).

mod absorb;
mod block;
mod editing;
mod events;
mod flow;
mod graft;
mod lines;
mod manner;
mod meaning;
mod reader;
mod scalar;
mod splice;
mod transfer;
mod tree;
mod write;

use zeroize::Zeroizing;

use self::editing::{Editing, New};
use self::manner::Manner;
use self::meaning::Reading;
use self::reader::Arena;
use self::splice::Change;
use self::transfer::Carried;
use self::tree::Tree;
use super::apply;
use super::edit::Edit;
use super::engine::{Engine, UNWRITABLE};
use super::format::Format;
use super::node::Node;
use super::place::Place;
use super::pointer::Pointer;
use super::value::Value;
use crate::error::{Error, Kind, Result};

/// A YAML text, its nodes, and what it means.
pub struct YamlText {
    text: Zeroizing<String>,
    arena: Arena,
    value: Value,
    format: Format,
    /// How the file is written; found at the first edit.
    manner: Option<Manner>,
    /// Whether the text was edited since it was read whole.
    edited: bool,
}

impl YamlText {
    /// Parses `text`.
    ///
    /// # Errors
    /// `syntax`, `duplicate-key`, `multi-document`, and `unsupported` for nesting or aliases beyond every bound.
    pub fn parse(text: Zeroizing<String>, format: Format) -> Result<Self> {
        let arena = reader::read(&text)?;
        let value = Reading::of(&arena).value()?;
        Ok(Self { text, arena, value, format, manner: None, edited: false })
    }

    /// How the file is written, as it was before the first edit.
    fn known_manner(&mut self) -> Manner {
        let of = || Manner::of(&self.text, &self.arena, self.format);
        self.manner.get_or_insert_with(of).clone()
    }

    /// Makes one edit of the text that stays within one entry of a collection.
    fn step(&mut self, edit: impl FnOnce(&Editing<'_>) -> Result<Option<Change>>) -> Result<()> {
        let manner = self.known_manner();
        let tree = Tree { text: &self.text, arena: &self.arena };
        let change = edit(&Editing { tree, manner: &manner });
        let Some(change) = change? else { return Ok(()) };
        // Places that the parser gives for empty keys within empty keys can overlap: then the edit is refused.
        if !splice::fit(&self.text, &change.splices) {
            return Err(
                Error::new(Kind::Unsupported, UNWRITABLE).hint("edit the lines around it by hand: `agepatch edit`")
            );
        }
        splice::apply(&mut self.text, &change.splices);
        self.edited = true;
        if graft::update(&self.text, &mut self.arena, &change).is_none() {
            let anchors = self.arena.anchors;
            self.arena = reader::read(&self.text).map_err(|error| unreadable(error, anchors))?;
        }
        Ok(())
    }

    /// `move` and `copy`: the text is taken from its place and put at the other.
    fn transfer(&mut self, from: &Pointer, path: &Pointer, moves: bool, value: &Value) -> Result<()> {
        let missing = || Error::new(Kind::Path, "there is nothing at this place").at_path(from);
        let manner = self.known_manner();
        let tree = Tree { text: &self.text, arena: &self.arena };
        let (trail, node) = Editing { tree, manner: &manner }.find(from).ok_or_else(missing)?;
        let Some((holder, index)) = trail.last().copied() else {
            return self.step(|editing| editing.put(path, &New::Value(value), true));
        };
        let carried = Carried::take(tree, holder, index, moves);
        if moves {
            meaning::refuse_shared(&self.arena, node, from)?;
            // The only key of a map moved within it: the map is not emptied in between.
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
        self.step(|editing| editing.put(path, &New::Carried(&carried, value), true))
    }

    fn edit_text(&mut self, edit: &Edit) -> Result<()> {
        match edit {
            Edit::Move { from, path } | Edit::Copy { from, path } => {
                let moves = matches!(edit, Edit::Move { .. });
                if moves && from == path {
                    return Ok(());
                }
                let value = from.get(&self.value).cloned();
                let value =
                    value.ok_or_else(|| Error::new(Kind::Path, "there is nothing at this place").at_path(from))?;
                self.transfer(from, path, moves, &value)
            }
            _ => self.step(|editing| editing.change(edit)),
        }
    }
}

/// Our own text did not read back: nothing of it may be written. Where there are anchors, the edit has parted an alias
/// from its own.
fn unreadable(error: Error, anchors: bool) -> Error {
    if anchors {
        return differs(true);
    }
    error.with_kind(Kind::Unsupported).context(UNWRITABLE)
}

fn only_merged(path: &Pointer) -> Error {
    Error::new(Kind::Alias, "only a merge key provides what stands here").at_path(path)
}

fn differs(anchors: bool) -> Error {
    if anchors {
        return Error::new(Kind::Alias, "after the edit an alias would not repeat what it did")
            .hint("write the value out where the alias stands, then edit");
    }
    Error::new(Kind::Unsupported, "the edited text would not mean what the edit asks for")
        .hint("nothing was changed; please report the edit and the style of the text around it")
}

impl Engine for YamlText {
    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn value(&self) -> &Value {
        &self.value
    }

    fn tree(&self) -> Result<Node> {
        Reading::of(&self.arena).tree()
    }

    fn place(&self, pointer: &Pointer) -> Option<Place> {
        meaning::place(&self.arena, pointer)
    }

    fn apply(&mut self, edit: &Edit) -> Result<()> {
        edit.paths().try_for_each(|path| meaning::refuse_uncertain(&self.arena, path))?;
        if let Edit::Test { path, .. } = edit {
            if self.arena.anchors && self.place(path).is_none() && path.get(&self.value).is_some() {
                return Err(only_merged(path));
            }
            return apply::apply(&mut self.value, edit);
        }
        if !self.arena.anchors {
            let mut value = std::mem::replace(&mut self.value, Value::Null);
            let possible = match edit {
                // The text is made from the value before the edit.
                Edit::Move { .. } | Edit::Copy { .. } => {
                    self.value = value.clone();
                    apply::apply(&mut value, edit).and_then(|()| self.edit_text(edit))
                }
                _ => apply::apply(&mut value, edit).and_then(|()| self.edit_text(edit)),
            };
            self.value = value;
            return possible;
        }
        let mut expected = Reading::written(&self.arena)?;
        apply::apply(&mut expected, edit).map_err(|error| {
            match edit.paths().find(|path| path.get(&self.value).is_some()) {
                Some(path) if error.kind() == Kind::Path => only_merged(path),
                _ => error,
            }
        })?;
        self.edit_text(edit)?;
        self.verify_against(expected, true)
    }

    fn verify(&mut self) -> Result<()> {
        if !self.edited {
            return Ok(());
        }
        let value = std::mem::replace(&mut self.value, Value::Null);
        self.verify_against(value, false)
    }

    fn boxed_clone(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }
}

impl YamlText {
    /// Parses the text again; what it means, or for a text with aliases what is written, must be `expected`.
    fn verify_against(&mut self, expected: Value, written: bool) -> Result<()> {
        let old = std::mem::take(&mut self.arena);
        let read = |text: &str| reader::read(text).map_err(|error| unreadable(error, written));
        let arena = in_parallel(self.text.len(), || read(&self.text), || drop(old)).0;
        let mut arena = arena?;
        // At the end of a text without a final line end a block scalar has none either, and may need it.
        let last = Tree { text: &self.text, arena: &arena }.needs_line_end();
        if last && !self.text.ends_with('\n') && self.manner.as_ref().is_some_and(|manner| !manner.final_ending) {
            let manner = self.known_manner();
            let end = self.text.len();
            splice::apply(&mut self.text, &[splice::Splice::insert(end, manner.ending)]);
            arena = read(&self.text)?;
        }
        self.value = if !written && meaning::means(&arena, arena.root, &expected) {
            expected
        } else {
            let value = Reading::of(&arena).value().map_err(|error| unreadable(error, written))?;
            let same = if written { Reading::written(&arena)? == expected } else { value == expected };
            if !same {
                return Err(differs(written));
            }
            value
        };
        self.arena = arena;
        self.edited = false;
        Ok(())
    }
}

/// Texts of so many bytes and more are worth two threads.
const LARGE: usize = 1 << 18;

/// Does both, at the same time for a large text.
fn in_parallel<A: Send, B: Send>(
    size: usize,
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    if size < LARGE { (first(), second()) } else { rayon::join(first, second) }
}

impl Clone for YamlText {
    fn clone(&self) -> Self {
        let copies = in_parallel(self.text.len(), || self.arena.clone(), || (self.text.clone(), self.value.clone()));
        let (arena, (text, value)) = copies;
        Self { text, arena, value, format: self.format, manner: self.manner.clone(), edited: self.edited }
    }
}
