//! A YAML text with its nodes and its value, which edits change together.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::arena::{Arena, MAX_TEXT};
use super::editing::Editing;
use super::manner::Manner;
use super::meaning::{self, Reading};
use super::outline::Nodes;
use super::refusal::{only_merged, unreadable};
use super::seams::Begun;
use super::splice::{self, Rewrite};
use super::tree::Tree;
use super::{graft, json, reader};
use crate::document::apply;
use crate::document::content::Content;
use crate::document::edit::Edit;
use crate::document::engine::{Engine, UNWRITABLE};
use crate::document::entry_span::EntrySpan;
use crate::document::node::Node;
use crate::document::pointer::Pointer;
use crate::document::rewrite;
use crate::document::splice::roomy;
use crate::document::value::{Map, MapKey, Value};
use crate::document::visitor::Visitor;
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Zeroizing;

/// A YAML text, its nodes, and its value.
#[derive(Clone)]
pub(super) struct YamlText {
    /// Shared with the document that a copy was made of, until one of them is edited; so are the nodes.
    pub(super) text: Arc<Zeroizing<String>>,
    pub(super) arena: Arc<Arena>,
    pub(super) value: Value,
    /// Whether the file is JSON, by its name or its options.
    is_json: bool,
    /// The manner of the file, detected at the first edit.
    manner: Option<Manner>,
    /// The document as it was parsed, before the first edit.
    pub(super) begun: Option<Arc<Begun>>,
    /// Whether the text was edited since it was last parsed completely.
    pub(super) edited: bool,
    /// For a text with aliases: the value as it is written, after the edits so far.
    pub(super) written: Option<Value>,
    /// Whether the last edit was too large to parse only its entry again.
    pub(super) reread: bool,
}

impl YamlText {
    /// Parses `text`.
    ///
    /// # Errors
    /// `syntax`, `duplicate-key`, `multi-document`, and `unsupported` for excessive nesting or aliases.
    pub(super) fn parse(text: Arc<Zeroizing<String>>, is_json: bool) -> Result<Self> {
        if is_json {
            json::refuse_comments(&text)?;
        }
        let arena = reader::read(&text)?;
        Self::with_nodes(text, Nodes(Arc::new(arena)), is_json)
    }

    /// A text whose nodes are known.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub(super) fn with_nodes(text: Arc<Zeroizing<String>>, nodes: Nodes, is_json: bool) -> Result<Self> {
        let value = Reading::sharing(&text, &nodes.0).value()?;
        Ok(Self::new(text, nodes.0, value, is_json))
    }

    fn new(text: Arc<Zeroizing<String>>, arena: Arc<Arena>, value: Value, is_json: bool) -> Self {
        Self { text, arena, value, is_json, manner: None, begun: None, edited: false, written: None, reread: false }
    }

    /// The text with its nodes.
    pub(super) fn nodes(&self) -> Tree<'_> {
        Tree { text: &self.text, arena: &self.arena }
    }

    /// The manner of the file before the first edit.
    pub(super) fn known_manner(&mut self) -> Manner {
        let of = || Manner::of(&self.text, &self.arena, self.is_json);
        self.manner.get_or_insert_with(of).clone()
    }

    /// Applies one edit of the text within one entry of a collection.
    pub(super) fn step(&mut self, edit: impl FnOnce(&Editing<'_>) -> Result<Option<Rewrite>>) -> Result<()> {
        let manner = self.known_manner();
        let tree = Tree { text: &self.text, arena: &self.arena };
        let change = edit(&Editing { tree, manner: &manner });
        let Some(change) = change? else { return Ok(()) };
        // The parser's places for empty keys within empty keys can overlap; the edit is refused then.
        let grown: usize = change.splices.iter().map(|splice| splice.text.len()).sum();
        if !splice::fit(&self.text, &change.splices) || self.text.len() + grown > MAX_TEXT {
            return Err(Error::new(ErrorKind::Unsupported, UNWRITABLE)
                .hint("edit the lines around it by hand: `agepatch edit`"));
        }
        self.edited = true;
        splice::apply(own_text(&mut self.text), &change.splices);
        let arena = Arc::make_mut(&mut self.arena);
        if !graft::update(&self.text, arena, &change)? {
            // A text with aliases counts as one even after the last alias is removed, since the expected value is in
            // that form.
            let anchors = arena.anchors;
            *arena = reader::read(&self.text).map_err(|error| unreadable(error, anchors))?;
            arena.anchors = anchors;
            self.reread = true;
        }
        Ok(())
    }

    /// Remembers what was read, before it is edited.
    fn begin(&mut self) {
        if self.begun.is_none() {
            let (text, arena, value) = (self.text.clone(), self.arena.clone(), self.value.clone());
            self.begun = Some(Arc::new(Begun { text, arena, value }));
        }
    }

    pub(super) fn edit_text(&mut self, edit: &Edit) -> Result<()> {
        match edit {
            Edit::Move { from, path } | Edit::Copy { from, path } => {
                let moves = matches!(edit, Edit::Move { .. });
                if moves && from == path {
                    return Ok(());
                }
                let value = from.get(&self.value).cloned();
                let value = value.ok_or_else(|| Error::new(ErrorKind::Path, "no value at this path").at_path(from))?;
                self.transfer(from, path, moves, &value)
            }
            _ => self.step(|editing| editing.change(edit)),
        }
    }
}

/// The text, to be edited: parted from every copy of it.
pub(super) fn own_text(text: &mut Arc<Zeroizing<String>>) -> &mut Zeroizing<String> {
    if Arc::get_mut(text).is_none() {
        *text = Arc::new(roomy(text, 0));
    }
    Arc::make_mut(text)
}

/// Whether a string of several lines is in the value.
fn has_lines(value: &Value) -> bool {
    match value {
        Value::String(text) => text.as_str().contains('\n'),
        Value::List(items) => items.iter().any(has_lines),
        Value::Map(map) => map.iter().any(|(_, value)| has_lines(value)),
        _ => false,
    }
}

impl Engine for YamlText {
    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn content(&self) -> Content<'_> {
        (&self.text).into()
    }

    fn value(&self) -> &Value {
        &self.value
    }

    fn tree(&self) -> Result<Node<'_>> {
        Reading::of(self.nodes()).tree()
    }

    fn tree_of_items(&self, list: &Pointer, items: &BTreeSet<usize>) -> Result<Node<'_>> {
        let node = meaning::entry(self.nodes(), list).map(|(_, node)| node);
        match node {
            Some(node) => Reading::of_items(self.nodes(), node, items).tree(),
            None => self.tree(),
        }
    }

    fn visit<'d>(&'d self, visitor: &mut dyn Visitor<'d>) -> Result<()> {
        Reading::of(self.nodes()).visit(visitor)
    }

    fn items(&self, list: &Pointer) -> Option<Vec<Range<usize>>> {
        let tree = self.nodes();
        let (_, node) = meaning::entry(tree, list).filter(|_| !self.arena.anchors)?;
        let is_list = tree.piece(node).is_list() && !tree.is_flow(node);
        is_list.then(|| (0..tree.len(node)).map(|item| tree.begin(node, item)..tree.end(node, item)).collect())
    }

    fn place(&self, pointer: &Pointer) -> Option<EntrySpan> {
        meaning::place(self.nodes(), pointer)
    }

    fn apply(&mut self, edit: &Edit) -> Result<()> {
        self.begin();
        if let Some(edits) = rewrite::of(edit, &self.value) {
            let begun = self.clone();
            if edits.iter().try_for_each(|edit| self.apply_one(edit)).is_ok() {
                return Ok(());
            }
            // Rewriting the collection may be possible where editing its entries is not, as next to anchors.
            *self = begun;
        }
        if let Some(edits) = self.rewritten(edit) {
            let unedited = self.clone();
            self.apply_one(edit)?;
            if self.read_edited().is_ok() {
                return Ok(());
            }
            // White space and comments at the new place may become part of a block scalar whose text is taken there.
            let moved = std::mem::replace(self, unedited);
            if edits.iter().try_for_each(|edit| self.apply_one(edit)).is_err() || self.read_edited().is_err() {
                *self = moved;
            }
            return Ok(());
        }
        match self.first_entry(edit) {
            Some(first) => self.apply_one(&first),
            None => self.apply_one(edit),
        }
    }

    fn revise(&mut self, path: &Pointer, text: Value) -> Result<()> {
        let manner = self.known_manner();
        self.manner = Some(Manner { revises: true, ..manner.clone() });
        let revised = self.apply(&Edit::Set { path: path.clone(), value: text });
        self.manner = Some(manner);
        revised
    }

    fn read_back(&self) -> Result<Option<Box<dyn Engine>>> {
        // At the end of a text without a final line end a block scalar may need one.
        let Some(begun) = self.begun.as_ref().filter(|_| self.edited) else { return Ok(None) };
        let whole = self.text.ends_with('\n');
        if self.written.is_none() && whole && self.is_confirmed(begun) {
            debug_assert!(self.is_as_read(), "the tree differs from the text");
            return Ok(None);
        }
        let (text, arena, value) = self.read_edited()?;
        Ok(Some(Box::new(Self::new(Arc::new(text), Arc::new(arena), value, self.is_json))))
    }

    fn boxed_clone(&self) -> Box<dyn Engine> {
        Box::new(Self::new(self.text.clone(), self.arena.clone(), self.value.clone(), self.is_json))
    }
}

impl YamlText {
    /// For a string of several lines that is moved or copied: the edits that write it again at its new place.
    fn rewritten(&self, edit: &Edit) -> Option<Vec<Edit>> {
        let (Edit::Move { from, path } | Edit::Copy { from, path }) = edit else { return None };
        let value = from.get(&self.value).filter(|value| has_lines(value))?.clone();
        let add = Edit::Add { path: path.clone(), value };
        match edit {
            Edit::Move { .. } => Some(vec![Edit::Remove { path: from.clone() }, add]),
            _ => Some(vec![add]),
        }
    }

    /// For an entry below a key without a value: the edit that creates the collection.
    fn first_entry(&self, edit: &Edit) -> Option<Edit> {
        let Edit::Add { path, value } = edit else { return None };
        let (above, last) = path.parent().zip(path.last())?;
        let manner = Manner::of(&self.text, &Arena::default(), self.is_json);
        let (_, node) = Editing { tree: self.nodes(), manner: &manner }.find(&above)?;
        let is_empty = self.nodes().is_absent(node) && Some(node) != self.arena.root;
        let first = match last {
            "-" => Value::list(vec![value.clone()]),
            _ => Value::Map(Map::from_iter([(MapKey::string(last), value.clone())])),
        };
        is_empty.then_some(Edit::Replace { path: above, value: first })
    }

    fn apply_one(&mut self, edit: &Edit) -> Result<()> {
        edit.paths().try_for_each(|path| meaning::refuse_uncertain(self.nodes(), path))?;
        if let Edit::Test { path, .. } = edit {
            if self.arena.anchors && self.is_merged(path) {
                return Err(only_merged(path));
            }
            return apply::apply(&mut self.value, edit);
        }
        if self.arena.anchors {
            return self.apply_shared(edit);
        }
        let mut value = std::mem::replace(&mut self.value, Value::Null);
        let possible = match edit {
            // The text is taken from before the edit.
            Edit::Move { .. } | Edit::Copy { .. } => {
                self.value = value.clone();
                apply::apply(&mut value, edit).and_then(|()| self.edit_text(edit))
            }
            _ => apply::apply(&mut value, edit).and_then(|()| self.edit_text(edit)),
        };
        self.value = value;
        possible
    }
}
