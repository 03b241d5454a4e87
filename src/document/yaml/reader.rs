//! The parser's events → an arena of nodes with byte ranges.
//!
//! The parser reads syntax; what it leaves to us is refused here: duplicate keys, a second document, nesting without end.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::scalar;
use crate::document::node::{Scalar, Style};
use crate::document::value::{Key, Text};
use crate::error::{Error, Kind, Result};

/// How deep collections may nest: far beyond any configuration, and safe for recursion.
const MAX_DEPTH: usize = 200;

/// A node of the arena.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// What it is.
    pub(super) content: Content,
    /// Its bytes in the text.
    pub(super) span: Range<usize>,
    /// Its tag, resolved (`tag:yaml.org,2002:str`, `!custom`).
    pub(super) tag: Option<String>,
}

/// What a node of the arena holds; numbers are positions in the arena.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// A scalar.
    Scalar(Scalar),
    /// A list's items.
    List(Vec<usize>),
    /// A map's keys and values.
    Map(Vec<(usize, usize)>),
    /// The node that an alias repeats.
    Alias(usize),
}

/// All nodes of a document; nothing for one without content.
#[derive(Debug, Clone, Default)]
pub(super) struct Arena {
    /// The nodes, each after the collection that holds it.
    pub(super) pieces: Vec<Piece>,
    /// The document's node.
    pub(super) root: Option<usize>,
}

/// Reads `text`.
pub(super) fn read(text: &str) -> Result<Arena> {
    let mut builder =
        Builder { text, arena: Arena::default(), open: Vec::new(), anchors: HashMap::new(), documents: 0 };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| syntax(&error))?;
        builder.take(event, span)?;
    }
    builder.refuse_duplicates()?;
    Ok(builder.arena)
}

struct Builder<'t> {
    text: &'t str,
    arena: Arena,
    /// The collections not yet ended, innermost last; for a map, the key that waits for its value.
    open: Vec<(usize, Option<usize>)>,
    anchors: HashMap<usize, usize>,
    documents: usize,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<()> {
        match event {
            Event::DocumentStart(..) if self.documents > 0 => {
                return Err(at(Kind::MultiDocument, "the file holds more than one YAML document", span)
                    .hint("keep one document a file; `---` begins another one"));
            }
            Event::DocumentStart(..) => self.documents += 1,
            Event::Alias(anchor) => {
                let target = self.anchors.get(&anchor).copied();
                let target = target.ok_or_else(|| at(Kind::Syntax, "an alias without its anchor", span))?;
                self.add(Content::Alias(target), span, None, 0);
            }
            Event::UnresolvedAlias(_) => return Err(at(Kind::Syntax, "an alias without its anchor", span)),
            Event::Scalar(text, style, anchor, tag) => {
                let scalar = Scalar { text: Text::new(text.into_owned()), style: style_of(style) };
                self.add(Content::Scalar(scalar), span, tag.as_deref(), anchor);
            }
            Event::SequenceStart(_, anchor, tag) => {
                let node = self.add(Content::List(Vec::new()), span, tag.as_deref(), anchor);
                self.open(node, span)?;
            }
            Event::MappingStart(_, anchor, tag) => {
                let node = self.add(Content::Map(Vec::new()), span, tag.as_deref(), anchor);
                self.open(node, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, content: Content, span: Span, tag: Option<&Tag>, anchor: usize) -> usize {
        let index = self.arena.pieces.len();
        let span = bytes(span);
        self.arena.pieces.push(Piece { content, span, tag: tag.map(Tag::to_string) });
        if anchor != 0 {
            self.anchors.insert(anchor, index);
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

    fn open(&mut self, node: usize, span: Span) -> Result<()> {
        if self.open.len() >= MAX_DEPTH {
            return Err(at(Kind::Unsupported, "the collections nest too deeply", span)
                .hint(format!("at most {MAX_DEPTH} levels are read")));
        }
        self.open.push((node, None));
        Ok(())
    }

    /// Ends a collection where its last entry ends: the parser's end event of a block stands at the next token.
    fn close(&mut self, span: Span) {
        let Some((node, _)) = self.open.pop() else { return };
        let start = self.arena.pieces[node].span.start;
        let flow = self.text[start..].starts_with(['[', '{']);
        let last = match &self.arena.pieces[node].content {
            Content::List(items) => items.last().copied(),
            Content::Map(entries) => entries.last().map(|(_, value)| *value),
            _ => None,
        };
        let end = match last {
            Some(last) if !flow => self.arena.pieces[last].span.end,
            _ => bytes(span).end,
        };
        self.arena.pieces[node].span.end = end.max(start);
    }

    fn refuse_duplicates(&self) -> Result<()> {
        for piece in &self.arena.pieces {
            let Content::Map(entries) = &piece.content else { continue };
            let mut seen = HashSet::new();
            for (key, _) in entries {
                let Some(name) = self.arena.key(*key) else { continue };
                if !seen.insert(name) {
                    let (line, column) = line_column(self.text, self.arena.pieces[*key].span.start);
                    return Err(Error::new(Kind::DuplicateKey, "a map has the same key twice")
                        .at(line, column)
                        .hint("remove or rename one of the two; programs differ in which one they take"));
                }
            }
        }
        Ok(())
    }
}

impl Arena {
    /// The key that a node stands for as a map's key; `None` for a collection.
    pub(super) fn key(&self, node: usize) -> Option<Key> {
        let piece = &self.pieces[node];
        match &piece.content {
            Content::Scalar(scalar) if scalar.style == Style::Plain && piece.tag.is_none() => {
                Some(scalar::plain_key(scalar.text.as_str()))
            }
            Content::Scalar(scalar) => Some(Key::string(scalar.text.as_str())),
            Content::Alias(target) if *target < node => self.key(*target),
            _ => None,
        }
    }
}

/// The bytes of an event; the parser gives them for every text that it holds whole.
fn bytes(span: Span) -> Range<usize> {
    span.byte_range().unwrap_or_default()
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

/// The parser's own words may quote the text, so only the place is taken from it.
fn syntax(error: &ScanError) -> Error {
    let marker = error.marker();
    Error::new(Kind::Syntax, "the text is not valid YAML from here on")
        .at(marker.line(), marker.col() + 1)
        .hint("look for a tab in the indentation, an unclosed quote or bracket, or a missing colon")
}

fn at(kind: Kind, message: &'static str, span: Span) -> Error {
    Error::new(kind, message).at(span.start.line(), span.start.col() + 1)
}

fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}
