//! Converts TOML text into parts with their places; `toml_edit` parses it.

use crate::memory::Zeroizing;
use toml_edit::{Array, Document, Item, TableLike, Value as Parsed};

use super::node::{Kin, Member, Shape, TomlNode};
use crate::document::line_index::LineIndex;
use crate::document::node::Style;
use crate::document::value::{Number, Value};
use crate::error::{Error, ErrorKind, Result};

/// Parses a text.
///
/// # Errors
/// `syntax` and `duplicate-key`, with line and column.
pub(super) fn read(text: &str) -> Result<TomlNode> {
    #[cfg(test)]
    crate::document::readings::count(text.len());
    let document = Document::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let (line, column) = LineIndex::new(text.as_bytes()).line_column(text, offset);
        // The parser's own message may quote the text.
        if error.message().contains("duplicate key") {
            Error::new(ErrorKind::DuplicateKey, "the same key is defined twice").at(line, column)
        } else {
            Error::new(ErrorKind::Syntax, "the text is not valid TOML from here on").at(line, column)
        }
    })?;
    Ok(TomlNode { span: 0..text.len(), shape: Shape::Map(Kin::Root, members(document.as_table(), text)) })
}

/// Parses a single value, wrapped in a document. Also returns by how much its places differ from those in `text`.
///
/// # Errors
/// See [`read`].
pub(super) fn read_value(text: &str) -> Result<(TomlNode, usize)> {
    const LEAD: &str = "x=";
    let alone = Zeroizing::new([LEAD, text].concat());
    let root = read(&alone)?;
    match root.shape {
        Shape::Map(_, mut members) if members.len() == 1 => Ok((members.remove(0).part, LEAD.len())),
        _ => Err(Error::new(ErrorKind::Syntax, "the text is more than one value")),
    }
}

fn members(table: &dyn TableLike, text: &str) -> Vec<Member> {
    let member = |(name, item): (&str, &Item)| {
        let key_span = table.get_key_value(name).and_then(|(key, _)| key.span()).unwrap_or_default();
        part(item, text).map(|part| Member { key: name.to_owned(), key_span, part })
    };
    table.iter().filter_map(member).collect()
}

fn part(item: &Item, text: &str) -> Option<TomlNode> {
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
            let section = |table: &toml_edit::Table| TomlNode {
                span: table.span().unwrap_or_default(),
                shape: Shape::Map(Kin::Section, members(table, text)),
            };
            Shape::Tables(tables.iter().map(section).collect())
        }
    };
    Some(TomlNode { span, shape })
}

fn of_value(value: &Parsed, text: &str) -> TomlNode {
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
    TomlNode { span, shape }
}

fn array(items: &Array, text: &str) -> Vec<TomlNode> {
    items.iter().map(|item| of_value(item, text)).collect()
}

/// A float as written, if that is valid JSON, too.
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
