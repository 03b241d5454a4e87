//! Single values: shown whole where everything in them is public, or where the user asked for secrets.

use serde_json::{Number, Value as Json};

use crate::document::{Pointer, Value};
use crate::schema::Schema;
use crate::shown::Shown;

/// Decides what may be seen of a file's values. Everything that its schema does not name public is secret.
#[derive(Debug, Clone, Copy)]
pub struct Redactor {
    schema: Schema,
    reveal: bool,
}

impl Redactor {
    /// A redactor for files of this schema; with `reveal` it shows everything.
    pub fn new(schema: Schema, reveal: bool) -> Self {
        Self { schema, reveal }
    }

    /// Whether all of `value`, which stands at `pointer`, may be shown.
    pub fn shows(&self, pointer: &Pointer, value: &Value) -> bool {
        match value {
            _ if self.reveal => true,
            Value::List(items) => {
                items.iter().enumerate().all(|(at, item)| self.shows(&pointer.child(at.to_string()), item))
            }
            Value::Map(map) => map.iter().all(|(key, value)| self.shows(&pointer.child(key.text()), value)),
            _ => self.schema.is_public(pointer),
        }
    }

    /// The value as text, a scalar as it is and anything else as JSON; `None` where a part of it is secret.
    pub fn text(&self, pointer: &Pointer, value: &Value) -> Option<Shown> {
        if !self.shows(pointer, value) {
            return None;
        }
        let text = value.scalar_text().map_or_else(|| json(value).to_string(), |text| text.as_str().to_owned());
        Some(Shown::vouched(text))
    }
}

/// The value as JSON, secrets and all: only for values that may be shown.
fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => number_json(number.as_str(), number.as_f64()),
        Value::String(text) => Json::String(text.as_str().to_owned()),
        Value::List(items) => Json::Array(items.iter().map(json).collect()),
        Value::Map(map) => map.iter().map(|(key, value)| (key.text().to_owned(), json(value))).collect(),
    }
}

/// A number as exactly as JSON can hold it here; infinities have no notation in JSON and become strings.
fn number_json(text: &str, float: f64) -> Json {
    let exact = text.parse::<Number>().ok();
    exact.or_else(|| Number::from_f64(float)).map_or_else(|| Json::String(text.to_owned()), Json::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};

    #[test]
    fn a_value_with_one_secret_in_it_is_not_shown() {
        let text = "identity_providers: {oidc: {clients: [{client_id: a, client_secret: s, redirect_uris: [u, v]}]}}";
        let document = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
        let client = Pointer::parse("/identity_providers/oidc/clients/0").expect("a pointer");
        let text = |redactor: Redactor, token: Option<&str>| {
            let pointer = token.map_or_else(|| client.clone(), |token| client.child(token));
            let value = pointer.get(document.value()).expect("it is there");
            redactor.text(&pointer, value).map(|shown| shown.to_string())
        };
        let redactor = Redactor::new(Schema::Authelia, false);
        assert_eq!(text(redactor, Some("client_id")).as_deref(), Some("a"));
        assert_eq!(text(redactor, Some("redirect_uris")).as_deref(), Some(r#"["u","v"]"#));
        assert_eq!(text(redactor, Some("client_secret")), None);
        assert_eq!(text(redactor, None), None);
        assert_eq!(text(Redactor::new(Schema::Authelia, true), Some("client_secret")).as_deref(), Some("s"));
        assert_eq!(text(Redactor::new(Schema::Unknown, false), Some("client_id")), None);
    }
}
