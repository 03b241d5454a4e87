//! Turns the parser's events into an arena of nodes with byte ranges.
//!
//! The parser checks the syntax; this module rejects what the parser accepts: duplicate keys, a second document,
//! excessive nesting.

use std::collections::HashMap;

use granit_parser::{Event, ScalarStyle, Span, StructureStyle, Tag};

use super::arena::{Arena, Content, ELSEWHERE, Leaf, Piece};
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
    let Some(arena) = quick::read(text) else { return read_by_parser(text) };
    duplicates::refuse(Tree { text, arena: &arena })?;
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
    /// The open collections, innermost last; for a map, the key whose value comes next.
    open: Vec<(usize, Option<usize>)>,
    anchors: HashMap<usize, usize>,
    documents: usize,
    /// The end of the last node or indicator.
    position: usize,
}

/// A block scalar at the end of a text without a final line end: libyaml and Go do not add a line end.
fn remove_line_end(content: &mut Content) {
    if let Content::Scalar(Leaf { text: Some(text), .. }) = content
        && let Some(rest) = text.as_str().strip_suffix('\n')
    {
        *text = Text::new(rest);
    }
}

impl<'t> Builder<'t> {
    fn read(text: &'t str, events: Events<'_>) -> Result<Arena> {
        let mut builder = Self {
            text,
            arena: Arena::default(),
            open: Vec::new(),
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
                let place = Leaf::place(style_here, &bytes(span));
                let here = place.and_then(|place| self.text.get(place));
                let in_place = absent || here.is_some_and(|here| *here == *text);
                let text = (!in_place).then(|| Text::new(text.into_owned()));
                let leaf = Leaf { style: style_here, text };
                let node = self.add(Content::Scalar(leaf), span, tag.as_deref(), anchor);
                let piece = &mut self.arena.pieces[node];
                if absent {
                    piece.span = piece.bare..piece.bare;
                }
                if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                    let reaches_end = piece.span.end >= self.text.len();
                    piece.span.end = lines::block_scalar_end(self.text, piece.bare, &piece.span);
                    if reaches_end && lines::is_open_scalar(self.text, lines::skip(self.text, piece.bare)) {
                        remove_line_end(&mut piece.content);
                    }
                }
                self.position = piece.span.end.max(piece.bare);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let node = self.add(Content::List(Vec::new()), span, tag.as_deref(), anchor);
                self.open(node, span, style == StructureStyle::Flow)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                let node = self.add(Content::Map(Vec::new()), span, tag.as_deref(), anchor);
                self.open(node, span, style == StructureStyle::Flow)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            _ => {}
        }
        Ok(())
    }

    fn alias(&mut self, target: usize, span: Span) {
        self.arena.anchors = true;
        let node = self.add(Content::Alias(target), span, None, 0);
        self.position = self.arena.pieces[node].span.end;
    }

    fn add(&mut self, content: Content, span: Span, tag: Option<&Tag>, anchor: usize) -> usize {
        let index = self.arena.pieces.len();
        let (entry, after) = self.locate();
        let properties = usize::from(anchor != 0) + usize::from(tag.is_some());
        let mut bare = after;
        for _ in 0..properties {
            let begin = lines::skip(self.text, bare);
            bare = lines::end_of_word(self.text, begin);
            if let Some(name) = self.text[begin..bare].strip_prefix('&').filter(|_| anchor != 0) {
                self.arena.names.insert(index, name.to_owned());
            }
        }
        let tag = tag.map(Tag::to_string);
        self.arena.pieces.push(Piece { content, span: bytes(span), tag, flow: false, entry, after, bare });
        if anchor != 0 {
            self.anchors.insert(anchor, index);
            self.arena.anchors = true;
        }
        let Some((holder, waiting)) = self.open.last_mut() else {
            self.arena.root = Some(index);
            return index;
        };
        match (&mut self.arena.pieces[*holder].content, waiting.take()) {
            (Content::List(items), _) => items.push(index),
            (Content::Map(entries), Some(key)) => entries.push((key, index)),
            _ => *waiting = Some(index),
        }
        index
    }

    /// The start of the next node's entry, and the end of the indicator before the node.
    fn locate(&self) -> (usize, usize) {
        let Some((holder, waiting)) = self.open.last() else {
            let begin = lines::prolog(self.text);
            return (begin, begin);
        };
        let next = lines::skip(self.text, self.position);
        let is = |indicator: u8| self.text.as_bytes().get(next) == Some(&indicator);
        let piece = &self.arena.pieces[*holder];
        match (&piece.content, waiting) {
            (Content::Map(_), Some(key)) => {
                let after = if is(b':') { next + 1 } else { self.position };
                (self.arena.pieces[*key].entry, after)
            }
            (Content::List(_), _) if !piece.flow => (next, next + usize::from(is(b'-'))),
            _ => {
                let next = if piece.flow && is(b',') { lines::skip(self.text, next + 1) } else { next };
                // In a list the question mark is that of a pair's key, and the pair starts at it.
                let explicit = matches!(piece.content, Content::Map(_)) && lines::is_indicator(self.text, next, b'?');
                (next, next + usize::from(explicit))
            }
        }
    }

    fn open(&mut self, node: usize, span: Span, flow: bool) -> Result<()> {
        if self.open.len() >= MAX_DEPTH {
            return Err(at(ErrorKind::Unsupported, "the collections nest too deeply", span)
                .hint(shown!("at most {} levels are read", MAX_DEPTH)));
        }
        self.open.push((node, None));
        let piece = &mut self.arena.pieces[node];
        piece.flow = flow;
        let bracket = flow && self.text[piece.span.start..].starts_with(['[', '{']);
        self.position = if bracket { piece.span.start + 1 } else { piece.bare };
        Ok(())
    }

    /// Ends a collection at the end of its last entry, since the parser's end event of a block is at the next token.
    fn close(&mut self, span: Span) {
        let Some((node, _)) = self.open.pop() else { return };
        let ends = match &self.arena.pieces[node].content {
            Content::List(items) => items.first().zip(items.last()).map(|(first, last)| (*first, *last)),
            Content::Map(entries) => entries.first().zip(entries.last()).map(|(first, last)| (first.0, last.1)),
            _ => None,
        };
        let begin = self.arena.pieces[node].span.start;
        if self.arena.pieces[node].flow && self.text[begin..].starts_with(['[', '{']) {
            self.position = bytes(span).end;
            self.arena.pieces[node].span.end = self.position;
        } else if let Some((first, last)) = ends {
            let first = self.arena.pieces[first].entry;
            let last = self.arena.pieces[last].span.end;
            self.arena.pieces[node].span = first..last.max(first);
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
