//! Updates the tree after an edit: only the changed entry is parsed again.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::arena::{Arena, Content, ELSEWHERE, Places};
use super::flow;
use super::lines;
use super::reader;
use super::refusal::differs;
use super::splice::{self, Rewrite, Touched};
use super::tree::Tree;
use crate::error::Result;

/// An entry of a collection: the key (in a map) and the value.
type EntryNodes = (Option<usize>, usize);

/// Updates `arena` for the edited `text`. Returns whether that was possible; otherwise the complete text must be parsed
/// again.
///
/// # Errors
/// `alias` if an alias would have no target, or another one than before.
pub(super) fn update(text: &str, arena: &mut Arena, change: &Rewrite) -> Result<bool> {
    arena.pieces.shift(&change.splices);
    if let Some(root) = arena.root {
        let (root, begin) = (arena.pieces.at_mut(root), lines::prolog(text));
        let old = root.places();
        let bare = if old.bare > old.after { old.bare } else { begin };
        root.set_places(&Places { entry: begin, after: begin, bare, ..old });
    }
    match &change.touched {
        Touched::Everything => Ok(false),
        Touched::Removed { holder, index } => {
            let Some(gone) = entry(arena, *holder, *index) else { return Ok(false) };
            arena.edit_items(*holder, |items| items.retain(|item| *item != gone.1));
            arena.edit_entries(*holder, |entries| entries.retain(|(_, value)| *value != gone.1));
            // The next entry of a compact collection moved to the dash; its places are right, since they follow the
            // text.
            part(arena, gone, arena.pieces.len(), &HashMap::new()).map(|()| true)
        }
        Touched::Replaced { holder, index, end } => {
            let begin = Tree { text, arena }.begin(*holder, *index);
            let end = splice::begin(*end, &change.splices);
            let end = if arena.pieces.at(*holder).flow { end } else { behind(text, end) };
            let base = arena.pieces.len();
            let Some(new) = read(text, arena, *holder, begin..end)? else { return Ok(false) };
            let Some(old) = entry(arena, *holder, *index) else { return Ok(false) };
            match (new, old) {
                ((_, value), (None, _)) => arena.edit_items(*holder, |items| items[*index] = value),
                ((Some(key), value), _) => arena.edit_entries(*holder, |entries| entries[*index] = (key, value)),
                _ => return Ok(false),
            }
            let Some(new) = entry(arena, *holder, *index) else { return Ok(false) };
            let tree = Tree { text, arena };
            if flow::is_pair(tree, *holder) {
                let span = tree.begin(*holder, 0)..tree.end(*holder, 0);
                arena.pieces.at_mut(*holder).set_span(span);
            }
            let counterparts = counterparts(text, arena, old, new);
            part(arena, old, base, &counterparts).map(|()| true)
        }
        Touched::Inserted { holder, index, splice, range } => {
            let from = splice::begin(change.splices[*splice].range.start, &change.splices[..*splice]);
            let Some(new) = read(text, arena, *holder, from + range.start..from + range.end)? else {
                return Ok(false);
            };
            match (arena.content(*holder), new) {
                (Content::List(_), (_, value)) => arena.edit_items(*holder, |items| items.insert(*index, value)),
                (Content::Map(_), (Some(key), value)) => {
                    arena.edit_entries(*holder, |entries| entries.insert(*index, (key, value)));
                }
                _ => return Ok(false),
            }
            Ok(true)
        }
    }
}

/// The nodes of an entry of a collection.
fn entry(arena: &Arena, holder: usize, index: usize) -> Option<EntryNodes> {
    match arena.content(holder) {
        Content::List(items) => items.get(index).map(|item| (None, *item)),
        Content::Map(entries) => entries.get(index).map(|(key, value)| (Some(*key), *value)),
        Content::Scalar(_) | Content::Alias(_) => None,
    }
}

/// The start of the lines after a block entry that ends at `end`: its line end ends a block scalar, and lines of white
/// space below may be part of one.
fn behind(text: &str, end: usize) -> usize {
    let mut next = lines::next(text, end);
    while lines::is_blank(text, next) {
        next = lines::next(text, next);
    }
    next
}

/// Parses one entry of `holder` and adds its nodes to the arena; returns its key and value.
fn read(text: &str, arena: &mut Arena, holder: usize, range: Range<usize>) -> Result<Option<EntryNodes>> {
    let (open, close) = match arena.content(holder) {
        _ if !arena.pieces.at(holder).flow => ("", ""),
        Content::List(_) => ("[", "]"),
        _ => ("{", "}"),
    };
    // The entry is in its own column, even with a dash or a bracket on its line.
    let column = if open.is_empty() { lines::column(text, range.start) } else { 0 };
    let mut alone = crate::memory::Zeroizing::new(String::with_capacity(range.len() + column + 2));
    alone.push_str(&" ".repeat(column));
    alone.push_str(open);
    let lead = alone.len();
    alone.push_str(&text[range.clone()]);
    alone.push_str(close);
    let Some(read) = reader::read_part(&alone).ok().filter(|read| arena.anchors || !read.anchors) else {
        return Ok(None);
    };
    let entry = match read.root.map(|root| read.content(root)) {
        Some(Content::List(items)) if items.len() == 1 => (None, items[0]),
        Some(Content::Map(entries)) if entries.len() == 1 => (Some(entries[0].0), entries[0].1),
        _ => return Ok(None),
    };
    let mut aliases = Vec::new();
    for (node, piece) in read.pieces.iter().enumerate().filter(|(_, piece)| piece.alias() == Some(ELSEWHERE)) {
        let name = alone.get(piece.span()).unwrap_or_default().trim_start_matches('*');
        aliases.push((node, anchor_before(arena, name, range.start).ok_or_else(|| differs(true))?));
    }
    let base = arena.absorb(read, |at| (at + range.start).saturating_sub(lead).min(range.end));
    for (alias, target) in aliases {
        arena.set_alias(base + alias, target);
    }
    Ok(Some((entry.0.map(|key| key + base), entry.1 + base)))
}

/// The node that an alias of this name at `at` repeats: the last one before it with that anchor.
fn anchor_before(arena: &Arena, name: &str, at: usize) -> Option<usize> {
    let named = arena.names.iter().filter(|(node, known)| *known == name && arena.pieces.at(**node).after() < at);
    named.map(|(node, _)| *node).max_by_key(|node| arena.pieces.at(*node).after())
}

/// Removes an entry that is no longer in the tree. Aliases elsewhere to a node in it are redirected to its heir; nodes
/// from `base` on replace it.
fn part(arena: &mut Arena, (key, value): EntryNodes, base: usize, counterparts: &HashMap<usize, usize>) -> Result<()> {
    let nodes = below(arena, key.into_iter().chain([value]).collect());
    if arena.anchors {
        let gone: HashSet<usize> = nodes.iter().copied().filter(|node| arena.names.contains_key(node)).collect();
        let inside: HashSet<usize> = if gone.is_empty() { HashSet::new() } else { nodes.iter().copied().collect() };
        for alias in 0..base {
            let Some(target) = arena.pieces.at(alias).alias() else { continue };
            if gone.contains(&target) && !inside.contains(&alias) {
                let heir = counterparts.get(&target).ok_or_else(|| differs(true))?;
                arena.set_alias(alias, *heir);
            }
        }
    }
    // Removed nodes are wiped, and their aliases no longer count.
    for node in nodes {
        arena.clear(node);
    }
    Ok(())
}

/// For each anchored node in a replaced entry, the node that has the anchor now, at the same place: an alias repeats a
/// place, and an anchor that moved from a value to its key would make it repeat something else. `None` if a name occurs
/// twice.
fn counterparts(text: &str, arena: &Arena, old: EntryNodes, new: EntryNodes) -> HashMap<usize, usize> {
    if !arena.anchors {
        return HashMap::new();
    }
    let tree = Tree { text, arena };
    let (before, after) = (anchors(tree, old), anchors(tree, new));
    let once =
        |list: &[(String, usize)], name: &str| list.iter().filter(|(_, node)| arena.names[node] == name).count() == 1;
    let heir = |(place, node): &(String, usize)| {
        let name = &arena.names[node];
        let found = after.iter().find(|(other, heir)| other == place && arena.names[heir] == *name)?;
        (once(&before, name) && once(&after, name)).then_some((*node, found.1))
    };
    before.iter().filter_map(heir).collect()
}

/// The anchored nodes in an entry, each with its place by keys, since list items may have moved.
fn anchors(tree: Tree<'_>, (key, value): EntryNodes) -> Vec<(String, usize)> {
    let mut open = vec![("/".to_owned(), value)];
    open.extend(key.map(|key| ("?".to_owned(), key)));
    let mut found = Vec::new();
    while let Some((place, node)) = open.pop() {
        match tree.content(node) {
            Content::List(items) => open.extend(items.iter().map(|item| (format!("{place}-/"), *item))),
            Content::Map(entries) => {
                for (key, value) in entries {
                    let name = tree.key_text(*key).map_or("", |(name, _)| name).replace('~', "~0").replace('/', "~1");
                    open.extend([(format!("{place}{name}?"), *key), (format!("{place}{name}/"), *value)]);
                }
            }
            Content::Scalar(_) | Content::Alias(_) => {}
        }
        if tree.arena.names.contains_key(&node) {
            found.push((place, node));
        }
    }
    found
}

/// These nodes and all their descendants.
pub(super) fn below(arena: &Arena, mut nodes: Vec<usize>) -> Vec<usize> {
    let mut at = 0;
    while at < nodes.len() {
        match arena.content(nodes[at]) {
            Content::List(items) => nodes.extend(items),
            Content::Map(entries) => entries.iter().for_each(|(key, value)| nodes.extend([*key, *value])),
            Content::Scalar(_) | Content::Alias(_) => {}
        }
        at += 1;
    }
    nodes
}

/// Whether two trees agree, node by node and place by place, ignoring nodes that an edit removed.
pub(super) fn same(one: Tree<'_>, other: Tree<'_>) -> bool {
    let (Some(here), Some(there)) = (one.arena.root, other.arena.root) else {
        return one.arena.root == other.arena.root;
    };
    let mut pairs = vec![(here, there)];
    while let Some((here, there)) = pairs.pop() {
        let places = |tree: Tree<'_>, node: usize| {
            let piece = tree.piece(node);
            // The start of a block scalar with only blank lines depends on what follows it; the place of a block
            // collection follows from its entries.
            let blank = tree.is_block_scalar(node) && tree.text(node).is_some_and(|text| text.trim().is_empty());
            let span = (!blank && !tree.is_block_collection(node)).then(|| tree.span(node));
            (span, piece.entry(), piece.after(), piece.bare(), piece.flow)
        };
        let agree = match (one.content(here), other.content(there)) {
            (Content::List(left), Content::List(right)) => {
                pairs.extend(left.iter().copied().zip(right.iter().copied()));
                left.len() == right.len()
            }
            (Content::Map(left), Content::Map(right)) => {
                left.iter().zip(right).for_each(|(left, right)| pairs.extend([(left.0, right.0), (left.1, right.1)]));
                left.len() == right.len()
            }
            (Content::Scalar(_), Content::Scalar(_)) => one.text(here) == other.text(there),
            (Content::Alias(_), Content::Alias(_)) => true,
            _ => false,
        };
        if !agree || one.arena.tag(here) != other.arena.tag(there) || places(one, here) != places(other, there) {
            return false;
        }
    }
    true
}
