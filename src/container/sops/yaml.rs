//! Parses YAML and JSON.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::breaks::as_sops_reads;
use super::plain::Type;
use super::reading::{Go, go_plain};
use super::sheet::{
    Block, Comment, CommentForm, Document, Field, Leaf, Mark, MarkKind, PathId, Paths, Sheet, SheetEntry, Step,
};
use super::token::Token;
use crate::document::node::Style;
use crate::document::outline::{Outline, Part, PartContent, PartKey};
use crate::document::{LineIndex, Text};
use crate::error::{Error, ErrorKind, Result};
use crate::lines;

/// The key of the metadata.
pub(super) const SOPS: &str = "sops";

/// Parses a text; `json` for one without comments.
///
/// # Errors
/// Errors of [`Outline::read`]; `unsupported` for what sops cannot store: keys that are not strings, aliases, a
/// document that is not a map.
pub(super) fn read(outline: &Outline<'_>, json: bool) -> Result<Sheet> {
    let parts = outline.parts();
    let comments = if json { Vec::new() } else { outline.comments(&parts) };
    let documents = outline.documents();
    let mut reading = Reading {
        text: outline.text(),
        json,
        parts: &parts,
        sheet: Sheet::default(),
        path_of: Vec::with_capacity(parts.len()),
        dashes: HashMap::new(),
        positions: HashMap::new(),
        ends: ends(&parts),
    };
    reading.roots(documents.len());
    for place in 0..parts.len() {
        reading.part(place)?;
    }
    reading.entries(&documents);
    reading.blocks();
    reading.comments(&comments);
    let lists = reading.positions.iter().filter(|(_, items)| **items > 0);
    let lists: HashSet<PathId> = lists.filter_map(|(list, _)| reading.path_of[*list]).collect();
    let mut sheet = reading.sheet;
    only_items(&mut sheet, &lists);
    sheet.marks.sort_by_key(|mark| mark.range.start);
    Ok(sheet)
}

pub(super) struct Reading<'o> {
    pub(super) text: &'o str,
    /// Whether the text is JSON.
    json: bool,
    pub(super) parts: &'o [Part<'o>],
    pub(super) sheet: Sheet,
    /// The path of each part; `None` inside the metadata.
    pub(super) path_of: Vec<Option<PathId>>,
    /// The column of the dashes of each list in block style.
    pub(super) dashes: HashMap<PathId, usize>,
    /// The number of items in each list so far.
    pub(super) positions: HashMap<usize, usize>,
    /// The end of each part, including its children.
    pub(super) ends: Vec<usize>,
}

/// The end of each part, including its children.
fn ends(parts: &[Part<'_>]) -> Vec<usize> {
    let mut ends: Vec<usize> = parts
        .iter()
        .map(|part| match part.content {
            PartContent::List(false) | PartContent::Map(false) => part.after,
            _ => part.span.end.max(part.after),
        })
        .collect();
    for (place, part) in parts.iter().enumerate().rev() {
        if let Some(holder) = part.holder {
            ends[holder] = ends[holder].max(ends[place]);
        }
    }
    ends
}

/// Marks the comments that are the only items of a list.
fn only_items(sheet: &mut Sheet, lists: &HashSet<PathId>) {
    for mark in &mut sheet.marks {
        if let MarkKind::Comment(comment) = &mut mark.what
            && comment.form == CommentForm::Item
            && !lists.contains(&mark.path)
        {
            comment.form = CommentForm::OnlyItem;
        }
    }
}

impl Reading<'_> {
    fn refuse(&self, at: usize, message: &'static str) -> Error {
        let (line, column) = LineIndex::new(self.text.as_bytes()).line_column(self.text, at);
        Error::new(ErrorKind::Unsupported, message).at(line, column)
    }

    /// A root for each document.
    fn roots(&mut self, documents: usize) {
        for document in 1..documents {
            self.sheet.paths.add(document, Step::Root(document));
        }
    }

    fn part(&mut self, place: usize) -> Result<()> {
        let part = &self.parts[place];
        let Some(holder) = part.holder else { return self.root(part) };
        let Some(parent) = self.path_of[holder] else {
            self.path_of.push(None);
            return Ok(());
        };
        if part.content == PartContent::Alias || part.anchor {
            return Err(self
                .refuse(part.begin, "anchors and aliases cannot be kept in a sops file")
                .hint("replace the alias with the value"));
        }
        let is_root = self.parts[holder].holder.is_none();
        let step = match &part.key {
            Some(key) => {
                let key = self.key(key)?;
                if is_root && key == SOPS {
                    self.path_of.push(None);
                    return Ok(());
                }
                Step::Key(key)
            }
            None => Step::Item(self.position(holder, part)),
        };
        if part.key.is_none() && !part.in_flow {
            self.dashes.entry(parent).or_insert_with(|| column(self.text, part.entry));
        }
        let path = self.sheet.paths.add(parent, step);
        self.path_of.push(Some(path));
        if let PartContent::Scalar(text, style) = part.content {
            let what = self.leaf(part, text, style)?;
            let path = if matches!(what, MarkKind::Comment(_)) { parent } else { path };
            let begin = if matches!(what, MarkKind::Comment(_)) { part.entry } else { part.begin };
            self.sheet.marks.push(Mark { range: begin..part.span.end, path, what });
        }
        Ok(())
    }

    /// The position of a list item; encrypted comments do not count.
    fn position(&mut self, holder: usize, part: &Part<'_>) -> usize {
        let position = self.positions.entry(holder).or_default();
        let here = *position;
        let is_comment =
            matches!(part.content, PartContent::Scalar(text, _) if Token::kind_of(text) == Some(Type::Comment));
        *position += usize::from(!is_comment);
        here
    }

    fn root(&mut self, part: &Part<'_>) -> Result<()> {
        let root = if part.document == 0 { Paths::ROOT } else { part.document };
        self.path_of.push(Some(root));
        match part.content {
            PartContent::Map(_) if !part.anchor => Ok(()),
            // A document without content.
            PartContent::Scalar("", Style::Plain) => Ok(()),
            _ => Err(self.refuse(part.begin, "sops encrypts documents that are maps, and this is not one")),
        }
    }

    fn key(&self, key: &PartKey<'_>) -> Result<String> {
        let refuse =
            || self.refuse(key.span.start, "sops encrypts maps whose keys are strings, and this key is not one");
        let text = key.text.ok_or_else(refuse)?;
        if key.style == Style::Plain && key.tag.is_none() && !is_go_string(text) {
            return Err(refuse().hint("write the key in quotes"));
        }
        if !self.json && has_half_escape(&self.text[key.span.clone()]) {
            return Err(self
                .refuse(key.span.start, "the key has an escape of half a character, which sops does not read")
                .hint("write the character itself"));
        }
        Ok(text.to_owned())
    }

    fn leaf(&self, part: &Part<'_>, text: &str, style: Style) -> Result<MarkKind> {
        let is_item = part.key.is_none();
        if is_item && Token::kind_of(text) == Some(Type::Comment) {
            if part.in_flow {
                return Err(self
                    .refuse(part.begin, "a list in flow style holds an encrypted comment")
                    .hint("write the list with one item per line"));
            }
            return Ok(MarkKind::Comment(Comment {
                text: Text::new(text),
                form: CommentForm::Item,
                others: Vec::new(),
                about: None,
            }));
        }
        let begin = part.key.as_ref().map_or(part.entry, |key| key.span.start);
        let line = self.text.get(begin..part.span.start).is_some_and(|before| !before.contains('\n'));
        let after = part.span.end.min(self.text.len());
        let rest = &self.text[after..];
        // Blanks behind it would be lost behind the header of a block scalar.
        let alone = matches!(rest.split('\n').next(), Some("" | "\r"));
        let column = (line && alone && !part.in_flow && rest.contains('\n')).then(|| column(self.text, part.entry));
        let folded = as_sops_reads(&self.text[part.span.clone()], text, style);
        Ok(MarkKind::Leaf(Leaf {
            text: folded.map_or_else(|| Text::new(text), Text::new),
            style,
            tag: part.tag.map(str::to_owned),
            in_flow: part.in_flow,
            column,
        }))
    }

    /// Lists the documents and their entries.
    fn entries(&mut self, documents: &[Range<usize>]) {
        let documents =
            documents.iter().map(|range| Document { range: range.clone(), flow: None, entries: Vec::new() });
        self.sheet.documents = documents.collect();
        for (place, part) in self.parts.iter().enumerate() {
            let document = &mut self.sheet.documents[part.document];
            match part.holder {
                None if part.content == PartContent::Map(true) => document.flow = Some(part.span.start + 1),
                Some(holder) if self.parts[holder].holder.is_none() && self.path_of[place].is_some() => {
                    let end = self.ends[place];
                    let range = match document.flow {
                        Some(_) => part.entry..end,
                        None => lines(self.text, part.entry, end, &document.range),
                    };
                    let key = part.key.as_ref().and_then(|key| key.text).unwrap_or_default().to_owned();
                    document.entries.push(SheetEntry { key, range });
                }
                _ => {}
            }
        }
    }

    fn blocks(&mut self) {
        for (place, part) in self.parts.iter().enumerate() {
            let Some(holder) = part.holder.filter(|holder| self.parts[*holder].holder.is_none()) else { continue };
            if part.key.as_ref().and_then(|key| key.text) != Some(SOPS) {
                continue;
            }
            let inside =
                self.parts[place + 1..].iter().take_while(|field| field.holder.is_some_and(|above| above >= place));
            let fields = inside.filter(|field| field.holder == Some(place));
            let fields = fields.filter_map(|field| match (&field.content, field.key.as_ref()?.text) {
                (PartContent::Scalar(text, style), Some(name)) => Some(Field {
                    name: name.to_owned(),
                    text: (*text).to_owned(),
                    range: field.begin..field.span.end,
                    style: *style,
                }),
                _ => None,
            });
            let fields = fields.collect();
            let end = self.ends[place];
            let document = &self.sheet.documents[part.document];
            let range = match document.flow {
                Some(_) => self.member(holder, part, end),
                None => lines(self.text, part.entry, end, &document.range),
            };
            self.sheet.blocks.push(Block { range, document: part.document, fields, entry: part.entry..end });
        }
    }

    /// A member of a map in flow style, with the comma before or after it.
    fn member(&self, holder: usize, part: &Part<'_>, end: usize) -> Range<usize> {
        let mut before = None;
        let mut after = None;
        for (place, other) in self.parts.iter().enumerate().filter(|(_, other)| other.holder == Some(holder)) {
            if other.index + 1 == part.index {
                before = Some(self.ends[place]);
            } else if other.index == part.index + 1 {
                after = Some(other.entry);
            }
        }
        match (after, before) {
            (Some(after), _) => part.entry..after,
            (None, Some(before)) => before..end,
            (None, None) => part.entry..end,
        }
    }
}

/// Whether quoted text has an escape of half a character, as JSON writes those beyond the basic plane.
fn has_half_escape(text: &str) -> bool {
    let is_half = |at: usize| {
        let is_escaped = (at - text[..at].trim_end_matches('\\').len()) % 2 == 1;
        !is_escaped && text.as_bytes().get(at + 3).is_some_and(|digit| b"89aAbBcCdDeEfF".contains(digit))
    };
    let mut escapes = text.match_indices("\\ud").chain(text.match_indices("\\uD"));
    text.starts_with('"') && escapes.any(|(at, _)| is_half(at))
}

/// Whether Go's YAML library parses a plain scalar as a string.
fn is_go_string(text: &str) -> bool {
    matches!(go_plain(text), Go::String)
}

/// The lines of an entry in block style.
fn lines(text: &str, begin: usize, end: usize, document: &Range<usize>) -> Range<usize> {
    let line = lines::start(text, begin);
    let mark = if text[line..].starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let last = if text[..end].ends_with('\n') { end } else { lines::next(text, end) };
    line + mark..last.min(document.end).max(begin)
}

/// The column of `at`; a byte order mark has no width.
pub(super) fn column(text: &str, at: usize) -> usize {
    let line = lines::start(text, at);
    text[line..at].chars().filter(|c| *c != '\u{feff}').count()
}
