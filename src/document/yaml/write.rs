//! Writes values as text: scalars in their quotes, new collections in the file's own manner.

use crate::memory::Zeroizing;

use super::manner::Manner;
use super::scalar;
use crate::document::node::Style;
use crate::document::quoted;
use crate::document::value::{MapKey, Value};
use crate::memory::{self, Buffer};

/// The text of a value: what is on the line of its key or dash, and the lines below, each with its line end.
#[derive(Clone, Default)]
pub(super) struct ValueText {
    /// The text on the line of the key or dash, without the space before it; empty for a block collection below a key.
    pub(super) inline: Zeroizing<String>,
    pub(super) below: Zeroizing<String>,
    /// Whether it is a collection in block style.
    pub(super) collection: bool,
}

impl ValueText {
    /// A collection below the anchor or the tag that stays on the line of its dash.
    pub(super) fn below_properties(&self, position: Position, manner: &Manner) -> Self {
        // Its entries are in the same column as after the dash.
        let indent = " ".repeat(match position {
            Position::Root => 0,
            Position::Key(column) => column + manner.step,
            Position::Dash(column, gap) => column + 1 + gap,
        });
        let below = Zeroizing::new([&indent, self.inline.as_str(), manner.ending, &self.below].concat());
        Self { inline: Zeroizing::default(), below, collection: true }
    }

    pub(super) fn inline(text: impl Into<String>) -> Self {
        Self { inline: Zeroizing::new(text.into()), ..Self::default() }
    }
}

/// What precedes a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Position {
    /// Nothing: it is the document.
    Root,
    /// A key in this column.
    Key(usize),
    /// A dash in this column, followed by this number of spaces.
    Dash(usize, usize),
}

impl Position {
    /// The column of a collection's entries.
    pub(super) fn entries(self, manner: &Manner, is_map: bool) -> usize {
        match self {
            Self::Root => 0,
            Self::Key(column) if is_map => column + manner.step,
            Self::Key(column) => column + manner.list_offset,
            Self::Dash(column, gap) => column + 1 + gap,
        }
    }

    /// The column that the indentation of a block scalar is relative to.
    pub(super) fn parent(self) -> usize {
        match self {
            Self::Root => 0,
            Self::Key(column) | Self::Dash(column, _) => column,
        }
    }

    /// The column of a block scalar's lines.
    fn literal(self, manner: &Manner) -> usize {
        match self {
            Self::Root => manner.step,
            Self::Key(column) | Self::Dash(column, _) => column + manner.step,
        }
    }
}

/// Commas and colons in a flow collection, with the spaces around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spacing {
    pub(super) comma: String,
    pub(super) colon: String,
}

impl Default for Spacing {
    fn default() -> Self {
        Self { comma: ", ".to_owned(), colon: ": ".to_owned() }
    }
}

/// Writes `value` in block style; a scalar keeps `style` if it can hold it.
pub(super) fn block(value: &Value, position: Position, style: Style, manner: &Manner) -> ValueText {
    match value {
        Value::Map(map) if map.is_empty() => ValueText::inline("{}"),
        Value::List(items) if items.is_empty() => ValueText::inline("[]"),
        Value::Map(_) | Value::List(_) => {
            let column = position.entries(manner, matches!(value, Value::Map(_)));
            let mut lines = Buffer::default();
            push_entries(value, column, true, manner, &mut lines);
            joined(position, column, lines.into_text())
        }
        Value::String(text)
            if manner.literals
                && style != Style::Double
                && may_be_literal(text.as_str())
                && (manner.keeps || !text.as_str().ends_with("\n\n")) =>
        {
            literal(text.as_str(), position, manner)
        }
        _ => {
            let text = scalar_text(value, style, manner.json, false);
            let marker = matches!(position, Position::Root) && ["---", "..."].iter().any(|mark| text.starts_with(mark));
            if marker {
                ValueText { inline: single(&text), ..ValueText::default() }
            } else {
                ValueText::inline(text.as_str())
            }
        }
    }
}

/// A collection's lines; the first one follows a dash, or is the start of the document.
fn joined(position: Position, column: usize, lines: Zeroizing<String>) -> ValueText {
    if let Position::Key(_) = position {
        return ValueText { below: lines, collection: true, ..ValueText::default() };
    }
    let feed = lines.find('\n').map_or(lines.len(), |feed| feed + 1);
    let (first, rest) = lines.split_at(feed);
    ValueText {
        inline: Zeroizing::new(first[column..].trim_end_matches(['\n', '\r']).to_owned()),
        below: Zeroizing::new(rest.to_owned()),
        collection: true,
    }
}

/// Adds the lines of a non-empty collection; the first is indented if `indented` is set. The lines of all levels go
/// into one buffer, since joining them level by level would copy the deepest lines once per level.
fn push_entries(collection: &Value, column: usize, indented: bool, manner: &Manner, lines: &mut Buffer) {
    let indent = " ".repeat(column);
    match collection {
        Value::Map(map) => {
            for (index, (name, value)) in map.iter().enumerate() {
                lines.push_str(if indented || index > 0 { &indent } else { "" });
                lines.push_str(&key_of(name, manner.json));
                lines.push_str(":");
                push_value(value, Position::Key(column), manner, lines);
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                lines.push_str(if indented || index > 0 { &indent } else { "" });
                lines.push_str("-");
                push_value(item, Position::Dash(column, 1), manner, lines);
            }
        }
        _ => {}
    }
}

/// Adds the text after a key or a dash, with its line end, and the lines below.
fn push_value(value: &Value, position: Position, manner: &Manner, lines: &mut Buffer) {
    let is_filled = match value {
        Value::Map(map) => !map.is_empty(),
        Value::List(items) => !items.is_empty(),
        _ => false,
    };
    if !is_filled {
        let written = block(value, position, manner.quotes_of(value), manner);
        lines.push_str(if written.inline.is_empty() { "" } else { " " });
        for part in [written.inline.as_str(), manner.ending, &written.below] {
            lines.push_str(part);
        }
        return;
    }
    let column = position.entries(manner, matches!(value, Value::Map(_)));
    let is_below = matches!(position, Position::Key(_));
    lines.push_str(if is_below { manner.ending } else { " " });
    push_entries(value, column, is_below, manner, lines);
}

/// An entry's lines: `head` is the dash or the key with its colon, `gap` the spaces after it.
pub(super) fn entry(column: usize, head: &str, gap: usize, written: &ValueText, manner: &Manner) -> Zeroizing<String> {
    let (indent, gap) = (" ".repeat(column), " ".repeat(if written.inline.is_empty() { 0 } else { gap }));
    Zeroizing::new([&indent, head, &gap, &written.inline, manner.ending, &written.below].concat())
}

/// Whether a string is written as a literal block: it has a line feed, and nothing that a literal block cannot hold.
pub(super) fn may_be_literal(text: &str) -> bool {
    let fits = |c: char| c == '\n' || c == '\t' || !(c.is_control() || is_hidden(c));
    // Readers differ about whether a line of only white space is content.
    let solid = |line: &str| line.is_empty() || !line.trim_matches([' ', '\t']).is_empty();
    text.contains('\n') && text.chars().all(fits) && text.split('\n').all(solid) && !text.trim_matches('\n').is_empty()
}

/// Characters to escape: line separators of YAML 1.1 and the byte order mark, which readers treat differently, and what
/// YAML does not allow unescaped.
pub(super) fn is_hidden(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether a block scalar can hold a text in the place of `old`: there is something in it, and nothing that has to be escaped.
/// Readers differ in whether a last line of white space only is content, so such a line is kept, but not added.
pub(super) fn fits_block(text: &str, old: &str) -> bool {
    let fits = |c: char| c == '\n' || c == '\t' || !(c.is_control() || is_hidden(c));
    let blank = blank_end(text);
    blank.len() < text.len() && text.chars().all(fits) && (!blank.contains([' ', '\t']) || blank == blank_end(old))
}

/// The lines at the end of a text that have nothing but white space, from the line feed before them on.
fn blank_end(text: &str) -> &str {
    let solid = text.trim_end_matches([' ', '\t', '\n']).len();
    text[solid..].find('\n').map_or("", |feed| &text[solid + feed..])
}

/// How the header of a block scalar says what follows its last line; one that `keeps` blank lines goes on doing so.
pub(super) fn chomping(text: &str, keeps: bool) -> &'static str {
    match text.len() - text.trim_end_matches('\n').len() {
        0 => "-",
        1 if !keeps => "",
        _ => "+",
    }
}

fn literal(text: &str, position: Position, manner: &Manner) -> ValueText {
    let indicator = starts_with_space(text).then_some(manner.step).map(|columns| columns.to_string());
    let indent = " ".repeat(position.literal(manner));
    let body = text.strip_suffix('\n').unwrap_or(text);
    let lines = body.split('\n').flat_map(|line| [if line.is_empty() { "" } else { &indent }, line, manner.ending]);
    let below = Zeroizing::new(lines.collect::<Vec<_>>().concat());
    let header = format!("|{}{}", indicator.unwrap_or_default(), chomping(text, false));
    ValueText { inline: Zeroizing::new(header), below, collection: false }
}

/// Whether the first line of a literal block would be taken for a deeper indentation.
pub(super) fn starts_with_space(text: &str) -> bool {
    text.trim_start_matches('\n').starts_with([' ', '\t'])
}

/// Writes `value` in flow style, on one line.
pub(super) fn flow(value: &Value, style: Style, spacing: &Spacing, json: bool) -> Zeroizing<String> {
    let mut text = Buffer::default();
    match value {
        Value::List(items) => {
            text.push_str("[");
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { &spacing.comma } else { "" });
                text.push_str(&flow(item, style, spacing, json));
            }
            text.push_str("]");
        }
        Value::Map(map) => {
            text.push_str("{");
            for (index, (name, value)) in map.iter().enumerate() {
                text.push_str(if index > 0 { &spacing.comma } else { "" });
                text.push_str(&flow_key(name.text(), name.is_string(), json && !name.is_complex()));
                text.push_str(&spacing.colon);
                text.push_str(&flow(value, style, spacing, json));
            }
            text.push_str("}");
        }
        _ => return scalar_text(value, style, json, true),
    }
    text.into_text()
}

/// A key in a flow collection.
pub(super) fn flow_key(text: &str, is_string: bool, json: bool) -> Zeroizing<String> {
    if is_string || json { quoted_key(text, Style::Plain, json, true) } else { Zeroizing::new(text.to_owned()) }
}

fn key_of(key: &MapKey, json: bool) -> Zeroizing<String> {
    if key.is_string() || json && !key.is_complex() {
        quoted_key(key.text(), Style::Plain, json, false)
    } else {
        Zeroizing::new(key.text().to_owned())
    }
}

/// A string key, in `style` if that can hold it.
pub(super) fn quoted_key(text: &str, style: Style, json: bool, in_flow: bool) -> Zeroizing<String> {
    if text == "<<" && !json && !matches!(style, Style::Single | Style::Double) {
        return single(text);
    }
    string(text, style, json, in_flow)
}

/// A scalar on one line.
pub(super) fn scalar_text(value: &Value, style: Style, json: bool, in_flow: bool) -> Zeroizing<String> {
    match value {
        Value::Null => Zeroizing::new("null".to_owned()),
        Value::String(text) => string(text.as_str(), style, json, in_flow),
        other => other.scalar_text().unwrap_or_default(),
    }
}

fn string(text: &str, style: Style, json: bool, in_flow: bool) -> Zeroizing<String> {
    if json || style == Style::Double || text.chars().any(|c| c.is_control() || is_hidden(c)) {
        quoted::double(text, is_hidden)
    } else if style != Style::Single && scalar::may_be_plain(text, in_flow) {
        Zeroizing::new(text.to_owned())
    } else {
        single(text)
    }
}

fn single(text: &str) -> Zeroizing<String> {
    Zeroizing::new(["'", &memory::replaced(text, "'", "''"), "'"].concat())
}
