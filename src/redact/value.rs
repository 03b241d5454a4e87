//! Single values: shown if everything in them is public, or if the user asked for secrets.

use std::borrow::Cow;

use crate::document::{MapKey, Pointer, Value, to_json};
use crate::memory;
use crate::schema::{HIDDEN, Schema};
use crate::shown::held_back::{is_held_back, without_credentials};
use crate::shown::{Json, KeyName, Shown};

/// Decides which of a file's values may be shown. Everything that its schema does not declare public is secret.
#[derive(Debug, Clone, Copy)]
pub struct Redactor {
    schema: Schema,
    reveal: bool,
}

impl Redactor {
    /// A redactor for files with this schema; with `reveal` it shows everything.
    pub fn new(schema: Schema, reveal: bool) -> Self {
        Self { schema, reveal }
    }

    pub fn schema(&self) -> Schema {
        self.schema
    }

    /// The name of an entry of the map at `map`, redacted if necessary.
    pub fn key(&self, map: &Pointer, key: &str) -> Shown {
        let shown = self.reveal || (self.schema.shows_key(map, key) && !is_held_back(key));
        if shown { KeyName::shown(key) } else { Shown::fixed(HIDDEN) }
    }

    /// The pointer, redacted if necessary.
    pub fn pointer(&self, pointer: &Pointer) -> Pointer {
        if self.reveal { pointer.clone() } else { self.schema.shown_pointer(pointer) }
    }

    /// Whether all of `value`, which is at `pointer`, may be shown.
    pub fn shows(&self, pointer: &Pointer, value: &Value) -> bool {
        match value {
            _ if self.reveal => true,
            Value::List(items) => {
                items.iter().enumerate().all(|(at, item)| self.shows(&pointer.child(at.to_string()), item))
            }
            Value::Map(map) => map.iter().all(|(key, value)| {
                self.schema.shows_key(pointer, key.text()) && self.shows(&pointer.child(key.text()), value)
            }),
            scalar => matches!(self.scalar(pointer, scalar), Some(Cow::Borrowed(_))),
        }
    }

    /// The public text of a scalar, without the credentials of a URL; `None` for a secret.
    fn scalar<'v>(self, pointer: &Pointer, value: &'v Value) -> Option<Cow<'v, str>> {
        let text = value.scalar_str()?;
        if self.reveal {
            return Some(Cow::Borrowed(text));
        }
        if !self.schema.is_public(pointer) || is_held_back(text) {
            return None;
        }
        Some(without_credentials(text).map_or(Cow::Borrowed(text), Cow::Owned))
    }

    /// Whether every part of the value may be shown, except for credentials in URLs.
    fn shows_most(self, pointer: &Pointer, value: &Value) -> bool {
        match value {
            Value::List(items) => {
                items.iter().enumerate().all(|(at, item)| self.shows_most(&pointer.child(at.to_string()), item))
            }
            Value::Map(map) => map.iter().all(|(key, value)| {
                (self.reveal || self.schema.shows_key(pointer, key.text()))
                    && self.shows_most(&pointer.child(key.text()), value)
            }),
            scalar => self.scalar(pointer, scalar).is_some(),
        }
    }

    /// The value as JSON, or `null` if a part of it is secret.
    pub fn json_or_null(&self, pointer: &Pointer, value: &Value) -> Json {
        if self.shows_most(pointer, value) { self.json(pointer, value) } else { Json::NULL }
    }

    /// The value as JSON, with `null` for each secret scalar.
    #[expect(clippy::disallowed_methods, reason = "the redactor itself")]
    pub fn json(&self, pointer: &Pointer, value: &Value) -> Json {
        Json::public(self.visible(pointer, value))
    }

    fn visible(self, pointer: &Pointer, value: &Value) -> serde_json::Value {
        match value {
            Value::List(items) => {
                let item = |(at, item): (usize, &Value)| self.visible(&pointer.child(at.to_string()), item);
                items.iter().enumerate().map(item).collect()
            }
            Value::Map(map) => {
                let entry = |(key, value): (&MapKey, &Value)| {
                    let shown = self.reveal || self.schema.shows_key(pointer, key.text());
                    let name = if shown { key.text() } else { HIDDEN };
                    (name.to_owned(), self.visible(&pointer.child(key.text()), value))
                };
                map.iter().map(entry).collect()
            }
            scalar => match self.scalar(pointer, scalar) {
                None => serde_json::Value::Null,
                Some(Cow::Owned(part)) => part.into(),
                Some(Cow::Borrowed(_)) => to_json(scalar),
            },
        }
    }

    /// The value in one line, a scalar as it is and anything else as JSON; `None` if a part of it is secret.
    #[expect(clippy::disallowed_methods, reason = "the redactor itself")]
    pub fn text(&self, pointer: &Pointer, value: &Value) -> Option<Shown> {
        if !self.shows_most(pointer, value) {
            return None;
        }
        if value.is_collection() {
            return Some(self.json(pointer, value).text());
        }
        self.scalar(pointer, value).map(Shown::public)
    }

    /// Like [`Redactor::text`], but a scalar revealed with `--reveal` is exactly the value, with its lines and control
    /// characters.
    #[expect(clippy::disallowed_methods, reason = "the redactor itself")]
    pub fn exact(&self, pointer: &Pointer, value: &Value) -> Option<Shown> {
        match value.scalar_text() {
            Some(text) if self.reveal => Some(Shown::exact(memory::into_string(text))),
            _ => self.text(pointer, value),
        }
    }
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
        let text_of = |text: &str| {
            let document = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
            redactor.text(&Pointer::parse("/identity_providers/oidc/clients").expect("a pointer"), document.value())
        };
        let open = r#"[{"client_id":"a","redirect_uris":["u"]},{"client_id":"b"}]"#;
        assert_eq!(text_of(open).map(|shown| shown.to_string()).as_deref(), Some(open));
        assert_eq!(text_of(r#"[{"client_id":"a"},{"client_id":"b","client_secret":"s"}]"#).map(|_| ()), None);
        assert_eq!(text(Redactor::new(Schema::Authelia, true), Some("client_secret")).as_deref(), Some("s"));
        assert_eq!(text(Redactor::new(Schema::Unknown, false), Some("client_id")), None);
    }
}
