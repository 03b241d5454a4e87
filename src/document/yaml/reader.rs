//! Turns the parser's events into an arena of nodes with byte ranges.
//!
//! The parser checks the syntax; this module rejects what the parser accepts: duplicate keys, a second document,
//! excessive nesting.

use std::collections::HashMap;

use granit_parser::{Event, ScalarStyle, Span, StructureStyle, Tag};

use super::arena::{Arena, ELSEWHERE, MAX_TEXT, Places, in_place};
use super::events::{Events, bytes};
use super::tree::Tree;
use super::{del_character, duplicates, events, lines, quick};
use crate::document::node::Style;
use crate::document::value::Text;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;

/// The maximum nesting of collections: far beyond any configuration, and safe for recursion.
pub(super) const MAX_DEPTH: usize = 200;

/// Reads `text`.
pub(super) fn read(text: &str) -> Result<Arena> {
    #[cfg(test)]
    crate::document::readings::count(text.len());
    if text.len() > MAX_TEXT {
        return Err(Error::new(ErrorKind::Unsupported, "the document is larger than 4 GiB"));
    }
    let Some(arena) = quick::read(text) else { return read_by_parser(text) };
    debug_assert!(read_by_parser(text).is_ok_and(|parsed| parsed == arena), "the two readers differ");
    Ok(arena)
}

/// Reads `text` with the parser, without the quick reader.
pub(super) fn read_by_parser(text: &str) -> Result<Arena> {
    Builder::read(text, &events::each)
}

/// Reads a part of a text; an alias whose anchor is outside it leads [`ELSEWHERE`].
pub(super) fn read_part(text: &str) -> Result<Arena> {
    #[cfg(test)]
    crate::document::readings::count(text.len());
    Builder::read(text, &events::each_of_part)
}

struct Builder<'t> {
    text: &'t str,
    arena: Arena,
    /// The open collections, innermost last.
    open: Vec<Open>,
    /// The items of the open lists, and the keys and values of the open maps, so far.
    items: Vec<usize>,
    entries: Vec<(usize, usize)>,
    anchors: HashMap<usize, usize>,
    documents: usize,
    /// The end of the last node or indicator.
    position: usize,
}

/// A collection that is being read.
struct Open {
    node: usize,
    /// For a map, the key whose value comes next.
    waiting: Option<usize>,
    /// The number of items or entries that belong to the collections around it.
    around: usize,
}

impl<'t> Builder<'t> {
    fn read(text: &'t str, events: Events<'_>) -> Result<Arena> {
        let mut builder = Self {
            text,
            arena: Arena::default(),
            open: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            anchors: HashMap::new(),
            documents: 0,
            position: 0,
        };
        match del_character::masked(text) {
            None => events(text, &mut |event, span| builder.take(event, span))?,
            Some(masked) => {
                del_character::refuse_outside(text, &masked, events)?;
                events(&masked, &mut |event, span| {
                    builder.take(del_character::unmasked(event, text, bytes(span)), span)
                })?;
            }
        }
        duplicates::refuse(Tree { text, arena: &builder.arena })?;
        Ok(builder.arena)
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<()> {
        match event {
            Event::DocumentStart(..) if self.documents > 0 => {
                return Err(at(ErrorKind::MultiDocument, "the file holds more than one YAML document", span)
                    .hint("keep one document in a file, or pass --format raw to work with the complete text"));
            }
            Event::DocumentStart(..) => self.documents += 1,
            Event::Alias(anchor) => {
                let target = self.anchors.get(&anchor).copied();
                self.alias(target.ok_or_else(|| at(ErrorKind::Syntax, "an alias without its anchor", span))?, span);
            }
            Event::UnresolvedAlias(_) => self.alias(ELSEWHERE, span),
            Event::Scalar(text, style, anchor, tag) => {
                // For empty values the parser returns null's notation.
                let absent = bytes(span).is_empty() && style == ScalarStyle::Plain;
                self.arena.anchors |= text == "<<" && style == ScalarStyle::Plain;
                let style_here = style_of(style);
                let here = in_place(style_here, &bytes(span)).and_then(|place| self.text.get(place));
                let is_here = absent || here.is_some_and(|here| *here == *text);
                let text = (!is_here).then(|| Text::new(text.into_owned()));
                let node =
                    self.add(span, tag.as_deref(), anchor, |arena, places| arena.push_scalar(style_here, text, places));
                let piece = self.arena.pieces.at_mut(node);
                let (mut span, bare) = (piece.span(), piece.bare());
                if absent {
                    span = bare..bare;
                }
                let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                let reaches_end = span.end >= self.text.len();
                if is_block {
                    span.end = lines::block_scalar_end(self.text, bare, &span);
                }
                piece.set_span(span.clone());
                if is_block && reaches_end && lines::is_open_scalar(self.text, lines::skip(self.text, bare)) {
                    self.remove_line_end(node);
                }
                self.position = span.end.max(bare);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let flow = style == StructureStyle::Flow;
                let node = self.add(span, tag.as_deref(), anchor, |arena, places| arena.push_list(places, flow));
                self.open(node, span)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                let flow = style == StructureStyle::Flow;
                let node = self.add(span, tag.as_deref(), anchor, |arena, places| arena.push_map(places, flow));
                self.open(node, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            _ => {}
        }
        Ok(())
    }

    /// A block scalar at the end of a text without a final line end: libyaml and Go do not add a line end.
    fn remove_line_end(&mut self, node: usize) {
        let rest = self.arena.own_text(node).and_then(|text| text.as_str().strip_suffix('\n')).map(Text::new);
        if let Some(rest) = rest {
            self.arena.set_own_text(node, rest);
        }
    }

    fn alias(&mut self, target: usize, span: Span) {
        self.arena.anchors = true;
        let node = self.add(span, None, 0, |arena, places| arena.push_alias(target, places));
        self.position = self.arena.pieces.at(node).span().end;
    }

    /// Adds a node to the collection that is open.
    fn add(
        &mut self,
        span: Span,
        tag: Option<&Tag>,
        anchor: usize,
        push: impl FnOnce(&mut Arena, &Places) -> usize,
    ) -> usize {
        let (entry, after) = self.locate();
        let properties = usize::from(anchor != 0) + usize::from(tag.is_some());
        let mut bare = after;
        let mut name = None;
        for _ in 0..properties {
            let begin = lines::skip(self.text, bare);
            bare = lines::end_of_word(self.text, begin);
            name = self.text[begin..bare].strip_prefix('&').filter(|_| anchor != 0).or(name);
        }
        let index = push(&mut self.arena, &Places { span: bytes(span), entry, after, bare });
        if let Some(name) = name {
            self.arena.names.insert(index, name.to_owned());
        }
        if let Some(tag) = tag {
            self.arena.set_tag(index, tag.to_string());
        }
        if anchor != 0 {
            self.anchors.insert(anchor, index);
            self.arena.anchors = true;
        }
        let Some(Open { node, waiting, .. }) = self.open.last_mut() else {
            self.arena.root = Some(index);
            return index;
        };
        match waiting.take() {
            _ if self.arena.pieces.at(*node).is_list() => self.items.push(index),
            Some(key) => self.entries.push((key, index)),
            None => *waiting = Some(index),
        }
        index
    }

    /// The start of the next node's entry, and the end of the indicator before the node.
    fn locate(&self) -> (usize, usize) {
        let Some(Open { node, waiting, .. }) = self.open.last() else {
            let begin = lines::prolog(self.text);
            return (begin, begin);
        };
        let next = lines::skip(self.text, self.position);
        let is = |indicator: u8| self.text.as_bytes().get(next) == Some(&indicator);
        let piece = self.arena.pieces.at(*node);
        match waiting {
            Some(key) if piece.is_map() => {
                let after = if is(b':') { next + 1 } else { self.position };
                (self.arena.pieces.at(*key).entry(), after)
            }
            _ if piece.is_list() && !piece.flow => (next, next + usize::from(is(b'-'))),
            _ => {
                let next = if piece.flow && is(b',') { lines::skip(self.text, next + 1) } else { next };
                // In a list the question mark is that of a pair's key, and the pair starts at it.
                let explicit = piece.is_map() && lines::is_indicator(self.text, next, b'?');
                (next, next + usize::from(explicit))
            }
        }
    }

    fn open(&mut self, node: usize, span: Span) -> Result<()> {
        if self.open.len() >= MAX_DEPTH {
            return Err(at(ErrorKind::Unsupported, "the collections nest too deeply", span)
                .hint(shown!("at most {} levels are read", MAX_DEPTH)));
        }
        let piece = self.arena.pieces.at(node);
        let around = if piece.is_list() { self.items.len() } else { self.entries.len() };
        self.open.push(Open { node, waiting: None, around });
        let begin = piece.span().start;
        let bracket = piece.flow && self.text[begin..].starts_with(['[', '{']);
        self.position = if bracket { begin + 1 } else { piece.bare() };
        Ok(())
    }

    /// Ends a collection at the end of its last entry, since the parser's end event of a block is at the next token.
    fn close(&mut self, span: Span) {
        let Some(Open { node, around, .. }) = self.open.pop() else { return };
        let piece = self.arena.pieces.at(node);
        let (begin, flow) = (piece.span().start, piece.flow);
        let ends = if piece.is_list() {
            let items = &self.items[around..];
            self.arena.set_items(node, items);
            let ends = items.first().copied().zip(items.last().copied());
            self.items.truncate(around);
            ends
        } else {
            let entries = &self.entries[around..];
            self.arena.set_entries(node, entries);
            let ends = entries.first().zip(entries.last()).map(|(first, last)| (first.0, last.1));
            self.entries.truncate(around);
            ends
        };
        if flow && self.text[begin..].starts_with(['[', '{']) {
            self.position = bytes(span).end;
            self.arena.pieces.at_mut(node).set_span(begin..self.position);
        } else if let Some((first, last)) = ends {
            let first = self.arena.pieces.at(first).entry();
            let last = self.arena.pieces.at(last).span().end;
            self.arena.pieces.at_mut(node).set_span(first..last.max(first));
        }
    }
}

/// Converts the parser's style.
pub(super) fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

fn at(kind: ErrorKind, message: &'static str, span: Span) -> Error {
    Error::new(kind, message).at(span.start.line(), span.start.col() + 1)
}
