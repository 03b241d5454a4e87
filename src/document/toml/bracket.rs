//! Entries in brackets: `[…]` and `{…}`, on one line or one per line.

use std::ops::Range;

use super::comments::comments_above;
use super::node::{Kin, Shape, TomlNode, leaves};
use crate::document::splice::Splice;
use crate::lines::{end as line_end, next as next_line, start as line_start};

pub(super) struct Bracket<'t> {
    pub(super) text: &'t str,
    pub(super) span: Range<usize>,
    /// The entries, without commas.
    pub(super) entries: Vec<Range<usize>>,
    pub(super) ending: &'t str,
}

/// What is put between brackets.
pub(super) struct BracketEntry<'e> {
    pub(super) text: &'e str,
    /// Comment lines, without their indentation.
    pub(super) above: &'e [String],
    /// The comment behind it, with the spaces before.
    pub(super) behind: &'e str,
}

impl<'e> BracketEntry<'e> {
    /// Without comments.
    pub(super) fn alone(text: &'e str) -> Self {
        Self { text, above: &[], behind: "" }
    }
}

impl Bracket<'_> {
    /// Inserts an entry before position `index`, or at the end. Returns the bytes of the entry in the last splice's text. Its
    /// comments go along where the entries have lines of their own.
    pub(super) fn insert(&self, index: usize, entry: &BracketEntry<'_>) -> (Vec<Splice>, Range<usize>) {
        let text = self.text;
        let around = |range: Range<usize>, before: &[&str], after: &[&str]| {
            let lead = before.iter().map(|part| part.len()).sum();
            (Splice::replace(range, [before, &[entry.text], after].concat().concat()), lead..lead + entry.text.len())
        };
        let Some(last) = self.entries.last() else {
            let inside = self.span.start + 1..self.span.end - 1;
            let pad = if text[self.span.start..].starts_with('{') { " " } else { "" };
            let blank = text[inside.clone()].trim().is_empty();
            return one(around(if blank { inside } else { inside.end..inside.end }, &[pad], &[pad]));
        };
        let comments = |indent: &'_ str| -> String {
            entry.above.iter().flat_map(|comment| [indent, comment.as_str(), self.ending]).collect()
        };
        if let Some(next) = self.entries.get(index) {
            let Some(indent) = self.indent(next) else { return one(around(next.start..next.start, &[], &[", "])) };
            let line = line_start(text, next.start);
            // The comments above the next entry are about that one.
            let at = comments_above(text, line);
            let lead = [comments(indent).as_str(), indent].concat();
            return one(around(at..at, &[&lead], &[",", entry.behind, self.ending]));
        }
        let comma = self.comma_after(last.end);
        let Some(indent) = self.indent(last) else {
            return one(match comma {
                Some(comma) => around(comma + 1..comma + 1, &[" "], &[","]),
                None => around(last.end..last.end, &[", "], &[]),
            });
        };
        let line = line_end(text, comma.unwrap_or(last.end));
        let end = line.min(self.span.end - 1);
        let behind = if line < self.span.end { entry.behind } else { "" };
        let lead = [self.ending, comments(indent).as_str(), indent].concat();
        if comma.is_some() {
            return one(around(end..end, &[&lead], &[",", behind]));
        }
        let (below, range) = around(end..end, &[&lead], &[behind]);
        (vec![Splice::insert(last.end, ","), below], range)
    }

    /// Removes the entry at `index`.
    pub(super) fn remove(&self, index: usize) -> Vec<Splice> {
        let text = self.text;
        let entry = self.entries[index].clone();
        let comma = self.comma_after(entry.end);
        let end = comma.map_or(entry.end, |comma| comma + 1);
        let last = index + 1 == self.entries.len();
        let own_line = self.indent(&entry).is_some()
            && text[end..line_end(text, end)].trim_start().chars().next().is_none_or(|first| first == '#');
        let mut splices = Vec::new();
        if last && comma.is_none() && index > 0 {
            let before = self.entries[index - 1].end;
            splices.extend(self.comma_after(before).map(|comma| Splice::delete(comma..comma + 1)));
        }
        if own_line {
            let from = comments_above(text, line_start(text, entry.start));
            splices.push(Splice::delete(from..next_line(text, end)));
        } else if let Some(next) = self.entries.get(index + 1) {
            splices.push(Splice::delete(entry.start..next.start));
        } else if index > 0 && comma.is_none() {
            return vec![Splice::delete(self.entries[index - 1].end..entry.end)];
        } else {
            let inside = self.span.start + 1..self.span.end - 1;
            let alone = index == 0 && !text[inside.clone()].contains('#');
            let spaced = entry.start - (text[..entry.start].len() - text[..entry.start].trim_end_matches(' ').len());
            splices.push(Splice::delete(if alone { inside } else { spaced..end }));
        }
        splices
    }

    /// The indentation of an entry that is the first on its line.
    pub(super) fn indent(&self, entry: &Range<usize>) -> Option<&str> {
        let lead = &self.text[line_start(self.text, entry.start)..entry.start];
        lead.trim().is_empty().then_some(lead)
    }

    /// The comma after an entry, skipping white space and comments.
    pub(super) fn comma_after(&self, from: usize) -> Option<usize> {
        let at = past_space(self.text, from);
        (self.text.as_bytes().get(at) == Some(&b',')).then_some(at)
    }
}

fn one((splice, range): (Splice, Range<usize>)) -> (Vec<Splice>, Range<usize>) {
    (vec![splice], range)
}

/// The entries of `[…]` or `{…}`, including their keys, in the order of the text; `a.b = 1` in braces is one.
pub(super) fn entries(text: &str, part: &TomlNode) -> Vec<Range<usize>> {
    let mut values: Vec<&TomlNode> = match &part.shape {
        Shape::Map(Kin::Inline, members) => leaves(members),
        _ => part.items().unwrap_or_default().iter().collect(),
    };
    values.sort_by_key(|value| value.span.start);
    let mut from = part.span.start + 1;
    let entry = |value: &TomlNode| {
        let start = past_space(text, from);
        let start = if text[start..].starts_with(',') { past_space(text, start + 1) } else { start };
        from = value.span.end;
        start..value.span.end
    };
    values.into_iter().map(entry).collect()
}

/// Skips white space and comments.
fn past_space(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => at = line_end(text, at),
            _ => break,
        }
    }
    at
}
