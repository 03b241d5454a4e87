//! Values as JSON. The result holds whatever the value holds: what may be seen of it is `redact`'s to decide.

use serde_json::{Number, Value as Json};

use super::value::{Text, Value};
use crate::memory;
use crate::shown::Json as Shown;

/// The value as JSON text, secrets and all.
pub fn json_text(value: &Value) -> Text {
    // As what may be shown it is wiped.
    let json = Shown::vouched(to_json(value));
    Text::from(memory::written(format_args!("{}", json.as_value())))
}

/// The value as JSON, secrets and all. Infinities and `.nan`, for which JSON has no notation, become strings.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => {
            let exact = number.as_str().parse::<Number>().ok();
            let number_or_text = exact.or_else(|| Number::from_f64(number.as_f64()));
            number_or_text.map_or_else(|| Json::String(number.as_str().to_owned()), Json::Number)
        }
        Value::String(text) => Json::String(text.as_str().to_owned()),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Map(map) => map.iter().map(|(key, value)| (key.text().to_owned(), to_json(value))).collect(),
    }
}
