//! The manner of a file: its indentation, the style of its lists, its line ends, whether it is JSON.

use super::arena::{Arena, Content};
use super::lines;
use super::scalar;
use super::tree::Tree;
use crate::document::node::Style;
use crate::document::value::Value;

#[derive(Debug, Clone)]
pub(super) struct Manner {
    /// Columns from a map's keys to those of a map in it.
    pub(super) step: usize,
    /// Columns from a key to the dashes of its list: zero in the indentless style.
    pub(super) list_offset: usize,
    pub(super) ending: &'static str,
    /// Whether every key and string of a flow document is double-quoted, which is preserved.
    pub(super) json: bool,
    /// Whether a string that ends in blank lines may be a block scalar that keeps them (`|+`).
    pub(super) keeps: bool,
    /// The quotes of new strings: those that all their siblings have.
    pub(super) quotes: Style,
    /// Whether a multi-line string may be a block scalar.
    pub(super) literals: bool,
    /// Whether a part of a string is edited, so that the string keeps its notation.
    pub(super) revises: bool,
}

impl Manner {
    /// Detects it from the document: what most collections do, by default two columns and indented lists.
    pub(super) fn of(text: &str, arena: &Arena, is_json_file: bool) -> Self {
        let (mut steps, mut offsets) = (Votes::default(), Votes::default());
        for (node, piece) in arena.pieces.iter().enumerate() {
            let Content::Map(entries) = arena.content(node) else { continue };
            let Some((first, _)) = entries.first().filter(|_| !piece.flow) else { continue };
            let column = lines::column(text, arena.pieces.at(*first).entry());
            for (_, value) in entries {
                let (votes, begin) = match arena.content(*value) {
                    _ if arena.pieces.at(*value).flow => continue,
                    Content::Map(inner) => (&mut steps, inner.first().map(|(key, _)| *key)),
                    Content::List(items) => (&mut offsets, items.first().copied()),
                    _ => continue,
                };
                if let Some(begin) = begin {
                    votes.add(lines::column(text, arena.pieces.at(begin).entry()).saturating_sub(column));
                }
            }
        }
        let step = steps.winner().or_else(|| offsets.winner()).filter(|step| (1..10).contains(step)).unwrap_or(2);
        let list_offset = offsets.winner().unwrap_or(step);
        // Empty brackets alone are not JSON yet.
        let json = is_json_file || arena.pieces.len() > 1 && is_json(Tree { text, arena });
        let (ending, quotes) = (lines::ending(text), Style::Plain);
        Self { step, list_offset, ending, json, keeps: true, quotes, literals: true, revises: false }
    }
}

impl Manner {
    /// The quotes of a new value; several lines become a block scalar anyway.
    pub(super) fn quotes_of(&self, value: &Value) -> Style {
        if value.as_str().is_some_and(|text| text.contains('\n')) { Style::Plain } else { self.quotes }
    }

    /// The manner for something new in `holder`: if it has two or more strings with the same quotes, it gets them. The
    /// siblings of a map in a list are the other maps there.
    pub(super) fn among(&self, tree: Tree<'_>, holder: usize) -> Self {
        let entries = |node: usize| (0..tree.len(node)).map(move |index| tree.entry(node, index).1);
        let is_list = tree.piece(holder).is_list();
        let below = |node: usize| {
            let is_map = is_list && tree.piece(node).is_map();
            if is_map { entries(node).collect() } else { vec![node] }
        };
        let strings = entries(holder).flat_map(below).filter_map(|node| {
            let style = tree.style(node)?;
            let is_string = style != Style::Plain || tree.text(node).is_some_and(scalar::is_string);
            (is_string && !matches!(style, Style::Literal | Style::Folded)).then_some(style)
        });
        let styles: Vec<Style> = strings.collect();
        let quotes = match styles.as_slice() {
            [first, _, ..] if !self.json && styles.iter().all(|style| style == first) => *first,
            _ => Style::Plain,
        };
        Self { quotes, ..self.clone() }
    }
}

impl Tree<'_> {
    /// The quotes of a new key: those of the others, if there are two or more with the same quotes.
    pub(super) fn key_quotes(&self, holder: usize) -> Style {
        let keys = (0..self.len(holder)).filter_map(|index| self.entry(holder, index).0);
        let styles: Vec<Option<Style>> = keys.map(|key| self.style(key)).collect();
        match styles.as_slice() {
            [Some(first), _, ..] if styles.iter().all(|style| *style == Some(*first)) => *first,
            _ => Style::Plain,
        }
    }
}

/// Distances, with how often each occurred.
#[derive(Default)]
struct Votes(Vec<(usize, usize)>);

impl Votes {
    fn add(&mut self, distance: usize) {
        match self.0.iter_mut().find(|(seen, _)| *seen == distance) {
            Some((_, count)) => *count += 1,
            None => self.0.push((distance, 1)),
        }
    }

    /// The most common one; of several, the first.
    fn winner(&self) -> Option<usize> {
        let most = self.0.iter().map(|(_, count)| *count).max()?;
        self.0.iter().find(|(_, count)| *count == most).map(|(distance, _)| *distance)
    }
}

fn is_json(tree: Tree<'_>) -> bool {
    let arena = tree.arena;
    let flow = arena.root.is_some_and(|root| arena.pieces.at(root).flow);
    let quoted = (0..arena.pieces.len()).all(|node| match tree.style(node) {
        Some(Style::Plain) => tree.text(node).is_none_or(|text| scalar::plain(text).as_str().is_none()),
        Some(style) => style == Style::Double,
        None => true,
    });
    flow && quoted
}
