//! The tree after an edit: only the entry that was touched is read again.

use std::ops::Range;

use super::lines;
use super::reader::{self, Arena, Content};
use super::splice::{self, Change, Touched};
use super::tree::Tree;

/// Brings `arena` in line with the edited `text`. `None` when the whole text must be read again.
pub(super) fn update(text: &str, arena: &mut Arena, change: &Change) -> Option<()> {
    if arena.anchors {
        return None;
    }
    splice::shift(arena, &change.splices);
    match &change.touched {
        Touched::Everything => None,
        Touched::Removed { holder, index } => {
            match &mut arena.pieces[*holder].content {
                Content::List(items) => drop(items.remove(*index)),
                Content::Map(entries) => drop(entries.remove(*index)),
                _ => return None,
            }
            // A compact collection's next entry has moved to the dash; its places are right, since they follow the text.
            Some(())
        }
        Touched::Replaced { holder, index, end } => {
            let begin = Tree { text, arena }.begin(*holder, *index);
            let end = splice::begin(*end, &change.splices);
            // With its line end: the end of a block scalar is told by it.
            let end = if arena.pieces[*holder].flow { end } else { lines::next(text, end) };
            let (key, value) = read(text, arena, *holder, begin..end)?;
            match &mut arena.pieces[*holder].content {
                Content::List(items) => items[*index] = value,
                Content::Map(entries) => entries[*index] = (key?, value),
                _ => return None,
            }
            Some(())
        }
        Touched::Inserted { holder, index, splice, range } => {
            let placed = &change.splices[*splice];
            let grown: usize =
                change.splices[..*splice].iter().map(|before| before.text.len() - before.range.len()).sum();
            let from = placed.range.start + grown;
            let (key, value) = read(text, arena, *holder, from + range.start..from + range.end)?;
            match &mut arena.pieces[*holder].content {
                Content::List(items) => items.insert(*index, value),
                Content::Map(entries) => entries.insert(*index, (key?, value)),
                _ => return None,
            }
            Some(())
        }
    }
}

/// Reads one entry of `holder` and adds its nodes to the arena; gives its key and value.
fn read(text: &str, arena: &mut Arena, holder: usize, range: Range<usize>) -> Option<(Option<usize>, usize)> {
    let (open, close) = match &arena.pieces[holder].content {
        _ if !arena.pieces[holder].flow => ("", ""),
        Content::List(_) => ("[", "]"),
        _ => ("{", "}"),
    };
    // The entry stands in its own column, also where a dash or a bracket is on its line.
    let column = if open.is_empty() { lines::column(text, range.start) } else { 0 };
    let mut alone = zeroize::Zeroizing::new(String::with_capacity(range.len() + column + 2));
    alone.push_str(&" ".repeat(column));
    alone.push_str(open);
    let lead = alone.len();
    alone.push_str(&text[range.clone()]);
    alone.push_str(close);
    let read = reader::read(&alone).ok().filter(|read| !read.anchors)?;
    let (key, value) = match &read.pieces[read.root?].content {
        Content::List(items) if items.len() == 1 => (None, items[0]),
        Content::Map(entries) if entries.len() == 1 => (Some(entries[0].0), entries[0].1),
        _ => return None,
    };
    let base = arena.pieces.len();
    let place = |at: usize| (at + range.start).saturating_sub(lead).min(range.end);
    arena.pieces.extend(read.pieces.into_iter().map(|mut piece| {
        piece.span = place(piece.span.start)..place(piece.span.end);
        (piece.entry, piece.after, piece.bare) = (place(piece.entry), place(piece.after), place(piece.bare));
        match &mut piece.content {
            Content::List(items) => items.iter_mut().for_each(|item| *item += base),
            Content::Map(entries) => entries.iter_mut().for_each(|entry| *entry = (entry.0 + base, entry.1 + base)),
            Content::Scalar(_) | Content::Alias(_) => {}
        }
        piece
    }));
    Some((key.map(|key| key + base), value + base))
}
