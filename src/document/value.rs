//! Values parsed from a document. They cannot be printed; `redact` turns them into text.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use crate::memory::Zeroizing;

pub use super::collection::{List, Map};
pub use super::map_key::MapKey;

/// A value of the YAML 1.2 core schema (or JSON, TOML, dotenv). Values are compared regardless of notation: `1.0`
/// equals `1.00`, though not the integer `1`, and the order of keys does not matter.
#[derive(Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    /// A number, kept as text.
    Number(Number),
    /// A string; zeroized when dropped.
    String(Text),
    List(List),
    Map(Map),
}

impl Value {
    /// A string value.
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(Text::new(text))
    }

    /// A list of these items.
    pub fn list(items: Vec<Value>) -> Self {
        Self::List(items.into())
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The map, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The value of `key`, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_map()?.get(key)
    }

    /// Whether it is a list or a map.
    pub fn is_collection(&self) -> bool {
        matches!(self, Self::List(_) | Self::Map(_))
    }

    /// Whether it contains a map with a list or map as a key.
    pub fn has_complex_key(&self) -> bool {
        match self {
            Self::Map(map) => map.has_complex_key() || map.iter().any(|(_, value)| value.has_complex_key()),
            Self::List(items) => items.iter().any(Self::has_complex_key),
            _ => false,
        }
    }

    /// Whether both are one list or one map, which copies share: then they are known to be equal without a comparison.
    pub(crate) fn is_shared_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(one), Self::List(other)) => one.is_shared_with(other),
            (Self::Map(one), Self::Map(other)) => one.is_shared_with(other),
            _ => false,
        }
    }

    /// The value's type, for messages.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }

    /// Whether both are equal by RFC 6902, section 4.6, for which `1` and `1.0` are the same number.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.is_same(other),
            (Self::List(one), Self::List(other)) => {
                one.len() == other.len() && one.iter().zip(other.iter()).all(|(one, other)| one.is_same(other))
            }
            (Self::Map(one), Self::Map(other)) => {
                let same = |(key, value): (&MapKey, &Self)| {
                    other.find(key.text()) == Some(key)
                        && other.get(key.text()).is_some_and(|other| value.is_same(other))
                };
                one.len() == other.len() && one.iter().all(same)
            }
            _ => self == other,
        }
    }

    /// The text of a scalar: a string's content, `true`, `1.5`, and an empty text for null; `None` for collections.
    pub fn scalar_str(&self) -> Option<&str> {
        match self {
            Self::Null => Some(""),
            Self::Bool(true) => Some("true"),
            Self::Bool(false) => Some("false"),
            Self::Number(number) => Some(number.as_str()),
            Self::String(text) => Some(text.as_str()),
            Self::List(_) | Self::Map(_) => None,
        }
    }

    /// A copy of [`Value::scalar_str`].
    pub fn scalar_text(&self) -> Option<Zeroizing<String>> {
        self.scalar_str().map(|text| Zeroizing::new(text.to_owned()))
    }
}

/// Prints type and size, never the content.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(items) => f.debug_list().entries(items.iter()).finish(),
            Self::Map(map) => f.debug_map().entries(map.iter().map(|(key, value)| (key.text(), value))).finish(),
            Self::String(text) => write!(f, "string of {} bytes", text.as_str().len()),
            other => f.write_str(other.type_name()),
        }
    }
}

/// A string that is zeroized when dropped and has no `Display`: a text of its own, or a part of a document's text, which
/// is zeroized when nothing refers to it any more. Copies share the text.
#[derive(Clone)]
pub struct Text {
    /// The text that it is, or that it is a part of.
    whole: Arc<Zeroizing<String>>,
    begin: u32,
    /// The end of the part, or [`WHOLE`].
    end: u32,
}

/// The end of a string that is a text of its own, of any length.
const WHOLE: u32 = u32::MAX;

impl Text {
    pub fn new(text: impl Into<String>) -> Self {
        Zeroizing::new(text.into()).into()
    }

    /// The whole of a document's text, without a copy.
    pub(crate) fn whole(text: &Arc<Zeroizing<String>>) -> Self {
        Self { whole: text.clone(), begin: 0, end: WHOLE }
    }

    /// The part of a document's text at these bytes, without a copy.
    pub(crate) fn part(text: &Arc<Zeroizing<String>>, range: Range<usize>) -> Self {
        match (u32::try_from(range.start), u32::try_from(range.end)) {
            (Ok(begin), Ok(end)) if end < WHOLE => Self { whole: text.clone(), begin, end },
            _ => Self::new(text.get(range).unwrap_or_default()),
        }
    }

    /// The string.
    pub fn as_str(&self) -> &str {
        if self.end == WHOLE {
            return &self.whole;
        }
        self.whole.get(self.begin as usize..self.end as usize).unwrap_or_default()
    }
}

impl Text {
    /// Whether it is a part of a document's text as it is written there, so that no line end in it became a space.
    pub(crate) fn is_verbatim(&self) -> bool {
        self.end != WHOLE
    }
}

impl From<Zeroizing<String>> for Text {
    fn from(text: Zeroizing<String>) -> Self {
        Self { whole: Arc::new(text), begin: 0, end: WHOLE }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "text of {} bytes", self.as_str().len())
    }
}

/// A number, kept as the text that it was written in (JSON notation, and `.inf`, `-.inf`, `.nan`). A PIN is a number,
/// too, so it has no `Display` and is zeroized.
#[derive(Clone)]
pub struct Number(Text);

impl Number {
    /// Wraps a number in JSON notation, or `.inf`, `-.inf`, `.nan`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Text::new(text))
    }

    /// The number's text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The number as an integer, if it fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_str().parse().ok()
    }

    /// The number as a float.
    pub fn as_f64(&self) -> f64 {
        match self.as_str() {
            ".inf" => f64::INFINITY,
            "-.inf" => f64::NEG_INFINITY,
            ".nan" => f64::NAN,
            text => text.parse().unwrap_or(f64::NAN),
        }
    }

    /// Whether both are the same number, whether written as an integer or as a float.
    fn is_same(&self, other: &Self) -> bool {
        let is_mixed = self.integer_digits().is_some() != other.integer_digits().is_some();
        self == other || is_mixed && self.as_f64().total_cmp(&other.as_f64()).is_eq()
    }

    fn integer_digits(&self) -> Option<(bool, &str)> {
        let (negative, digits) = match self.as_str().strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, self.as_str()),
        };
        let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let trimmed = digits.trim_start_matches('0');
        all_digits.then_some((negative && !trimmed.is_empty(), trimmed))
    }
}

/// Integers are compared exactly at any length, floats as floats, and one never equals the other, since programs
/// distinguish `3` from `3.0`. `.nan` equals itself.
impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        if self.0 == other.0 {
            return true;
        }
        match (self.integer_digits(), other.integer_digits()) {
            (Some(left), Some(right)) => left == right,
            (None, None) => self.as_f64() == other.as_f64(),
            _ => false,
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("number")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_show_a_value() {
        let map = Map::from_iter([(MapKey::string("key"), Value::list(vec![Value::string("marker"), Value::Null]))]);
        let shown = format!("{:?} {:?} {:?}", Value::Map(map), Text::new("marker"), Value::Number(Number::new("4711")));
        assert_eq!(shown, r#"{"key": [string of 6 bytes, null]} text of 6 bytes a number"#);
        assert_eq!(format!("{:?}", Number::new("4711")), "number");
    }

    #[test]
    fn numbers_are_compared_by_value() {
        let large = "100000000000000000001";
        for (left, right, same) in [
            ("1", "1.0", false),
            ("100", "1e2", false),
            ("1.0", "1.00", true),
            ("100.0", "1e2", true),
            ("-0", "0", true),
            ("-1", "1", false),
            ("007", "7", true),
            (large, "100000000000000000002", false),
            (large, "0100000000000000000001", true),
            (large, "1e20", false),
            (".nan", ".nan", true),
            (".inf", "-.inf", false),
            ("-", "-", true),
            ("-", "+", false),
        ] {
            let equal = |left: &str, right: &str| Number::new(left) == Number::new(right);
            assert_eq!((equal(left, right), equal(right, left)), (same, same), "{left} {right}");
        }
    }
}
