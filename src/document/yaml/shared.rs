//! Texts with anchors, aliases, and merge keys, in which one place stands for another.
//!
//! An edit of such a text is compared with the value as it is written, in which an alias is an alias: the edit must
//! take effect there and nowhere else. In addition each alias must repeat the same node as before. The changed entry is
//! parsed again with the anchors before it ([`graft`]), so that a patch of many operations costs the same as elsewhere;
//! the complete text is parsed once at the end.

use std::collections::HashSet;

use super::arena::{Arena, Content, Piece};
use super::graft;
use super::meaning::{self, Reading};
use super::refusal::{differs, only_merged, unreadable};
use super::text::YamlText;
use super::tree::Tree;
use super::write::{self, Spacing};
use crate::document::apply;
use crate::document::edit::Edit;
use crate::document::node::Style;
use crate::document::pointer::{Pointer, list_index};
use crate::document::splice::{self, Splice};
use crate::document::value::Value;
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Zeroizing;

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
                if entry.is_some_and(|(_, node)| self.arena.pieces[node].alias().is_some()) {
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
    let maps = nodes.filter(|node| matches!(tree.piece(*node).content, Content::Map(_)));
    let entries = maps.flat_map(|map| (0..tree.len(map)).map(move |index| tree.entry(map, index)));
    let (mut merges, mut quoted, mut others) = (0, 0, 0);
    for (key, value) in entries.filter_map(|(key, value)| Some((key?, value))) {
        if meaning::is_merge(tree, key) {
            let target = tree.piece(value).alias().and_then(|target| tree.arena.pieces.get(target));
            merges += 1;
            others += usize::from(target.is_some_and(|target| !matches!(target.content, Content::Map(_))));
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
        let repeated: HashSet<usize> = arena.pieces.iter().filter_map(Piece::alias).collect();
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
            let (next, merges) = match &arena.pieces[node].content {
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

/// Fails if something outside the removed node repeats it.
pub(super) fn refuse_shared(arena: &Arena, node: usize, pointer: &Pointer) -> Result<()> {
    if !arena.anchors {
        return Ok(());
    }
    let inside: HashSet<usize> = graft::below(arena, vec![node]).into_iter().collect();
    let shared = arena.pieces.iter().enumerate().any(|(index, piece)| {
        matches!(piece.content, Content::Alias(target) if inside.contains(&target)) && !inside.contains(&index)
    });
    if shared {
        return Err(Error::new(ErrorKind::Alias, "an alias elsewhere repeats what is here")
            .at_path(pointer)
            .hint("replace the alias with the value, then remove this one"));
    }
    Ok(())
}

/// The text that is needed to copy or move `node`; `None` if it is so already. A copy must not contain anchors, since
/// an anchor names one node, so its aliases are expanded; a block scalar that ends with the document has no line end
/// there.
pub(super) fn apart(tree: Tree<'_>, node: usize, copies: bool) -> Result<Option<Zeroizing<String>>> {
    let arena = tree.arena;
    let mut splices: Vec<Splice> = tree.closed(node).into_iter().collect();
    let nodes = if arena.anchors && copies { graft::below(arena, vec![node]) } else { Vec::new() };
    let inside: HashSet<usize> = nodes.iter().copied().collect();
    for below in nodes.into_iter().filter(|below| *below != node) {
        let piece = tree.piece(below);
        if let Some(name) = arena.names.get(&below) {
            let properties = &tree.text[piece.after..piece.bare];
            let anchor = properties.find(&format!("&{name}")).map(|at| piece.after + at);
            let start = anchor.ok_or_else(|| differs(true))?;
            let end = start + 1 + name.len();
            let blanks = tree.text[end..].len() - tree.text[end..].trim_start_matches(' ').len();
            splices.push(Splice::delete(start..end + blanks));
        }
        if let Some(target) = piece.alias().filter(|target| inside.contains(target)) {
            let value = Reading::of(tree).value_at(target)?;
            let text = write::flow(&value, Style::Plain, &Spacing::default(), false);
            splices.push(Splice { range: piece.span.clone(), text });
        }
    }
    if splices.is_empty() {
        return Ok(None);
    }
    splices.sort_by_key(|splice| splice.range.start);
    let mut text = splice::roomy(tree.text, 0);
    if !splice::fit(&text, &splices) {
        return Err(differs(true));
    }
    splice::apply(&mut text, &splices);
    Ok(Some(text))
}

/// The targets of the aliases in `node`, in order; `None` for targets within the node itself.
pub(super) fn repeated_in(arena: &Arena, node: usize) -> Vec<Option<usize>> {
    if !arena.anchors {
        return Vec::new();
    }
    let nodes = graft::below(arena, vec![node]);
    let inside: HashSet<usize> = nodes.iter().copied().collect();
    let targets = nodes.iter().filter_map(|node| arena.pieces[*node].alias());
    targets.map(|target| (!inside.contains(&target)).then_some(target)).collect()
}

/// Whether two parses of a text agree about the target of each alias.
fn same_aliases(one: &Arena, other: &Arena) -> bool {
    let mut counterparts = vec![usize::MAX; one.pieces.len()];
    let mut aliases = Vec::new();
    let mut pairs: Vec<(usize, usize)> = one.root.into_iter().zip(other.root).collect();
    while let Some((here, there)) = pairs.pop() {
        counterparts[here] = there;
        match (&one.pieces[here].content, &other.pieces[there].content) {
            (Content::List(left), Content::List(right)) if left.len() == right.len() => {
                pairs.extend(left.iter().copied().zip(right.iter().copied()));
            }
            (Content::Map(left), Content::Map(right)) if left.len() == right.len() => {
                let both = left.iter().zip(right);
                both.for_each(|(left, right)| pairs.extend([(left.0, right.0), (left.1, right.1)]));
            }
            (Content::Alias(left), Content::Alias(right)) => aliases.push((*left, *right)),
            (Content::Scalar(_), Content::Scalar(_)) => {}
            _ => return false,
        }
    }
    aliases.into_iter().all(|(left, right)| counterparts[left] == right)
}

/// The anchors with aliases, each with its place: the positions on the path to it, and whether it is a key's.
fn repeated_places(tree: Tree<'_>) -> HashSet<(String, Vec<(usize, bool)>)> {
    let arena = tree.arena;
    let repeated: HashSet<usize> = arena.pieces.iter().filter_map(Piece::alias).collect();
    let mut open: Vec<(usize, Vec<(usize, bool)>)> = arena.root.into_iter().map(|root| (root, Vec::new())).collect();
    let mut found = HashSet::new();
    while let Some((node, place)) = open.pop() {
        let below = |index: usize, is_key: bool| [place.clone(), vec![(index, is_key)]].concat();
        match &arena.pieces[node].content {
            Content::List(items) => open.extend(items.iter().enumerate().map(|(at, item)| (*item, below(at, false)))),
            Content::Map(entries) => {
                for (at, (key, value)) in entries.iter().enumerate() {
                    open.extend([(*key, below(at, true)), (*value, below(at, false))]);
                }
            }
            Content::Scalar(_) | Content::Alias(_) => {}
        }
        if let Some(name) = arena.names.get(&node).filter(|_| repeated.contains(&node)) {
            found.insert((name.clone(), place));
        }
    }
    found
}

/// Whether every anchor name is unique, so that an alias's name identifies its target.
fn unmistakable(arena: &Arena) -> bool {
    let mut seen = HashSet::with_capacity(arena.names.len());
    arena.names.values().all(|name| seen.insert(name))
}
