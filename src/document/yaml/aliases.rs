//! What the aliases of a text repeat, and which nodes an edit must not part from them.

use std::collections::HashSet;

use super::arena::{Arena, Content};
use super::graft;
use super::meaning::Reading;
use super::refusal::differs;
use super::tree::Tree;
use super::write::{self, Spacing};
use crate::document::node::Style;
use crate::document::pointer::Pointer;
use crate::document::splice::{self, Splice};
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Zeroizing;

/// Fails if something outside the removed node repeats it.
pub(super) fn refuse_shared(arena: &Arena, node: usize, pointer: &Pointer) -> Result<()> {
    if !arena.anchors {
        return Ok(());
    }
    let inside: HashSet<usize> = graft::below(arena, vec![node]).into_iter().collect();
    let shared =
        arena.pieces.iter().enumerate().any(|(index, piece)| {
            piece.alias().is_some_and(|target| inside.contains(&target)) && !inside.contains(&index)
        });
    if shared {
        return Err(Error::new(ErrorKind::Alias, "an alias elsewhere repeats this value")
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
            let properties = &tree.text[piece.after()..piece.bare()];
            let anchor = properties.find(&format!("&{name}")).map(|at| piece.after() + at);
            let start = anchor.ok_or_else(|| differs(true))?;
            let end = start + 1 + name.len();
            let blanks = tree.text[end..].len() - tree.text[end..].trim_start_matches(' ').len();
            splices.push(Splice::delete(start..end + blanks));
        }
        if let Some(target) = piece.alias().filter(|target| inside.contains(target)) {
            let value = Reading::of(tree).value_at(target)?;
            let text = write::flow(&value, Style::Plain, &Spacing::default(), false);
            splices.push(Splice { range: piece.span(), text });
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
    let targets = nodes.iter().filter_map(|node| arena.pieces.at(*node).alias());
    targets.map(|target| (!inside.contains(&target)).then_some(target)).collect()
}

/// Whether two parses of a text agree about the target of each alias.
pub(super) fn same_aliases(one: &Arena, other: &Arena) -> bool {
    let mut counterparts = vec![usize::MAX; one.pieces.len()];
    let mut aliases = Vec::new();
    let mut pairs: Vec<(usize, usize)> = one.root.into_iter().zip(other.root).collect();
    while let Some((here, there)) = pairs.pop() {
        counterparts[here] = there;
        match (one.content(here), other.content(there)) {
            (Content::List(left), Content::List(right)) if left.len() == right.len() => {
                pairs.extend(left.iter().copied().zip(right.iter().copied()));
            }
            (Content::Map(left), Content::Map(right)) if left.len() == right.len() => {
                let both = left.iter().zip(right);
                both.for_each(|(left, right)| pairs.extend([(left.0, right.0), (left.1, right.1)]));
            }
            (Content::Alias(left), Content::Alias(right)) => aliases.push((left, right)),
            (Content::Scalar(_), Content::Scalar(_)) => {}
            _ => return false,
        }
    }
    aliases.into_iter().all(|(left, right)| counterparts[left] == right)
}

/// The anchors with aliases, each with its place: the positions on the path to it, and whether it is a key's.
pub(super) fn repeated_places(tree: Tree<'_>) -> HashSet<(String, Vec<(usize, bool)>)> {
    let arena = tree.arena;
    let repeated: HashSet<usize> = arena.pieces.iter().filter_map(|piece| piece.alias()).collect();
    let mut open: Vec<(usize, Vec<(usize, bool)>)> = arena.root.into_iter().map(|root| (root, Vec::new())).collect();
    let mut found = HashSet::new();
    while let Some((node, place)) = open.pop() {
        let below = |index: usize, is_key: bool| [place.clone(), vec![(index, is_key)]].concat();
        match arena.content(node) {
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
pub(super) fn unmistakable(arena: &Arena) -> bool {
    let mut seen = HashSet::with_capacity(arena.names.len());
    arena.names.values().all(|name| seen.insert(name))
}
