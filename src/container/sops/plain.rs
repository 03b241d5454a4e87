//! Decrypted values: their types, and the form in which they are encrypted and included in the MAC.

use std::fmt;

use crate::container::Plaintext;

/// The type tag of a value, as it follows `type:` in a token. It is not authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    Str,
    /// A 64-bit signed integer.
    Int,
    /// A 64-bit floating point number.
    Float,
    Bool,
    /// Bytes; old versions of sops wrote these.
    Bytes,
    Time,
    Comment,
}

impl Type {
    const ALL: [Self; 7] = [Self::Str, Self::Int, Self::Float, Self::Bool, Self::Bytes, Self::Time, Self::Comment];

    /// The tag.
    pub fn name(self) -> &'static str {
        match self {
            Self::Str => "str",
            Self::Int => "int",
            Self::Float => "float",
            Self::Bool => "bool",
            Self::Bytes => "bytes",
            Self::Time => "time",
            Self::Comment => "comment",
        }
    }

    /// The type with that tag.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A decrypted value: its type and its bytes, exactly as sops encrypts them and includes them in the MAC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    kind: Type,
    bytes: Plaintext,
}

impl Plain {
    /// A string.
    pub fn string(text: impl Into<Vec<u8>>) -> Self {
        Self { kind: Type::Str, bytes: Plaintext::new(text.into()) }
    }

    /// A comment: the text after `#`.
    pub fn comment(text: impl Into<Vec<u8>>) -> Self {
        Self { kind: Type::Comment, bytes: Plaintext::new(text.into()) }
    }

    /// An integer, in decimal.
    pub fn int(number: i64) -> Self {
        Self { kind: Type::Int, bytes: Plaintext::new(number.to_string().into_bytes()) }
    }

    /// A floating point number in the format of Go's `FormatFloat(…, 'f', -1, 64)`: the shortest form, without an
    /// exponent.
    pub fn float(number: f64) -> Self {
        let text = match number {
            _ if number.is_nan() => "NaN".to_owned(),
            f64::INFINITY => "+Inf".to_owned(),
            f64::NEG_INFINITY => "-Inf".to_owned(),
            _ => number.to_string(),
        };
        Self { kind: Type::Float, bytes: Plaintext::new(text.into_bytes()) }
    }

    /// A boolean.
    pub fn bool(value: bool) -> Self {
        let text = if value { "True" } else { "False" };
        Self { kind: Type::Bool, bytes: Plaintext::new(text.into()) }
    }

    /// A timestamp in RFC 3339, as formatted by Go (`2001-12-14T00:00:00Z`); `None` if `text` is not one.
    pub fn time(text: &str) -> Option<Self> {
        let bytes = Plaintext::new(super::time::nanoseconds(text)?.into_bytes());
        Some(Self { kind: Type::Time, bytes })
    }

    /// Decrypted bytes in the form included in the MAC; `None` if they do not fit the type.
    pub fn parse(kind: Type, bytes: Plaintext) -> Option<Self> {
        if matches!(kind, Type::Str | Type::Comment | Type::Bytes) {
            return Some(Self { kind, bytes });
        }
        let text = std::str::from_utf8(bytes.expose()).ok()?;
        match kind {
            Type::Int => text.parse().ok().map(Self::int),
            Type::Float => text.parse().ok().map(Self::float),
            Type::Bool => match text {
                "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(Self::bool(true)),
                "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(Self::bool(false)),
                _ => None,
            },
            Type::Time => Self::time(text),
            Type::Str | Type::Comment | Type::Bytes => None,
        }
    }

    /// The same bytes with another type, if they fit it.
    pub fn retyped(&self, kind: Type) -> Option<Self> {
        Self::parse(kind, self.bytes.clone())
    }

    /// The type.
    pub fn kind(&self) -> Type {
        self.kind
    }

    /// The canonical bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.expose()
    }

    /// The canonical bytes as text, if they are valid UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes.expose()).ok()
    }

    /// Whether sops leaves it unencrypted, like an empty string or comment.
    pub fn is_empty(&self) -> bool {
        self.bytes.expose().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(plain: &Plain) -> &str {
        plain.as_str().expect("text")
    }

    #[test]
    fn numbers_are_printed_as_go_prints_them() {
        // The output of `strconv.FormatFloat(x, 'f', -1, 64)`.
        for (number, text) in [
            (1.5, "1.5"),
            (1.0, "1"),
            (-0.0, "-0"),
            (1e3, "1000"),
            (1e21, "1000000000000000000000"),
            (1e-7, "0.0000001"),
            (0.1 + 0.2, "0.30000000000000004"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(shown(&Plain::float(number)), text);
        }
        assert_eq!(shown(&Plain::int(i64::MIN)), "-9223372036854775808");
        assert_eq!((shown(&Plain::bool(true)), shown(&Plain::bool(false))), ("True", "False"));
    }

    #[test]
    fn decrypted_bytes_are_converted_to_the_form_of_the_mac() {
        let parse = |kind, text: &str| Plain::parse(kind, Plaintext::new(text.into()));
        for (kind, text, canonical) in [
            (Type::Str, "007", Some("007")),
            (Type::Int, "007", Some("7")),
            (Type::Int, "+7", Some("7")),
            (Type::Int, "9223372036854775808", None),
            (Type::Int, "1.0", None),
            (Type::Int, "", None),
            (Type::Float, "1.50", Some("1.5")),
            (Type::Float, "+Inf", Some("+Inf")),
            (Type::Float, "one", None),
            (Type::Bool, "true", Some("True")),
            (Type::Bool, "F", Some("False")),
            (Type::Bool, "yes", None),
            (Type::Time, "2001-12-14T21:59:43.100-05:00", Some("2001-12-14T21:59:43.1-05:00")),
            (Type::Time, "2001-12-14", None),
            (Type::Comment, " a", Some(" a")),
        ] {
            let plain = parse(kind, text);
            assert_eq!(plain.as_ref().map(shown), canonical, "{kind} {text}");
        }
        assert!(parse(Type::Str, "7").is_some_and(|plain| plain.retyped(Type::Int) == Some(Plain::int(7))));
    }

    #[test]
    fn every_type_has_its_own_tag() {
        for kind in Type::ALL {
            assert_eq!(Type::from_name(kind.name()), Some(kind));
        }
        assert_eq!(Type::from_name("Str"), None);
    }

    #[test]
    fn debug_output_contains_no_value() {
        assert!(!format!("{:?}", Plain::string("hunter2")).contains("hunter2"));
    }
}
