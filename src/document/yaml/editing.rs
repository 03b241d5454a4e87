//! Turns one edit into a [`Change`] of the text.

use crate::memory::Zeroizing;

use super::absorb;
use super::aliases;
use super::arena::Content;
use super::block;
use super::carried::{self, Carried};
use super::flow;
use super::graft;
use super::lines;
use super::manner::Manner;
use super::meaning::Reading;
use super::splice::{Rewrite, Splice, Touched};
use super::tree::Tree;
use super::write::{self, Position, Spacing, ValueText};
use crate::document::edit::Edit;
use crate::document::node::Style;
use crate::document::pointer::{Pointer, list_index};
use crate::document::value::{Map, MapKey, Value};
use crate::error::{Error, ErrorKind, Result};

pub(super) enum New<'n> {
    /// A value to be written.
    Value(&'n Value),
    /// Text from elsewhere, and its value.
    Carried(&'n Carried, &'n Value),
}

/// A text to edit; the edit is possible for its value.
pub(super) struct Editing<'e> {
    /// The text and its nodes.
    pub(super) tree: Tree<'e>,
    /// The manner in which the file is written.
    pub(super) manner: &'e Manner,
}

/// The path to a node: each collection with the position in it, outermost first.
pub(super) type Trail = Vec<(usize, usize)>;

impl Editing<'_> {
    /// The change for `edit`; `None` if the text need not change. The caller handles `move` and `copy`.
    pub(super) fn change(&self, edit: &Edit) -> Result<Option<Rewrite>> {
        match edit {
            Edit::Test { .. } | Edit::Move { .. } | Edit::Copy { .. } => Ok(None),
            Edit::Add { path, value } | Edit::Replace { path, value } => {
                let insert = matches!(edit, Edit::Add { .. });
                self.put(path, &New::Value(value), insert)
            }
            Edit::Set { path, value } => self.set(path, value),
            Edit::Append { path, value } => match self.find(path) {
                Some((_, node)) if self.tree.piece(node).is_list() => {
                    if self.value(node)?.as_list().is_some_and(|items| items.contains(value)) {
                        return Ok(None);
                    }
                    self.put(&path.child("-"), &New::Value(value), true)
                }
                _ => self.set(path, &Value::list(vec![value.clone()])),
            },
            Edit::Remove { path } => self.remove(path).map(Some),
            Edit::Rename { path, to } => self.rename(path, to).map(Some),
        }
    }

    pub(super) fn value(&self, node: usize) -> Result<Value> {
        Reading::of(self.tree).value_at(node)
    }

    /// The node at `path`, and the path to it.
    pub(super) fn find(&self, path: &Pointer) -> Option<(Trail, usize)> {
        let mut here = self.tree.arena.root?;
        let mut trail = Trail::new();
        for token in path.tokens() {
            let index = self.position(here, token)?;
            trail.push((here, index));
            here = self.tree.entry(here, index).1;
        }
        Some((trail, here))
    }

    /// The node that was inserted at `path`.
    pub(super) fn find_new(&self, path: &Pointer) -> Option<usize> {
        if path.last() != Some("-") {
            return self.find(path).map(|(_, node)| node);
        }
        let (_, holder) = self.find(&path.parent()?)?;
        match self.tree.content(holder) {
            Content::List(items) => items.last().copied(),
            _ => self.find(path).map(|(_, node)| node),
        }
    }

    fn position(&self, holder: usize, token: &str) -> Option<usize> {
        match self.tree.content(holder) {
            Content::List(items) => list_index(token).filter(|index| *index < items.len()),
            Content::Map(entries) => {
                entries.iter().position(|(key, _)| self.tree.key_text(*key).is_some_and(|(text, _)| text == token))
            }
            _ => None,
        }
    }

    /// Sets a value; missing parents are inserted into the nearest existing one.
    fn set(&self, path: &Pointer, value: &Value) -> Result<Option<Rewrite>> {
        let tokens = path.tokens();
        let (depth, found) = self.nearest(path);
        let nested = |tokens: &[String]| {
            tokens.iter().rev().fold(value.clone(), |value, token| {
                Value::Map(Map::from_iter([(MapKey::string(token.as_str()), value)]))
            })
        };
        if depth == tokens.len() && self.tree.arena.root.is_some() {
            return self.put(path, &New::Value(value), false);
        }
        let is_collection = |node: usize| self.tree.piece(node).is_collection();
        if found.is_some_and(is_collection) {
            return self.put(&path.above(depth + 1), &New::Value(&nested(&tokens[depth + 1..])), true);
        }
        self.put(&path.above(depth), &New::Value(&nested(&tokens[depth..])), false)
    }

    /// The number of tokens that lead to existing nodes, and the last of these nodes.
    fn nearest(&self, path: &Pointer) -> (usize, Option<usize>) {
        let mut here = self.tree.arena.root;
        for (depth, token) in path.tokens().iter().enumerate() {
            let next = here.and_then(|here| Some(self.tree.entry(here, self.position(here, token)?).1));
            if next.is_none() {
                return (depth, here);
            }
            here = next;
        }
        (path.tokens().len(), here)
    }

    /// Puts something at `path`: replaces the value there, or inserts it into its collection.
    pub(super) fn put(&self, path: &Pointer, new: &New<'_>, insert: bool) -> Result<Option<Rewrite>> {
        let change = self.place(path, new, insert)?;
        let (New::Value(value) | New::Carried(_, value)) = new;
        let more = change.as_ref().and_then(|change| absorb::otherwise(self.tree.text, self.manner, value, change));
        let Some(manner) = more else { return Ok(change) };
        Editing { tree: self.tree, manner: &manner }.place(path, &New::Value(value), insert)
    }

    fn place(&self, path: &Pointer, new: &New<'_>, insert: bool) -> Result<Option<Rewrite>> {
        let tree = self.tree;
        let Some(root) = tree.arena.root.filter(|root| !tree.is_absent(*root)) else {
            return Ok(Some(self.first(new)));
        };
        let Some((above, last)) = path.parent().zip(path.last()) else {
            return self.over(&Trail::new(), root, new);
        };
        let (trail, holder) = self.find(&above).ok_or_else(|| refused(path))?;
        let is_list = tree.piece(holder).is_list();
        match self.position(holder, last) {
            Some(index) if !(is_list && insert) => {
                let trail: Trail = trail.into_iter().chain([(holder, index)]).collect();
                self.over(&trail, tree.entry(holder, index).1, new)
            }
            // Removing an item may shift a scalar to the named place.
            _ if !is_list && !tree.piece(holder).is_map() => Err(refused(path)),
            _ => {
                if let New::Value(value) = new
                    && tree.len(holder) == 0
                    && self.follows_block(&trail, holder)
                {
                    let first = match is_list {
                        true => Value::list(vec![(*value).clone()]),
                        false => Value::Map(Map::from_iter([(MapKey::string(last), (*value).clone())])),
                    };
                    return self.over(&trail, holder, &New::Value(&first));
                }
                let index = if is_list { list_index(last).unwrap_or(tree.len(holder)) } else { tree.len(holder) };
                Ok(Some(self.insert(&trail, holder, index, (!is_list).then_some(last), new)))
            }
        }
    }

    /// Whether an empty collection gets block style with its first entry. It has no style of its own, so it follows its
    /// siblings, or else the file.
    fn follows_block(&self, trail: &Trail, holder: usize) -> bool {
        let (tree, above) = (self.tree, trail.last());
        if self.manner.json || above.is_some_and(|(above, _)| tree.is_flow(*above)) {
            return false;
        }
        let is_above = |node: usize| trail.iter().any(|(above, _)| *above == node);
        let is_filled = |node: &usize| *node != holder && tree.len(*node) > 0 && !is_above(*node);
        let beside: Vec<usize> = above.map_or_else(Vec::new, |(above, _)| {
            (0..tree.len(*above)).map(|index| tree.entry(*above, index).1).filter(is_filled).collect()
        });
        let root = tree.arena.root.into_iter().collect();
        let everywhere = || graft::below(tree.arena, root).into_iter().filter(is_filled).collect();
        let all = if beside.is_empty() { everywhere() } else { beside };
        let flow = all.iter().filter(|node| tree.is_flow(**node)).count();
        // Without an example, brackets stay, unless they are the complete document.
        if all.is_empty() { above.is_none() } else { flow * 2 <= all.len() }
    }

    fn insert(&self, trail: &Trail, holder: usize, index: usize, key: Option<&str>, new: &New<'_>) -> Rewrite {
        let tree = self.tree;
        let manner = &self.manner.among(tree, holder);
        let among = Editing { tree, manner };
        let flow = tree.is_flow(holder);
        let kept = match new {
            New::Carried(carried, _) => {
                carried.key.clone().filter(|text| key.is_some_and(|key| carried::is_key(text, key)))
            }
            New::Value(_) => None,
        };
        let key = key.map(|key| {
            kept.unwrap_or_else(|| write::quoted_key(key, tree.key_quotes(holder), manner.json, flow).to_string())
        });
        if flow {
            let outer: Vec<usize> = trail.iter().map(|(holder, _)| *holder).collect();
            let make = |spacing: &Spacing, indent: &str| among.flow_entry(key.as_deref(), new, spacing, indent);
            if flow::is_pair(tree, holder) {
                let splices = flow::widen(tree, manner.json, holder, &outer, &make);
                return self.replaced(trail.last().copied(), splices);
            }
            return flow::insert(tree, manner, (holder, index), &outer, &make);
        }
        let (New::Value(value) | New::Carried(_, value)) = new;
        let style = manner.quotes_of(value);
        let make = |position: Position| among.block_text(new, position, style);
        let mut change = block::insert(tree, manner, holder, index, key.as_deref(), &make);
        if let New::Carried(carried, _) = new {
            carried.comments_above(tree.text, &mut change, tree.column(holder), manner.ending);
        }
        change
    }

    pub(super) fn flow_entry(
        &self,
        key: Option<&str>,
        new: &New<'_>,
        spacing: &Spacing,
        indent: &str,
    ) -> Zeroizing<String> {
        let value = match new {
            New::Value(value) => value,
            New::Carried(carried, value) => {
                let text =
                    carried.as_flow(indent, self.manner).filter(|text| carried::fits_flow(text, self.manner.json));
                if let Some(text) = text {
                    return flow::with_key(key, text, spacing);
                }
                value
            }
        };
        flow::entry(key, value, spacing, self.manner)
    }

    pub(super) fn block_text(&self, new: &New<'_>, position: Position, style: Style) -> ValueText {
        match new {
            New::Value(value) => write::block(value, position, style, self.manner),
            New::Carried(carried, _) => carried.written(position, self.manner),
        }
    }

    pub(super) fn replaced(&self, holder: Option<(usize, usize)>, splices: Vec<Splice>) -> Rewrite {
        let touched = holder.map_or(Touched::Everything, |(holder, index)| {
            let last = splices.last().map_or(0, |splice| splice.range.end);
            Touched::Replaced { holder, index, end: self.tree.end(holder, index).max(last) }
        });
        Rewrite { splices, touched }
    }

    /// The first content of an empty document.
    fn first(&self, new: &New<'_>) -> Rewrite {
        let (text, manner) = (self.tree.text, self.manner);
        let value = match new {
            New::Value(value) | New::Carried(_, value) => *value,
        };
        let written = if manner.json {
            ValueText::inline(write::flow(value, Style::Plain, &Spacing::default(), true).as_str())
        } else {
            self.block_text(new, Position::Root, Style::Plain)
        };
        let mut end = text.len();
        let mut line = 0;
        while line < text.len() {
            if text[line..lines::end(text, line)].trim_end() == "..." {
                end = line;
                break;
            }
            line = lines::next(text, line);
        }
        let before = &text[..end];
        let lead = if before.is_empty() || before.ends_with(['\n', '\u{feff}']) { "" } else { manner.ending };
        let splice = Splice::insert(end, [lead, &written.inline, manner.ending, &written.below].concat());
        Rewrite { splices: vec![splice], touched: Touched::Everything }
    }

    fn remove(&self, path: &Pointer) -> Result<Rewrite> {
        let (trail, node) = self.find(path).ok_or_else(|| refused(path))?;
        let (holder, index) = *trail.last().ok_or_else(|| refused(path))?;
        aliases::refuse_shared(self.tree.arena, node, path)?;
        let tree = self.tree;
        let outer = trail.len().checked_sub(2).map(|above| trail[above]);
        if flow::is_pair(tree, holder) {
            let text = crate::memory::Zeroizing::new("{}".to_owned());
            let range = tree.begin(holder, index)..tree.end(holder, index);
            return Ok(self.replaced(outer, vec![Splice { range, text }]));
        }
        if tree.is_flow(holder) {
            return Ok(flow::remove(tree, holder, index));
        }
        if tree.len(holder) > 1 {
            return Ok(block::remove(tree, holder, index));
        }
        let splices = block::empty(tree, holder, outer.is_none());
        Ok(self.replaced(outer, splices))
    }

    fn rename(&self, path: &Pointer, to: &str) -> Result<Rewrite> {
        let (trail, _) = self.find(path).ok_or_else(|| refused(path))?;
        let (holder, index) = *trail.last().ok_or_else(|| refused(path))?;
        let tree = self.tree;
        let (key, value) = tree.entry(holder, index);
        let key = key.ok_or_else(|| refused(path))?;
        let style = tree.style(key).unwrap_or(Style::Plain); // An alias has none.
        aliases::refuse_shared(tree.arena, key, path)?;
        let text = write::quoted_key(to, style, self.manner.json, tree.is_flow(holder));
        let range = tree.value_begin(key)..tree.value_end(key);
        // An empty key starts where its entry does: what is inserted there would be taken for text before the entry.
        let entry = (!tree.is_absent(key)).then_some((holder, index));
        let mut splices = vec![Splice { range, text }];
        // After an empty key a map may start on the key's line, after any other key it may not.
        let (after, begin) = (tree.piece(value).after(), tree.value_begin(value));
        if tree.is_absent(key) && tree.is_block_collection(value) && lines::start(tree.text, begin) <= after {
            let indent = " ".repeat(tree.column(value));
            splices.push(Splice::replace(after..begin, [self.manner.ending, &indent].concat()));
        }
        Ok(self.replaced(entry, splices))
    }
}

fn refused(path: &Pointer) -> Error {
    Error::new(ErrorKind::Path, "no value at this path").at_path(path)
}
