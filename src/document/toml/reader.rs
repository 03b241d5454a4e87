//! TOML text → parts with their places; the parsing itself is `toml_edit`'s.

use std::ops::Range;

use toml_edit::{Array, Document, Item, TableLike, Value as Parsed};
use zeroize::Zeroizing;

use crate::document::node::{Data, Entry, Node, Scalar, Style};
use crate::document::place::LineIndex;
use crate::document::value::{Key, Map, Number, Text, Value};
use crate::error::{Error, Kind, Result};

/// A value and where it stands. Of a table that is its header, of one without a header one of its keys.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) span: Range<usize>,
    pub(super) shape: Shape,
}

/// What a part is.
#[derive(Clone)]
pub(super) enum Shape {
    /// A scalar: what it means and how it is written.
    Scalar(Value, Style),
    /// `[…]`
    Array(Vec<Part>),
    /// `[[…]]` sections.
    Tables(Vec<Part>),
    /// A map.
    Map(Kin, Vec<Member>),
}

/// How a map is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kin {
    /// The document.
    Root,
    /// `[a]`, or an item of `[[a]]`.
    Section,
    /// `a`, where only `[a.b]` is written.
    Implied,
    /// `a`, where `a.b = 1` is written.
    Dotted,
    /// `{…}`
    Inline,
}

/// An entry of a map.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    pub(super) part: Part,
}

/// Reads a text.
///
/// # Errors
/// `syntax` and `duplicate-key`, with line and column.
pub(super) fn read(text: &str) -> Result<Part> {
    let document = Document::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let (line, column) = LineIndex::new(text.as_bytes()).line_column(text, offset);
        // The parser's own words may quote the text.
        if error.message().contains("duplicate key") {
            Error::new(Kind::DuplicateKey, "a key stands here a second time").at(line, column)
        } else {
            Error::new(Kind::Syntax, "the text is not valid TOML from here on").at(line, column)
        }
    })?;
    Ok(Part { span: 0..text.len(), shape: Shape::Map(Kin::Root, members(document.as_table(), text)) })
}

fn members(table: &dyn TableLike, text: &str) -> Vec<Member> {
    let member = |(name, item): (&str, &Item)| {
        let key_span = table.get_key_value(name).and_then(|(key, _)| key.span()).unwrap_or_default();
        part(item, text).map(|part| Member { key: name.to_owned(), key_span, part })
    };
    table.iter().filter_map(member).collect()
}

fn part(item: &Item, text: &str) -> Option<Part> {
    let span = item.span().unwrap_or_default();
    let shape = match item {
        Item::None => return None,
        Item::Value(value) => return Some(of_value(value, text)),
        Item::Table(table) => {
            let kin = match (table.is_dotted(), table.is_implicit()) {
                (true, _) => Kin::Dotted,
                (_, true) => Kin::Implied,
                _ => Kin::Section,
            };
            Shape::Map(kin, members(table, text))
        }
        Item::ArrayOfTables(tables) => {
            let section = |table: &toml_edit::Table| Part {
                span: table.span().unwrap_or_default(),
                shape: Shape::Map(Kin::Section, members(table, text)),
            };
            Shape::Tables(tables.iter().map(section).collect())
        }
    };
    Some(Part { span, shape })
}

fn of_value(value: &Parsed, text: &str) -> Part {
    let span = value.span().unwrap_or_default();
    let written = text.get(span.clone()).unwrap_or_default();
    let plain = |value: Value| Shape::Scalar(value, Style::Plain);
    let shape = match value {
        Parsed::String(string) => {
            let style = if written.starts_with('\'') { Style::Single } else { Style::Double };
            Shape::Scalar(Value::string(string.value().as_str()), style)
        }
        Parsed::Integer(number) => plain(Value::Number(Number::new(number.value().to_string()))),
        Parsed::Float(number) => plain(Value::Number(Number::new(float(*number.value(), written)))),
        Parsed::Boolean(truth) => plain(Value::Bool(*truth.value())),
        Parsed::Datetime(_) => plain(Value::string(written)),
        Parsed::Array(items) => Shape::Array(array(items, text)),
        Parsed::InlineTable(table) => {
            let kin = if table.is_dotted() { Kin::Dotted } else { Kin::Inline };
            Shape::Map(kin, members(table, text))
        }
    };
    Part { span, shape }
}

fn array(items: &Array, text: &str) -> Vec<Part> {
    items.iter().map(|item| of_value(item, text)).collect()
}

/// A float as it is written, where that is JSON's notation too.
fn float(number: f64, written: &str) -> String {
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let written = written.replace('_', "");
    let written = written.strip_prefix('+').unwrap_or(&written);
    if serde_json::from_str::<serde_json::Number>(written).is_ok() { written.to_owned() } else { number.to_string() }
}

impl Part {
    /// The members, if it is a map.
    pub(super) fn members(&self) -> Option<&[Member]> {
        match &self.shape {
            Shape::Map(_, members) => Some(members),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub(super) fn items(&self) -> Option<&[Part]> {
        match &self.shape {
            Shape::Array(items) | Shape::Tables(items) => Some(items),
            _ => None,
        }
    }

    /// How it is written, if it is a map.
    pub(super) fn kin(&self) -> Option<Kin> {
        match self.shape {
            Shape::Map(kin, _) => Some(kin),
            _ => None,
        }
    }

    /// Whether its span is the whole of it: a scalar, `[…]`, `{…}`.
    pub(super) fn is_inline(&self) -> bool {
        matches!(self.shape, Shape::Scalar(..) | Shape::Array(_) | Shape::Map(Kin::Inline, _))
    }

    /// What it means.
    pub(super) fn value(&self) -> Value {
        match &self.shape {
            Shape::Scalar(value, _) => value.clone(),
            Shape::Array(items) | Shape::Tables(items) => Value::List(items.iter().map(Self::value).collect()),
            Shape::Map(_, members) => Value::Map(
                members.iter().map(|member| (Key::string(member.key.as_str()), member.part.value())).collect::<Map>(),
            ),
        }
    }

    /// As a node of the tree that checks and redaction read.
    pub(super) fn node(&self) -> Node {
        let data = match &self.shape {
            Shape::Scalar(value, style) => {
                let text = value.scalar_text().unwrap_or_else(|| Zeroizing::new(String::new()));
                Data::Scalar(Scalar { text: Text::new(text.as_str()), style: *style })
            }
            Shape::Array(items) | Shape::Tables(items) => Data::List(items.iter().map(Self::node).collect()),
            Shape::Map(_, members) => Data::Map(members.iter().map(Member::entry).collect()),
        };
        Node { data, span: self.span.clone(), tag: None }
    }
}

impl Member {
    fn entry(&self) -> Entry {
        Entry { key: self.key.clone(), key_plain: false, key_span: self.key_span.clone(), value: self.part.node() }
    }
}
