//! Values as JSON. The result contains everything that the value does; `redact` decides what may be shown.

use serde_json::{Number, Value as Json};

use super::value::{Text, Value};
use crate::memory;
use crate::shown::Json as Shown;

/// The value as JSON text, including secrets.
#[expect(clippy::disallowed_methods, reason = "it is wiped, and never printed")]
pub fn json_text(value: &Value) -> Text {
    // Wiped like everything that may be shown.
    let json = Shown::public(to_json(value));
    Text::from(memory::written(format_args!("{}", json.as_value())))
}

/// The value as JSON, including secrets. Infinities and `.nan`, which JSON does not have, become strings.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => {
            // Kept as written: no float holds 123456789123456789123 or distinguishes 1.0 from 1.00.
            let exact = number.as_str().parse::<Number>().ok();
            let number_or_text = exact.or_else(|| Number::from_f64(number.as_f64()));
            number_or_text.map_or_else(|| Json::String(number.as_str().to_owned()), Json::Number)
        }
        Value::String(text) => Json::String(text.as_str().to_owned()),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Map(map) => map.iter().map(|(key, value)| (key.text().to_owned(), to_json(value))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};

    #[test]
    fn numbers_are_printed_as_the_document_has_them() {
        for (text, format, expected) in [
            ("[9.999999999999995, 9007199254740991.0, 123456789123456789123, 1.50, -0]", Format::Json, None),
            ("[0x1F, .5, 017, +3, .inf, .nan]", Format::Yaml, Some(r#"[31,0.5,17,3,".inf",".nan"]"#)),
            (
                "a = 9.999999999999995\nb = 9007199254740991.0",
                Format::Toml,
                Some(r#"{"a":9.999999999999995,"b":9007199254740991.0}"#),
            ),
        ] {
            let document = Document::parse(text.as_bytes(), format).expect(text);
            let expected = expected.map_or_else(|| text.replace(' ', ""), str::to_owned);
            assert_eq!(json_text(document.value()).as_str(), expected, "{text}");
        }
    }
}
