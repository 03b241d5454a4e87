//! YAML (and JSON as its subset): the parser's events become an arena with byte ranges, and edits become splices.
//!
//! # How an edit works
//! `reader` turns the parser's events into an arena; for simple texts, `quick` builds it directly. Each node has its
//! bytes, the start of its entry (dash or key), the end of the indicator before it, and the end of its anchor and tag.
//! `scalar` interprets plain scalars, `meaning` resolves aliases and merge keys, `tree` finds places and the comment
//! lines that belong to them, and `manner` detects how the file is written (indentation, lists, line ends, JSON).
//!
//! `editing` turns one edit into a `Rewrite`: a few splices, and the one entry of the tree that they touch. `block` and
//! `flow` handle the two styles of collections, `write` turns values into text, `transfer` moves text from one place
//! to another, and `absorb` prevents block scalars from absorbing the text below. The splices are applied, later places
//! are shifted, and only the changed entry is parsed again (`graft`): a patch of many operations parses the document
//! twice, at its start and at its end, instead of once per operation. At the end `confirm` compares the parser's events
//! of the new text with the intended value.
//!
//! # The tree
//! For `clients:\n  - id: a  # one\n` the arena contains a map, the key `clients`, a list, a map, the key `id`, and `a`.
//! Each node knows four places: the start of its entry (an item's dash, the key `id`), the end of the indicator before
//! it (`-`, `:`), the end of its anchor and tag, and its own bytes. Comments and blank lines are not nodes but the text
//! in between, and the policy decides which entry they belong to. A node never contains the text of another, so a splice
//! only shifts the places after it.
//!
//! # The policy
//! Everything that an edit does not concern is preserved byte for byte. Beyond that:
//!
//! - A scalar keeps its quotes as long as they can hold the new value. A plain one gets single quotes if a reader of
//!   YAML 1.2 or 1.1 would take it for another type, and double quotes for control characters. Several lines become a
//!   literal block (`|`), or an escaped string in flow style.
//! - New collections are written with the file's own indentation and list style; flow style stays flow, with its spacing,
//!   and JSON stays JSON.
//! - A new entry is added at the end of its collection: after the comment lines directly below that are at least at its
//!   column and deeper than what follows; before every other comment and blank line.
//! - The comment lines directly above an entry in its own column are removed and moved with it, and new entries are
//!   inserted above them. Of two blank separations around a removed entry one stays. Removing the only entry leaves `[]`
//!   or `{}`.
//! - `move` keeps the text (quotes, comments), re-indented; `copy` copies the value's text, without its anchor.
//! - Line ends, a missing final one, the byte order mark, `---`, and `...` are preserved.
//! - Refused: a path through an alias or a merge key, a token that matches two keys, removing what an alias repeats,
//!   duplicate keys, several documents.
//!
//! `tests/data/yaml-edits` contains hundreds of edits with their results.
//!
//! # Why the result can be trusted
//! Each edit is also applied to the value (`apply`). At the end the text is parsed again and compared with that value; if
//! they differ, nothing is written. Of a large text only the entries that were touched are parsed again, with the ones
//! beside them: the rest is byte for byte what was parsed before (`seams`). For a document with aliases, this compares the
//! value as it is written (an alias is an alias there, not what it repeats), and each alias must repeat the same node as
//! before (`shared`).

mod absorb;
mod arena;
mod block;
mod block_scalar;
mod comments;
mod confirm;
mod delete;
mod duplicates;
mod editing;
mod events;
mod flow;
mod graft;
mod json;
mod layout;
mod lines;
mod manner;
mod meaning;
mod notation;
pub mod outline;
mod over;
mod quick;
mod reader;
mod scalar;
mod seams;
mod shared;
mod splice;
#[cfg(test)]
mod tests;
mod transfer;
mod tree;
mod write;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

pub use self::json::has_json_comments;
pub use self::notation::Notation;
pub use self::outline::Outline;

use crate::memory::Zeroizing;

use self::arena::{Arena, Content};
use self::editing::Editing;
use self::manner::Manner;
use self::meaning::Reading;
use self::seams::Begun;
use self::splice::Rewrite;
use self::tree::Tree;
use super::apply;
use super::edit::Edit;
use super::engine::{Engine, FormatInfo, Paths, UNWRITABLE, utf8};
use super::entry_span::EntrySpan;
use super::node::Node;
use super::pointer::Pointer;
use super::rewrite;
use super::splice::roomy;
use super::value::{Map, MapKey, Value};
use crate::error::{Error, ErrorKind, Result};

pub(super) static YAML: FormatInfo = FormatInfo {
    name: "yaml",
    help: "YAML 1.2",
    extension: "yaml",
    is_named: |_, word| matches!(word, Some("yaml" | "yml")),
    text_only: false,
    paths: Paths::Steps,
    comments: &['#'],
    anchors: true,
    parse: |bytes| Ok(Box::new(YamlText::parse(utf8(bytes)?, false)?)),
};
/// JSON is parsed as YAML, of which it is a subset, and written in its own notation.
pub(super) static JSON: FormatInfo = FormatInfo {
    name: "json",
    help: "JSON",
    extension: "json",
    is_named: |_, word| word == Some("json"),
    text_only: false,
    paths: Paths::Steps,
    comments: &[],
    anchors: true,
    parse: |bytes| Ok(Box::new(YamlText::parse(utf8(bytes)?, true)?)),
};

/// Texts of this size and above are read back where they were touched, smaller ones as a whole, which costs nothing.
const LARGE: usize = 1 << 16;

/// A YAML text, its nodes, and its value.
#[derive(Clone)]
pub struct YamlText {
    /// Shared with the document that a copy was made of, until one of them is edited; so are the nodes.
    text: Arc<Zeroizing<String>>,
    arena: Arc<Arena>,
    value: Value,
    /// Whether the file is JSON, by its name or its options.
    is_json: bool,
    /// The manner of the file, detected at the first edit.
    manner: Option<Manner>,
    /// The document as it was parsed, before the first edit.
    begun: Option<Arc<Begun>>,
    /// Whether the text was edited since it was last parsed completely.
    edited: bool,
    /// For a text with aliases: the value as it is written, after the edits so far.
    written: Option<Value>,
    /// Whether the last edit was too large to parse only its entry again.
    reread: bool,
}

impl YamlText {
    /// Parses `text`.
    ///
    /// # Errors
    /// `syntax`, `duplicate-key`, `multi-document`, and `unsupported` for excessive nesting or aliases.
    pub fn parse(text: Zeroizing<String>, is_json: bool) -> Result<Self> {
        if is_json {
            json::refuse_comments(&text)?;
        }
        let arena = reader::read(&text)?;
        let value = Reading::of(Tree { text: &text, arena: &arena }).value()?;
        Ok(Self::new(Arc::new(text), Arc::new(arena), value, is_json))
    }

    fn new(text: Arc<Zeroizing<String>>, arena: Arc<Arena>, value: Value, is_json: bool) -> Self {
        Self { text, arena, value, is_json, manner: None, begun: None, edited: false, written: None, reread: false }
    }

    /// The text with its nodes.
    fn nodes(&self) -> Tree<'_> {
        Tree { text: &self.text, arena: &self.arena }
    }

    /// The manner of the file before the first edit.
    fn known_manner(&mut self) -> Manner {
        let of = || Manner::of(&self.text, &self.arena, self.is_json);
        self.manner.get_or_insert_with(of).clone()
    }

    /// Applies one edit of the text within one entry of a collection.
    fn step(&mut self, edit: impl FnOnce(&Editing<'_>) -> Result<Option<Rewrite>>) -> Result<()> {
        let manner = self.known_manner();
        let tree = Tree { text: &self.text, arena: &self.arena };
        let change = edit(&Editing { tree, manner: &manner });
        let Some(change) = change? else { return Ok(()) };
        // The parser's places for empty keys within empty keys can overlap; the edit is refused then.
        if !splice::fit(&self.text, &change.splices) {
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

    fn edit_text(&mut self, edit: &Edit) -> Result<()> {
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
fn own_text(text: &mut Arc<Zeroizing<String>>) -> &mut Zeroizing<String> {
    if Arc::get_mut(text).is_none() {
        *text = Arc::new(roomy(text, 0));
    }
    Arc::make_mut(text)
}

/// The error for our own text that does not parse: it must not be written. If there are anchors, the edit has separated
/// an alias from its anchor.
fn unreadable(error: Error, anchors: bool) -> Error {
    if anchors {
        return differs(true);
    }
    error.with_kind(ErrorKind::Unsupported).context(UNWRITABLE)
}

fn only_merged(path: &Pointer) -> Error {
    Error::new(ErrorKind::Alias, "only a merge key provides what is here")
        .at_path(path)
        .hint("edit it where the merge key has it from, or set the whole of it here")
}

fn differs(anchors: bool) -> Error {
    if anchors {
        return Error::new(ErrorKind::Alias, "after the edit an alias would not repeat what it did")
            .hint("replace the alias with the value, then edit");
    }
    Error::new(ErrorKind::Unsupported, "the edited text would not have the intended value")
        .hint("nothing was changed; please report the edit and the style of the text around it")
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

    fn items(&self, list: &Pointer) -> Option<Vec<Range<usize>>> {
        let tree = self.nodes();
        let (_, node) = meaning::entry(tree, list).filter(|_| !self.arena.anchors)?;
        let is_list = matches!(self.arena.pieces[node].content, Content::List(_)) && !tree.is_flow(node);
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

    /// Compares the text's value with the intended one.
    fn read_plain(&self, read: Tree<'_>) -> Result<Value> {
        let value = Reading::of(read).value()?;
        if value == self.value { Ok(value) } else { Err(differs(false)) }
    }

    /// Whether the parser finds the value in the text: in a small one as a whole, in a large one where it was touched.
    fn is_confirmed(&self, begun: &Begun) -> bool {
        let seams = seams::mean(begun, &self.text, &self.value);
        debug_assert!(!seams || self.read_edited().is_ok(), "the seams hold, and the whole does not");
        self.text.len() >= LARGE && seams || confirm::means(&self.text, &self.value)
    }

    /// Whether the tree after the edits equals that of a fresh parse.
    fn is_as_read(&self) -> bool {
        reader::read_by_parser(&self.text)
            .is_ok_and(|arena| graft::same(self.nodes(), Tree { text: &self.text, arena: &arena }))
    }

    /// Parses the edited text, and compares it with the intended value.
    fn read_edited(&self) -> Result<(Zeroizing<String>, Arena, Value)> {
        let shared = self.written.is_some();
        let read = |text: &str| reader::read(text).map_err(|error| unreadable(error, shared));
        let held = |read: Tree<'_>| match &self.written {
            Some(written) => self.read_shared(read, written),
            None => self.read_plain(read),
        };
        let arena = read(&self.text)?;
        let mut text = roomy(&self.text, 0);
        let tree = Tree { text: &text, arena: &arena };
        // At the end of a text without a final line end a block scalar has none either, and may need it.
        let may_be_open = tree.needs_line_end();
        match held(tree) {
            Err(_) if may_be_open => {
                let end = text.len();
                let ending = lines::ending(&text);
                splice::apply(&mut text, &[splice::Splice::insert(end, ending)]);
                let arena = read(&text)?;
                let value = held(Tree { text: &text, arena: &arena })?;
                Ok((text, arena, value))
            }
            meant => meant.map(|value| (text, arena, value)),
        }
    }
}
