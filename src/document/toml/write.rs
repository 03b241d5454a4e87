//! Writes values as TOML text.

use crate::memory::Zeroizing;

use crate::document::node::Style;
use crate::document::quoted;
use crate::document::value::{Map, Value};
use crate::error::{Error, ErrorKind, Result};

/// Writes `value` on one line. Its strings keep `style` if that can hold them; a date in place of one stays a date.
///
/// # Errors
/// `unsupported`, since TOML has no null.
pub(super) fn inline(value: &Value, style: Style) -> Result<Zeroizing<String>> {
    Ok(Zeroizing::new(match value {
        Value::Null => {
            return Err(
                Error::new(ErrorKind::Unsupported, "TOML has no null").hint("remove the entry instead: `unset`")
            );
        }
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => match number.as_str() {
            ".inf" => "inf".to_owned(),
            "-.inf" => "-inf".to_owned(),
            ".nan" => "nan".to_owned(),
            text if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') && text.parse::<i64>().is_err() => {
                return Err(Error::new(ErrorKind::Unsupported, "TOML has no integers beyond 64 bits")
                    .hint("write it as a string: `set --string`"));
            }
            text => text.to_owned(),
        },
        Value::String(text) => return Ok(string(text.as_str(), style)),
        Value::List(items) => {
            let items = items.iter().map(|item| inline(item, inner_quotes(style))).collect::<Result<Vec<_>>>()?;
            ["[", &joined(&items, ", "), "]"].concat()
        }
        Value::Map(map) if map.is_empty() => "{}".to_owned(),
        Value::Map(map) => {
            let entries =
                map.iter().map(|(name, value)| entry(name.text(), value, style)).collect::<Result<Vec<_>>>()?;
            ["{ ", &joined(&entries, ", "), " }"].concat()
        }
    }))
}

/// The quotes of the strings inside a collection: what replaces a date is a string.
fn inner_quotes(style: Style) -> Style {
    if style == Style::Plain { Style::Double } else { style }
}

/// `key = value`.
fn entry(name: &str, value: &Value, style: Style) -> Result<Zeroizing<String>> {
    Ok(Zeroizing::new([&key(name), " = ", inline(value, inner_quotes(style))?.as_str()].concat()))
}

/// The lines of a map's entries.
fn lines(map: &Map, style: Style, ending: &str) -> Result<Zeroizing<String>> {
    let mut lines = map.iter().map(|(name, value)| entry(name.text(), value, style)).collect::<Result<Vec<_>>>()?;
    lines.push(Zeroizing::default());
    Ok(joined(&lines, ending))
}

/// Joins texts without leaving copies behind.
fn joined(parts: &[Zeroizing<String>], between: &str) -> Zeroizing<String> {
    Zeroizing::new(parts.iter().map(|part| part.as_str()).collect::<Vec<_>>().join(between))
}

/// A key, quoted if necessary.
pub(super) fn key(name: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !name.is_empty() && name.bytes().all(bare) { name.to_owned() } else { string(name, Style::Double).to_string() }
}

fn string(text: &str, style: Style) -> Zeroizing<String> {
    let is_date = || style == Style::Plain && text.parse::<toml_edit::Datetime>().is_ok();
    if is_date() {
        return Zeroizing::new(text.to_owned());
    }
    if style == Style::Single && !text.contains('\'') && !text.chars().any(|c| c.is_control() && c != '\t') {
        return Zeroizing::new(format!("'{text}'"));
    }
    quoted::double(text, |_| false)
}

/// A multi-line string: `"""`, with the first line below. `None` if one line is enough, and in a file with other line
/// ends than the string's, which would be changed.
pub(super) fn many_lines(value: &Value, ending: &str) -> Option<Zeroizing<String>> {
    let text = value.as_str().filter(|_| ending == "\n").filter(|text| text.contains('\n') && !text.contains('\r'))?;
    let quoted: Vec<Zeroizing<String>> = text.split('\n').map(|line| string(line, Style::Double)).collect();
    let lines: Vec<&str> = quoted.iter().map(|line| &line[1..line.len() - 1]).collect();
    let lines = Zeroizing::new(lines.join(ending));
    Some(Zeroizing::new(["\"\"\"", ending, &lines, "\"\"\""].concat()))
}

/// New sections for a map or a list of maps; `None` for anything that goes on a line.
pub(super) fn sections(header: &str, value: &Value, style: Style, ending: &str) -> Result<Option<Zeroizing<String>>> {
    match value {
        Value::Map(map) if !map.is_empty() => {
            Ok(Some(Zeroizing::new(["[", header, "]", ending, &lines(map, style, ending)?].concat())))
        }
        Value::List(items) if !items.is_empty() && items.iter().all(|item| item.as_map().is_some()) => {
            let maps = items.iter().filter_map(Value::as_map);
            let sections = maps.map(|map| list_section(header, map, style, ending)).collect::<Result<Vec<_>>>()?;
            Ok(Some(joined(&sections, ending)))
        }
        _ => Ok(None),
    }
}

/// A `[[…]]` section.
pub(super) fn list_section(header: &str, map: &Map, style: Style, ending: &str) -> Result<Zeroizing<String>> {
    Ok(Zeroizing::new(["[[", header, "]]", ending, &lines(map, style, ending)?].concat()))
}
