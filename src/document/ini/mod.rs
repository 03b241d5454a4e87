//! `key = value` lines in `[sections]`: `WireGuard`, `NetworkManager`, systemd, and the two line-based stores of sops.
//!
//! There is no standard. What all readers agree on is parsed; a line that they parse differently (a continuation, a
//! line without `=`) is preserved and cannot be edited. A name that occurs once is that value; one that occurs several
//! times is the list of its occurrences: two `[Peer]` sections are `Peer[0]` and `Peer[1]`. Values are text as written,
//! including quotes, since most readers keep them.

mod align;
mod changes;
mod dialect;
mod editing;
mod layout;
mod reader;
mod semantics;

use std::ops::Range;

use indexmap::IndexMap;

use crate::memory::Zeroizing;

pub(super) use self::dialect::Dialect;
use self::reader::{Line, LineKind};
use super::edit::Edit;
use super::engine::{Engine, FormatInfo, Paths, UNWRITABLE};
use super::entry_span::EntrySpan;
use super::node::{Data, Entry, Node, Scalar, Style};
use super::pointer::{Pointer, list_index};
use super::value::{Map, MapKey, Text, Value};
use crate::error::{Error, ErrorKind, Result};

pub(super) static INI: FormatInfo = FormatInfo {
    name: "ini",
    help: "`key = value` lines in `[sections]`",
    extension: "ini",
    is_named: |name, word| matches!(word, Some("ini" | "nmconnection")) && name.contains('.'),
    text_only: true,
    paths: Paths::Steps,
    comments: &['#', ';'],
    anchors: false,
    parse: |content| Ok(Box::new(IniText::parse(content.copied()?, Dialect::Ini)?)),
};

pub(super) static SOPS_DOTENV: FormatInfo = FormatInfo {
    name: "dotenv",
    help: "sops' own dotenv store",
    extension: "env",
    is_named: |_, _| false,
    text_only: true,
    paths: Paths::Names,
    comments: &['#'],
    anchors: false,
    parse: |content| Ok(Box::new(IniText::parse(content.copied()?, Dialect::SopsDotenv)?)),
};

pub(super) static SOPS_INI: FormatInfo = FormatInfo {
    name: "ini",
    help: "sops' own ini store",
    extension: "ini",
    is_named: |_, _| false,
    text_only: true,
    paths: Paths::Steps,
    comments: &['#'],
    anchors: false,
    parse: |content| Ok(Box::new(IniText::parse(content.copied()?, Dialect::SopsIni)?)),
};

#[derive(Clone)]
pub(super) struct IniText {
    text: Zeroizing<String>,
    dialect: Dialect,
    lines: Vec<Line>,
    value: Value,
    edited: bool,
}

/// What sops calls the entries before the first section.
const DEFAULT: &str = "DEFAULT";

/// One occurrence of a name.
#[derive(Debug, Clone, PartialEq)]
enum Occurrence {
    /// The line of an entry.
    Entry(usize),
    /// The lines of a section, the first of which is its header.
    Section(Range<usize>),
    /// The lines before the first header, where the dialect takes them as a section.
    Top(Range<usize>),
}

impl IniText {
    /// Parses a text.
    ///
    /// # Errors
    /// `syntax`, with the line, if no line is an entry or a section.
    pub(super) fn parse(text: Zeroizing<String>, dialect: Dialect) -> Result<Self> {
        let dialect = dialect.of_text(&text);
        Self::read(text, dialect)
    }

    fn read(text: Zeroizing<String>, dialect: Dialect) -> Result<Self> {
        let lines = reader::read(&text, dialect)?;
        let mut read = Self { text, dialect, lines, value: Value::Null, edited: false };
        read.value = Value::Map(read.map(&read.root()));
        Ok(read)
    }

    /// Whether every line is understood and there is a section, which makes the format certain.
    pub(super) fn is_certain(&self) -> bool {
        let is_locked = |line: &Line| matches!(line.kind, LineKind::Locked { .. });
        let is_entry = |line: &Line| matches!(line.kind, LineKind::Entry { .. });
        let first = self.lines.iter().find(|line| !matches!(line.kind, LineKind::Blank | LineKind::Comment));
        first.is_some_and(|line| matches!(line.kind, LineKind::Header { .. }))
            && !self.lines.iter().any(is_locked)
            && self.lines.iter().any(is_entry)
    }

    /// The names at the top, in the order of the text, each with its occurrences.
    fn root(&self) -> IndexMap<&str, Vec<Occurrence>> {
        let is_header = |line: &Line| matches!(line.kind, LineKind::Header { .. });
        let first = self.lines.iter().position(is_header).unwrap_or(self.lines.len());
        let mut names = self.entries(0..first);
        if self.dialect == Dialect::SopsIni {
            // sops has this section in every file, if an empty one; not besides a header of that name.
            let is_default =
                |line: &Line| matches!(&line.kind, LineKind::Header { name } if self.text[name.clone()] == *DEFAULT);
            let is_there = !names.is_empty() || !self.lines.iter().any(is_default);
            let top = is_there.then(|| (DEFAULT, vec![Occurrence::Top(0..first)]));
            names = top.into_iter().collect();
        }
        let mut begin = first;
        while begin < self.lines.len() {
            let rest = self.lines[begin + 1..].iter().position(is_header);
            let end = rest.map_or(self.lines.len(), |length| begin + 1 + length);
            if let LineKind::Header { name } = &self.lines[begin].kind {
                names.entry(&self.text[name.clone()]).or_default().push(Occurrence::Section(begin..end));
            }
            begin = end;
        }
        names
    }

    /// The entries on these lines by name.
    fn entries(&self, lines: Range<usize>) -> IndexMap<&str, Vec<Occurrence>> {
        let mut names: IndexMap<&str, Vec<Occurrence>> = IndexMap::new();
        for index in lines {
            if let LineKind::Entry { key, .. } = &self.lines[index].kind {
                names.entry(&self.text[key.clone()]).or_default().push(Occurrence::Entry(index));
            }
        }
        names
    }

    /// The names in an occurrence that is a section.
    fn below(&self, occurrence: &Occurrence) -> IndexMap<&str, Vec<Occurrence>> {
        match occurrence {
            Occurrence::Entry(_) => IndexMap::new(),
            Occurrence::Section(lines) => self.entries(lines.start + 1..lines.end),
            Occurrence::Top(lines) => self.entries(lines.clone()),
        }
    }

    fn map(&self, names: &IndexMap<&str, Vec<Occurrence>>) -> Map {
        let value = |occurrences: &Vec<Occurrence>| match occurrences.as_slice() {
            [one] => self.value_of(one),
            several => Value::list(several.iter().map(|one| self.value_of(one)).collect()),
        };
        names.iter().map(|(name, occurrences)| (MapKey::string(*name), value(occurrences))).collect()
    }

    fn value_of(&self, occurrence: &Occurrence) -> Value {
        match occurrence {
            Occurrence::Entry(line) => Value::String(self.content(*line).clone()),
            Occurrence::Section(_) | Occurrence::Top(_) => Value::Map(self.map(&self.below(occurrence))),
        }
    }

    fn content(&self, line: usize) -> &Text {
        match &self.lines[line].kind {
            LineKind::Entry { content, .. } => content,
            _ => reader::nothing(),
        }
    }

    /// The bytes of the name and of the value on the first line of an occurrence.
    fn spans(&self, occurrence: &Occurrence) -> (Range<usize>, Range<usize>) {
        let line = match occurrence {
            Occurrence::Entry(line) => *line,
            Occurrence::Section(lines) => lines.start,
            Occurrence::Top(_) => return (0..0, 0..0),
        };
        match &self.lines[line].kind {
            LineKind::Entry { key, value, .. } => (key.clone(), value.clone()),
            LineKind::Header { name } => (name.clone(), name.clone()),
            _ => (0..0, 0..0),
        }
    }

    fn node<'d>(&'d self, names: &IndexMap<&'d str, Vec<Occurrence>>, span: Range<usize>) -> Node<'d> {
        let entry = |(name, occurrences): (&&'d str, &Vec<Occurrence>)| {
            let mut keys = occurrences.iter().map(|one| self.spans(one).0);
            let key_span = keys.next().unwrap_or_default();
            let value = match occurrences.as_slice() {
                [one] => self.node_of(one),
                several => {
                    let items: Vec<Node<'d>> = several.iter().map(|one| self.node_of(one)).collect();
                    Node { data: Data::List(items), span: self.spans(&several[0]).1, tag: None }
                }
            };
            Entry { key: name, key_plain: false, key_span, key_again: keys.collect(), value }
        };
        Node { data: Data::Map(names.iter().map(entry).collect()), span, tag: None }
    }

    fn node_of(&self, occurrence: &Occurrence) -> Node<'_> {
        let span = self.spans(occurrence).1;
        match occurrence {
            Occurrence::Entry(line) => {
                let scalar = Scalar { text: self.content(*line).as_str(), style: Style::Plain };
                Node { data: Data::Scalar(scalar), span, tag: None }
            }
            Occurrence::Section(_) | Occurrence::Top(_) => self.node(&self.below(occurrence), span),
        }
    }
}

impl Engine for IniText {
    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn value(&self) -> &Value {
        &self.value
    }

    fn tree(&self) -> Result<Node<'_>> {
        Ok(self.node(&self.root(), 0..self.text.len()))
    }

    fn place(&self, pointer: &Pointer) -> Option<EntrySpan> {
        let mut tokens = pointer.tokens();
        let mut names = self.root();
        let mut found = EntrySpan { key: None, value: 0..self.text.len() };
        while let [name, rest @ ..] = tokens {
            let occurrences = names.get(name.as_str())?;
            let (index, rest) = match (occurrences.len(), rest) {
                (1, rest) => (0, rest),
                (_, [index, rest @ ..]) => (list_index(index)?, rest),
                (_, []) => (0, rest),
            };
            let occurrence = occurrences.get(index)?.clone();
            let (key, value) = self.spans(&occurrence);
            found = EntrySpan { key: Some(key), value };
            tokens = rest;
            names = self.below(&occurrence);
        }
        Some(found)
    }

    fn apply(&mut self, edit: &Edit) -> Result<()> {
        self.edit(edit)
    }

    fn read_back(&self) -> Result<Option<Box<dyn Engine>>> {
        if !self.edited {
            return Ok(None);
        }
        let read = Self::parse(self.text.clone(), self.dialect.as_given())
            .map_err(|error| error.with_kind(ErrorKind::Unsupported).context(UNWRITABLE))?;
        if read.value != self.value {
            return Err(differs());
        }
        Ok(Some(Box::new(read)))
    }

    fn boxed_clone(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }
}

fn differs() -> Error {
    Error::new(ErrorKind::Unsupported, "the edited text would not have the intended value")
        .hint("nothing was changed; edit the file by hand with `agepatch edit`")
}

#[cfg(test)]
mod tests;
