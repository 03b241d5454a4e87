//! Values → TOML text.

use zeroize::Zeroizing;

use crate::document::node::Style;
use crate::document::value::{Map, Value};
use crate::error::{Error, Kind, Result};

/// Writes `value` on one line. A string keeps `style` if that can hold it; a date where one stood stays a date.
///
/// # Errors
/// `unsupported`: TOML has no null.
pub(super) fn inline(value: &Value, style: Style) -> Result<Zeroizing<String>> {
    Ok(Zeroizing::new(match value {
        Value::Null => {
            return Err(Error::new(Kind::Unsupported, "TOML has no null").hint("remove the entry instead: `unset`"));
        }
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => match number.as_str() {
            ".inf" => "inf".to_owned(),
            "-.inf" => "-inf".to_owned(),
            ".nan" => "nan".to_owned(),
            text => text.to_owned(),
        },
        Value::String(text) => return Ok(string(text.as_str(), style)),
        Value::List(items) => {
            let items = items.iter().map(|item| inline(item, Style::Double)).collect::<Result<Vec<_>>>()?;
            format!("[{}]", items.iter().map(|item| item.as_str()).collect::<Vec<_>>().join(", "))
        }
        Value::Map(map) if map.is_empty() => "{}".to_owned(),
        Value::Map(map) => {
            let entries = map.iter().map(|(name, value)| entry(name.text(), value)).collect::<Result<Vec<_>>>()?;
            format!("{{ {} }}", entries.iter().map(|entry| entry.as_str()).collect::<Vec<_>>().join(", "))
        }
    }))
}

/// `key = value`.
pub(super) fn entry(name: &str, value: &Value) -> Result<Zeroizing<String>> {
    Ok(Zeroizing::new(format!("{} = {}", key(name), *inline(value, Style::Double)?)))
}

/// The lines of a map's entries.
pub(super) fn lines(map: &Map, ending: &str) -> Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    for (name, value) in map.iter() {
        text.push_str(&entry(name.text(), value)?);
        text.push_str(ending);
    }
    Ok(text)
}

/// A key, in quotes where it must be.
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
    let mut quoted = Zeroizing::new(String::with_capacity(text.len() + 2));
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other if other.is_control() => quoted.push_str(&format!("\\u{:04X}", other as u32)),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// A string over several lines: `"""`, the first line below; `None` where one line is enough, and in a file with other line
/// ends than the string's, in which it would get those.
pub(super) fn many_lines(value: &Value, ending: &str) -> Option<Zeroizing<String>> {
    let text = value.as_str().filter(|_| ending == "\n").filter(|text| text.contains('\n') && !text.contains('\r'))?;
    let escaped: Vec<String> = text
        .split('\n')
        .map(|line| {
            let quoted = string(line, Style::Double);
            // Quotes need no escape between three of them, as long as no three follow one another or end the text.
            quoted[1..quoted.len() - 1].to_owned()
        })
        .collect();
    Some(Zeroizing::new(format!("\"\"\"{ending}{}\"\"\"", escaped.join(ending))))
}
