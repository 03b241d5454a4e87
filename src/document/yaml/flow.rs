//! Entries of flow collections: put in, taken out, in the spacing that the collection has.

use super::lines;
use super::manner::Manner;
use super::reader::Content;
use super::splice::{Change, Splice, Touched};
use super::tree::Tree;
use super::write::{self, Spacing};
use crate::document::value::Value;
use crate::error::{Error, Kind, Result};

/// Puts an entry before position `index`, or at the end. `make` gives its text for the spacing.
pub(super) fn insert(
    tree: Tree<'_>,
    manner: &Manner,
    (holder, index): (usize, usize),
    outer: &[usize],
    make: &dyn Fn(&Spacing) -> String,
) -> Result<Change> {
    let text = tree.text;
    let count = tree.len(holder);
    let span = tree.piece(holder).span.clone();
    if !text[span.start..].starts_with(['[', '{']) {
        return Err(Error::new(Kind::Unsupported, "a pair in a `[…]` list holds one entry only")
            .hint("write it as a map first: `[{key: value}]`"));
    }
    let spacing = spacing(tree, manner.json, holder, outer);
    let entry = make(&spacing);
    let inserted = |splices: Vec<Splice>, splice: usize, from: usize| Change {
        splices,
        touched: Touched::Inserted { holder, index, splice, range: from..from + entry.len() },
    };
    if count == 0 {
        let inner = &text[span.start + 1..span.end - 1];
        let at = span.start + 1;
        if inner.trim().is_empty() && inner.contains('\n') {
            let indent = lines::column(text, span.end - 1) + manner.step;
            let new = format!("{}{}{entry}", manner.ending, " ".repeat(indent));
            return Ok(inserted(vec![Splice::insert(at, new)], 0, manner.ending.len() + indent));
        }
        let padding = if inner == " " { " " } else { "" };
        return Ok(inserted(vec![Splice::insert(at, format!("{padding}{entry}"))], 0, padding.len()));
    }
    if let Some(column) = one_a_line(tree, holder) {
        let indent = " ".repeat(column);
        if index < count {
            let line = lines::start(text, tree.begin(holder, index));
            let line = lines::comments_above(text, line, column);
            let new = format!("{indent}{entry},{}", manner.ending);
            return Ok(inserted(vec![Splice::insert(line, new)], 0, column));
        }
        let end = tree.end(holder, count - 1);
        let comma = comma_after(text, end);
        let line_end = lines::end(text, comma.map_or(end, |comma| comma + 1));
        let close = comma.map_or("", |_| ",");
        let new = format!("{}{indent}{entry}{close}", manner.ending);
        let from = manner.ending.len() + column;
        let below = Splice::insert(line_end, new);
        return Ok(if comma.is_some() {
            inserted(vec![below], 0, from)
        } else {
            inserted(vec![Splice::insert(end, ","), below], 1, from)
        });
    }
    if index < count {
        let new = format!("{entry}{}", spacing.comma);
        return Ok(inserted(vec![Splice::insert(tree.begin(holder, index), new)], 0, 0));
    }
    let new = format!("{}{entry}", spacing.comma);
    Ok(inserted(vec![Splice::insert(tree.end(holder, count - 1), new)], 0, spacing.comma.len()))
}

/// Takes the entry at `index` out, with its comma.
pub(super) fn remove(tree: Tree<'_>, holder: usize, index: usize) -> Result<Change> {
    let text = tree.text;
    let count = tree.len(holder);
    let span = tree.piece(holder).span.clone();
    let (begin, end) = (tree.begin(holder, index), tree.end(holder, index));
    if !text[span.start..].starts_with(['[', '{']) {
        return Err(Error::new(Kind::Unsupported, "the only entry of a pair in a `[…]` list cannot be taken out")
            .hint("remove the list's item instead"));
    }
    let splices = if count == 1 {
        vec![Splice::delete(span.start + 1..span.end - 1)]
    } else if let Some(column) = one_a_line(tree, holder) {
        let from = lines::comments_above(text, lines::start(text, begin), column);
        let own = comma_after(text, end);
        let lines_gone = Splice::delete(from..lines::next(text, own.unwrap_or(end)));
        if index + 1 == count && own.is_none() {
            let previous = tree.end(holder, index - 1);
            let comma = comma_after(text, previous).map(|comma| Splice::delete(previous..comma + 1));
            comma.into_iter().chain([lines_gone]).collect()
        } else {
            vec![lines_gone]
        }
    } else if index == 0 {
        vec![Splice::delete(begin..tree.begin(holder, 1))]
    } else {
        vec![Splice::delete(tree.end(holder, index - 1)..end)]
    };
    Ok(Change { splices, touched: Touched::Removed { holder, index } })
}

/// The text of an entry.
pub(super) fn entry(key: Option<&str>, value: &Value, spacing: &Spacing, manner: &Manner) -> String {
    let value = write::flow(value, crate::document::node::Style::Plain, spacing, manner.json);
    key.map_or_else(|| value.to_string(), |key| format!("{key}{}{}", spacing.colon, *value))
}

/// The column of the entries, if every entry has a line of its own.
fn one_a_line(tree: Tree<'_>, holder: usize) -> Option<usize> {
    let count = tree.len(holder);
    let alone = (0..count).all(|index| {
        let begin = tree.begin(holder, index);
        let line = lines::start(tree.text, begin);
        line > tree.piece(holder).span.start && tree.text[line..begin].trim().is_empty()
    });
    let begin = tree.begin(holder, 0);
    alone.then(|| begin - lines::start(tree.text, begin))
}

/// The comma that follows the entry that ends at `end`.
fn comma_after(text: &str, end: usize) -> Option<usize> {
    let next = lines::skip(text, end);
    (text.as_bytes().get(next) == Some(&b',')).then_some(next)
}

/// The spacing of the collection; where it has too few entries to tell, that of the ones around it.
pub(super) fn spacing(tree: Tree<'_>, json: bool, holder: usize, outer: &[usize]) -> Spacing {
    let around = || std::iter::once(holder).chain(outer.iter().rev().copied()).filter(|node| tree.is_flow(*node));
    let comma = around().find_map(|node| comma_spacing(tree, node));
    let colon = around().find_map(|node| colon_spacing(tree, node));
    let default = Spacing::default();
    let tight = comma.is_none() && colon.as_deref() == Some(":");
    let comma = comma.unwrap_or_else(|| if tight { ",".to_owned() } else { default.comma });
    // Only behind a quoted key does a colon mean something without a space.
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
    let Content::Map(entries) = &tree.piece(node).content else { return None };
    let mut between = entries.iter().filter(|(_, value)| !tree.is_absent(*value)).map(|(key, value)| {
        let begin = tree.piece(*value).after;
        let spaces = tree.text[begin..].len() - tree.text[begin..].trim_start_matches(' ').len();
        format!("{}{}", &tree.text[tree.value_end(*key)..begin], " ".repeat(spaces))
    });
    between.find(|gap| gap.trim() == ":")
}
