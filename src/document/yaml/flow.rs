//! Inserts and removes entries of flow collections, with the spacing of the collection.

use std::ops::Range;

use crate::memory::Zeroizing;

use super::arena::Content;
use super::lines;
use super::manner::Manner;
use super::splice::{Rewrite, Splice, Touched};
use super::tree::Tree;
use super::write::{self, Spacing};
use crate::document::value::Value;

/// Creates the text of an entry, for the spacing and the indentation of its line.
pub(super) type Make<'m> = &'m dyn Fn(&Spacing, &str) -> Zeroizing<String>;

/// Inserts an entry before position `index`, or at the end.
pub(super) fn insert(
    tree: Tree<'_>,
    manner: &Manner,
    (holder, index): (usize, usize),
    outer: &[usize],
    make: Make<'_>,
) -> Rewrite {
    let text = tree.text;
    let count = tree.len(holder);
    let span = tree.piece(holder).span();
    let spacing = spacing(tree, manner.json, holder, outer);
    let inserted = |splices: Vec<Splice>, splice: usize, range: Range<usize>| Rewrite {
        splices,
        touched: Touched::Inserted { holder, index, splice, range },
    };
    if count == 0 {
        let inner = &text[span.start + 1..span.end - 1];
        let at = span.start + 1;
        if inner.trim().is_empty() && inner.contains('\n') {
            let outer = lines::indentation(text, span.end);
            let indent =
                if outer.contains('\t') { format!("{outer}\t") } else { outer.to_owned() + &" ".repeat(manner.step) };
            let lead = format!("{}{indent}", manner.ending);
            let entry = make(&spacing, &indent);
            let range = lead.len()..lead.len() + entry.len();
            return inserted(vec![Splice::insert(at, [&lead, entry.as_str()].concat())], 0, range);
        }
        let padding = if inner == " " { " " } else { "" };
        let entry = make(&spacing, lines::indentation(text, at));
        let range = padding.len()..padding.len() + entry.len();
        return inserted(vec![Splice::insert(at, [padding, &entry].concat())], 0, range);
    }
    if let Some(indent) = one_a_line(tree, holder) {
        let entry = make(&spacing, indent);
        if index < count {
            let line = lines::start(text, tree.begin(holder, index));
            let line = lines::comments_above(text, line, indent.len());
            let new = [indent, &entry, ",", manner.ending].concat();
            return inserted(vec![Splice::insert(line, new)], 0, indent.len()..indent.len() + entry.len());
        }
        let end = tree.end(holder, count - 1);
        let comma = comma_after(text, end);
        let behind = comma.map_or(end, |comma| comma + 1);
        let line_end = lines::end(text, behind);
        // The bracket may be on the last entry's line.
        let below = if line_end < span.end { line_end } else { behind };
        let lead = format!("{}{indent}", manner.ending);
        let range = lead.len()..lead.len() + entry.len();
        let close = comma.map_or("", |_| ",");
        let below = Splice::insert(below, [&lead, entry.as_str(), close].concat());
        return if comma.is_some() {
            inserted(vec![below], 0, range)
        } else {
            // A comma right after a colon would become part of the key.
            let comma = if text[..end].ends_with(':') { " ," } else { "," };
            inserted(vec![Splice::insert(end, comma), below], 1, range)
        };
    }
    let at = if index < count { tree.begin(holder, index) } else { spaced_end(tree, holder, count - 1) };
    let entry = make(&spacing, lines::indentation(text, at));
    let comma = &spacing.comma;
    let (new, from) =
        if index < count { ([&entry, comma.as_str()], 0) } else { ([comma.as_str(), &entry], comma.len()) };
    inserted(vec![Splice::insert(at, new.concat())], 0, from..from + entry.len())
}

/// Removes the entry at `index` with its comma.
pub(super) fn remove(tree: Tree<'_>, holder: usize, index: usize) -> Rewrite {
    let text = tree.text;
    let count = tree.len(holder);
    let span = tree.piece(holder).span();
    let (begin, end) = (tree.begin(holder, index), tree.end(holder, index));
    let splices = if count == 1 {
        vec![Splice::delete(span.start + 1..span.end - 1)]
    } else if let Some(indent) = one_a_line(tree, holder) {
        let from = lines::comments_above(text, lines::start(text, begin), indent.len());
        let own = comma_after(text, end);
        let last = own.map_or(end, |comma| comma + 1);
        // The bracket may be on the last entry's line; it stays.
        let bracket = lines::end(text, last) >= span.end;
        let gone = if bracket { from..last } else { from..lines::next(text, last) };
        let previous = index.checked_sub(1).map(|previous| tree.end(holder, previous));
        let comma = previous.and_then(|previous| Some(previous..comma_after(text, previous)? + 1));
        match comma {
            Some(comma) if bracket && text[comma.end..gone.start].trim().is_empty() => {
                let from = if own.is_some() { comma.end } else { comma.start };
                vec![Splice::delete(from..gone.end)]
            }
            comma => comma.filter(|_| own.is_none()).into_iter().chain([gone]).map(Splice::delete).collect(),
        }
    } else if index == 0 {
        vec![Splice::delete(begin..tree.begin(holder, 1))]
    } else {
        vec![Splice::delete(spaced_end(tree, holder, index - 1)..end)]
    };
    Rewrite { splices, touched: Touched::Removed { holder, index } }
}

/// Whether the map is a pair in a `[…]` list, without braces.
pub(super) fn is_pair(tree: Tree<'_>, node: usize) -> bool {
    tree.is_flow(node) && tree.len(node) == 1 && !tree.text[tree.piece(node).span().start..].starts_with(['[', '{'])
}

/// Gives a pair braces and another entry.
pub(super) fn widen(tree: Tree<'_>, json: bool, pair: usize, outer: &[usize], make: Make<'_>) -> Vec<Splice> {
    let spacing = spacing(tree, json, pair, outer);
    let entry = make(&spacing, lines::indentation(tree.text, tree.begin(pair, 0)));
    let rest = [&spacing.comma, entry.as_str(), "}"].concat();
    vec![Splice::insert(tree.begin(pair, 0), "{"), Splice::insert(tree.end(pair, 0), rest)]
}

/// The end of an entry; with a space for an empty value, since not every parser reads `{k:}` as a map.
fn spaced_end(tree: Tree<'_>, holder: usize, index: usize) -> usize {
    let end = tree.end(holder, index);
    let bare = tree.text[..end].ends_with(':') && tree.text[end..].starts_with(' ');
    end + usize::from(bare)
}

/// The text of an entry.
pub(super) fn entry(key: Option<&str>, value: &Value, spacing: &Spacing, manner: &Manner) -> Zeroizing<String> {
    let value = write::flow(value, manner.quotes, spacing, manner.json);
    with_key(key, value, spacing)
}

/// The text of a value after its key.
pub(super) fn with_key(key: Option<&str>, value: Zeroizing<String>, spacing: &Spacing) -> Zeroizing<String> {
    match key {
        Some(key) => Zeroizing::new([key, &spacing.colon, &value].concat()),
        None => value,
    }
}

/// The indentation of the entries, if every entry has a line of its own.
fn one_a_line(tree: Tree<'_>, holder: usize) -> Option<&str> {
    let count = tree.len(holder);
    let alone = (0..count).all(|index| {
        let begin = tree.begin(holder, index);
        tree.text[lines::start(tree.text, begin)..begin].trim().is_empty()
    });
    let begin = tree.begin(holder, 0);
    alone.then(|| lines::indentation(tree.text, begin))
}

/// The comma after the entry that ends at `end`.
fn comma_after(text: &str, end: usize) -> Option<usize> {
    let next = lines::skip(text, end);
    (text.as_bytes().get(next) == Some(&b',')).then_some(next)
}

/// The spacing of the collection; if it has too few entries, that of the surrounding ones.
pub(super) fn spacing(tree: Tree<'_>, json: bool, holder: usize, outer: &[usize]) -> Spacing {
    let around = || std::iter::once(holder).chain(outer.iter().rev().copied()).filter(|node| tree.is_flow(*node));
    let comma = around().find_map(|node| comma_spacing(tree, node));
    let colon = around().find_map(|node| colon_spacing(tree, node));
    let default = Spacing::default();
    let tight = comma.is_none() && colon.as_deref() == Some(":");
    let comma = comma.unwrap_or_else(|| if tight { ",".to_owned() } else { default.comma });
    // A colon without a space is only an indicator after a quoted key.
    let colon = colon.unwrap_or_else(|| if comma == "," && json { ":".to_owned() } else { default.colon });
    let colon = if json || colon != ":" { colon } else { ": ".to_owned() };
    Spacing { comma, colon }
}

fn comma_spacing(tree: Tree<'_>, node: usize) -> Option<String> {
    let between = (1..tree.len(node)).map(|index| &tree.text[tree.end(node, index - 1)..tree.begin(node, index)]);
    let mut plain = between.filter(|gap| gap.trim() == "," && !gap.contains('\n'));
    plain.next_back().map(str::to_owned)
}

fn colon_spacing(tree: Tree<'_>, node: usize) -> Option<String> {
    let Content::Map(entries) = tree.content(node) else { return None };
    let mut between = entries.iter().filter(|(_, value)| !tree.is_absent(*value)).map(|(key, value)| {
        let begin = tree.piece(*value).after();
        let spaces = tree.text[begin..].len() - tree.text[begin..].trim_start_matches(' ').len();
        format!("{}{}", &tree.text[tree.value_end(*key)..begin], " ".repeat(spaces))
    });
    between.find(|gap| gap.trim() == ":")
}
