//! Places in the text: entries, values, and the lines that belong to them.

use std::ops::Range;

use super::arena::{Arena, Content, ELSEWHERE, Piece, in_place};
use super::lines;
use super::scalar;
use super::splice::Splice;
use crate::document::node::Style;

/// A text with its nodes, for queries.
#[derive(Clone, Copy)]
pub(super) struct Tree<'t> {
    pub(super) text: &'t str,
    pub(super) arena: &'t Arena,
}

impl<'t> Tree<'t> {
    pub(super) fn piece(&self, node: usize) -> Piece {
        self.arena.pieces.at(node)
    }

    /// The content of a node.
    pub(super) fn content(&self, node: usize) -> Content<'t> {
        self.arena.content(node)
    }

    /// The text of a scalar, without quotes, with escapes and folding resolved.
    pub(super) fn text(&self, node: usize) -> Option<&'t str> {
        let piece = self.piece(node);
        let style = piece.style()?;
        if let Some(text) = self.arena.own_text_of(&piece) {
            return Some(text.as_str());
        }
        Some(in_place(style, &piece.span()).and_then(|place| self.text.get(place)).unwrap_or_default())
    }

    /// The text of the key in a node, and whether it is a string; `None` for a collection.
    pub(super) fn key_text(&self, node: usize) -> Option<(&'t str, bool)> {
        match self.content(node) {
            Content::Scalar(style) => {
                let text = self.text(node)?;
                let is_string = style != Style::Plain || self.arena.tag(node).is_some() || scalar::is_string(text);
                Some((text, is_string))
            }
            Content::Alias(target) if target != ELSEWHERE => self.key_text(target),
            _ => None,
        }
    }

    /// The source text of a key that is a collection.
    pub(super) fn key_source(&self, node: usize) -> &'t str {
        self.text.get(self.span(node)).unwrap_or_default()
    }

    /// The number of entries of a collection.
    pub(super) fn len(&self, holder: usize) -> usize {
        match self.content(holder) {
            Content::List(items) => items.len(),
            Content::Map(entries) => entries.len(),
            _ => 0,
        }
    }

    /// The key and the value at position `index` of a collection.
    pub(super) fn entry(&self, holder: usize, index: usize) -> (Option<usize>, usize) {
        match self.content(holder) {
            Content::Map(entries) => (Some(entries[index].0), entries[index].1),
            Content::List(items) => (None, items[index]),
            _ => (None, holder),
        }
    }

    /// The start of the entry: its dash, its `?`, or its key.
    pub(super) fn begin(&self, holder: usize, index: usize) -> usize {
        let (key, value) = self.entry(holder, index);
        self.piece(key.unwrap_or(value)).entry()
    }

    /// The end of the entry's value, or of its key if there is no value.
    pub(super) fn end(&self, holder: usize, index: usize) -> usize {
        let (key, value) = self.entry(holder, index);
        let value = self.value_end(value);
        key.map_or(value, |key| self.value_end(key).max(value))
    }

    /// The column of the entries of a block collection.
    pub(super) fn column(&self, holder: usize) -> usize {
        lines::column(self.text, self.begin(holder, 0))
    }

    /// A node's own bytes. Those of a block collection are derived from its entries, since edits do not update them.
    pub(super) fn span(&self, node: usize) -> Range<usize> {
        let piece = self.piece(node);
        match self.len(node).checked_sub(1) {
            Some(last) if !piece.flow => {
                let begin = self.begin(node, 0);
                begin..self.span(self.entry(node, last).1).end.max(begin)
            }
            _ => piece.span(),
        }
    }

    /// Whether a node is in brackets, or is a pair in a flow list.
    pub(super) fn is_flow(&self, node: usize) -> bool {
        self.piece(node).flow
    }

    /// Whether a node is a collection in block style.
    pub(super) fn is_block_collection(&self, node: usize) -> bool {
        let piece = self.piece(node);
        piece.is_collection() && !piece.flow
    }

    /// Whether a node is a block scalar.
    pub(super) fn is_block_scalar(&self, node: usize) -> bool {
        self.style(node).is_some_and(|style| matches!(style, Style::Literal | Style::Folded))
    }

    /// The style of a scalar.
    pub(super) fn style(&self, node: usize) -> Option<Style> {
        self.piece(node).style()
    }

    /// Whether the node is empty in the text.
    pub(super) fn is_absent(&self, node: usize) -> bool {
        let piece = self.piece(node);
        piece.span().is_empty() && piece.style() == Some(Style::Plain)
    }

    /// The start of a value's own text, after its anchor and tag; for a block scalar its header.
    pub(super) fn value_begin(&self, node: usize) -> usize {
        let piece = self.piece(node);
        match self.content(node) {
            Content::Scalar(_) if self.is_block_scalar(node) => lines::skip(self.text, piece.bare()),
            Content::List(_) | Content::Map(_) if !piece.flow && self.len(node) > 0 => self.begin(node, 0),
            _ => piece.span().start,
        }
    }

    /// The end of a block scalar's header (`|2-`), before its comment.
    pub(super) fn header_end(&self, node: usize) -> usize {
        let begin = self.value_begin(node);
        let header = self.text[begin..].find(|c: char| !"|>+-0123456789".contains(c));
        header.map_or(self.text.len(), |end| begin + end)
    }

    /// The end of a value's content; for a block scalar without its last line end.
    pub(super) fn value_end(&self, node: usize) -> usize {
        let piece = self.piece(node);
        if self.is_block_scalar(node) {
            return self.block_scalar_end(node);
        }
        let last = self.len(node).checked_sub(1).filter(|_| !piece.flow);
        last.map_or(piece.span().end.max(piece.bare()), |last| self.end(node, last))
    }

    fn block_scalar_end(&self, node: usize) -> usize {
        let header = self.header_end(node);
        let until = self.piece(node).span().end.max(header);
        let kept = self.text[self.value_begin(node)..header].contains('+');
        let content = &self.text[..until];
        let end = if kept {
            let whole = content.trim_end_matches([' ', '\t']);
            let whole = whole.strip_suffix('\n').unwrap_or(content);
            whole.strip_suffix('\r').unwrap_or(whole).len()
        } else {
            let solid = lines::end(self.text, content.trim_end_matches(lines::WHITE).len().max(header));
            lines::last_content(self.text, self.value_begin(node), solid, until)
        };
        if end <= lines::end(self.text, header) { header } else { end }
    }

    /// The end of the last line of the entry, including its trailing comment and the comment lines below that belong to
    /// a collection in it.
    pub(super) fn last_line_end(&self, holder: usize, index: usize) -> usize {
        let end = lines::end(self.text, self.end(holder, index));
        let (_, value) = self.entry(holder, index);
        if self.is_block_collection(value) && self.len(value) > 0 {
            let column = self.column(value);
            let outer = lines::column(self.text, self.begin(holder, index));
            // An indentless list is in the column of its key: what is below may be the next key's comment.
            return if column > outer { self.belonging(end, column) } else { end };
        }
        end
    }

    /// The end of the comment lines directly below `end` that belong to a collection with entries in `column`: at least
    /// as deep as its entries, and deeper than what follows.
    pub(super) fn belonging(&self, end: usize, column: usize) -> usize {
        let mut last = end;
        let mut line = lines::next(self.text, end);
        if line >= self.text.len() {
            return last;
        }
        let follows = lines::next_content(self.text, line);
        while line < self.text.len() {
            let belongs = |comment: usize| comment >= column && follows.is_none_or(|next| comment > next);
            if !lines::comment(self.text, line).is_some_and(belongs) {
                break;
            }
            last = lines::end(self.text, line);
            line = lines::next(self.text, line);
        }
        last
    }

    /// The number of spaces between the dash and the item, as in the entry at `index`.
    pub(super) fn gap(&self, holder: usize, index: usize) -> usize {
        let (_, value) = self.entry(holder, index);
        let after = self.piece(value).after();
        let line = &self.text[after..lines::end(self.text, after)];
        let spaces = line.len() - line.trim_start_matches(' ').len();
        if spaces == line.len() || spaces == 0 || line[spaces..].starts_with('#') { 1 } else { spaces }
    }

    /// Whether the document ends in a block scalar that includes the last line end (`|`, `|+`).
    pub(super) fn needs_line_end(&self) -> bool {
        let last = self.arena.root.map(|root| self.last_below(root)).filter(|last| self.ends_in_kept(*last));
        last.is_some_and(|last| lines::is_open_scalar(self.text, self.value_begin(last)))
    }

    /// The change of the header (`|-`) that preserves a block scalar at the document's end when a line end is added
    /// there. `None` if `node` does not end in one.
    pub(super) fn closed(&self, node: usize) -> Option<Splice> {
        let last = self.last_below(node);
        let ends = self.piece(last).span().end >= self.text.len() && self.ends_in_kept(last);
        if !ends || !lines::is_open_scalar(self.text, self.value_begin(last)) {
            return None;
        }
        let end = self.header_end(last);
        let begin = self.text[..end].strip_suffix('+').map_or(end, str::len);
        Some(Splice::replace(begin..end, "-"))
    }

    /// The last descendant of `node`.
    fn last_below(&self, mut node: usize) -> usize {
        while let Some(last) = self.len(node).checked_sub(1) {
            node = self.entry(node, last).1;
        }
        node
    }

    /// Whether `node` ends in a block scalar that includes the blank lines below (`|+`).
    pub(super) fn keeps_blank_lines(&self, node: usize) -> bool {
        let last = self.last_below(node);
        self.is_block_scalar(last) && self.text[self.value_begin(last)..self.header_end(last)].contains('+')
    }

    /// The column of the lines of the block scalar that `node` ends in; `None` if it ends in another value.
    pub(super) fn block_scalar_column(&self, node: usize) -> Option<usize> {
        let last = self.last_below(node);
        let header = self.is_block_scalar(last).then(|| self.value_begin(last))?;
        lines::content_column(self.text, header, self.value_end(last))
    }

    fn ends_in_kept(&self, node: usize) -> bool {
        self.is_block_scalar(node) && !self.text[self.value_begin(node)..self.header_end(node)].contains('-')
    }
}
