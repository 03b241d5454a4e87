//! JSON that may leave the program: it can only be built from [`Shown`], numbers, and booleans.

use std::borrow::Cow;
use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use zeroize::Zeroize;

use super::printable::Printable;
use super::{Shown, held_back, visible};
use crate::memory::Buffer;

/// A JSON value without secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct Json(serde_json::Value);

impl Json {
    /// `null`.
    pub const NULL: Self = Self(serde_json::Value::Null);

    /// An object with its members in this order.
    pub fn object<const N: usize>(members: [(&'static str, Self); N]) -> Self {
        Self(serde_json::Value::Object(
            members.into_iter().map(|(key, value)| (key.to_owned(), value.take())).collect(),
        ))
    }

    /// Adds a member to the object.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Self) -> Self {
        if let serde_json::Value::Object(members) = &mut self.0 {
            members.insert(name.to_owned(), value.take());
        }
        self
    }

    /// A list.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self(serde_json::Value::Array(items.into_iter().map(Self::take).collect()))
    }

    /// A value that the caller knows to be free of secrets: redacted, or revealed with `--reveal`.
    pub fn public(mut value: serde_json::Value) -> Self {
        hold_back(&mut value);
        Self(value)
    }

    /// The value as JSON.
    pub fn of(value: &impl Printable) -> Self {
        // Maps have text keys, so this cannot fail.
        Self(serde_json::to_value(value).unwrap_or_default())
    }

    /// The value.
    pub fn as_value(&self) -> &serde_json::Value {
        &self.0
    }

    /// Writes the value on one line. Invisible characters are escaped, even those that JSON would allow.
    ///
    /// # Errors
    /// Errors of the writer.
    pub fn write(&self, writer: impl io::Write) -> io::Result<()> {
        self.0.serialize(&mut Serializer::with_formatter(writer, Visible)).map_err(io::Error::from)
    }

    /// The value as written by [`Json::write`].
    #[expect(clippy::disallowed_methods, reason = "JSON has escaped it")]
    pub fn text(&self) -> Shown {
        let mut text = Buffer::default();
        // Writing to memory cannot fail, and JSON is UTF-8.
        drop(self.write(&mut text));
        Shown::exact(std::str::from_utf8(text.as_slice()).unwrap_or_default())
    }

    fn take(mut self) -> serde_json::Value {
        self.0.take()
    }
}

/// Compact JSON without invisible characters.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, hidden)) = rest.char_indices().find(|(_, character)| visible::is_hidden(*character)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in hidden.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + hidden.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

/// It may contain a revealed secret, which must be wiped.
impl Drop for Json {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

/// Removes texts that must not be printed from keys and strings.
fn hold_back(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => {
            if let Cow::Owned(shorter) = held_back::printable(text) {
                text.zeroize();
                *text = shorter;
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(hold_back),
        serde_json::Value::Object(members) => {
            members.values_mut().for_each(hold_back);
            if members.keys().any(|key| matches!(held_back::printable(key), Cow::Owned(_))) {
                let old = std::mem::take(members);
                members.extend(old.into_iter().map(|(key, value)| (held_back::printable(&key).into_owned(), value)));
            }
        }
        _ => {}
    }
}

fn wipe(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => text.zeroize(),
        serde_json::Value::Array(items) => items.iter_mut().for_each(wipe),
        serde_json::Value::Object(members) => members.values_mut().for_each(wipe),
        _ => {}
    }
}

/// Uses the unescaped text, since printing JSON escapes it ([`Json::write`]).
impl From<Shown> for Json {
    fn from(text: Shown) -> Self {
        Self(text.as_raw().into())
    }
}

impl From<&Shown> for Json {
    fn from(text: &Shown) -> Self {
        Self(text.as_raw().into())
    }
}

impl From<&'static str> for Json {
    fn from(text: &'static str) -> Self {
        Self(text.into())
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self(value.into())
    }
}

impl From<usize> for Json {
    fn from(value: usize) -> Self {
        Self(value.into())
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Self(value.into())
    }
}

impl<T: Into<Self>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::NULL, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_escaped_and_read_back() {
        let text = "a\u{1b}\u{9b}\u{202e}\u{2028}\u{e0041}\n\"ä";
        let json = Json::object([("name", crate::shown::FileName::shown(text).into())]);
        let mut written = Vec::new();
        json.write(&mut written).expect("a vector takes it");
        let written = String::from_utf8(written).expect("JSON is UTF-8");
        assert_eq!(written, r#"{"name":"a\u001b\u009b\u202e\u2028\udb40\udc41\n\"ä"}"#);
        let read: serde_json::Value = serde_json::from_str(&written).expect("it is JSON");
        assert_eq!(read["name"], text);
    }
}
