//! Public values that contain a secret by mistake.
//!
//! If the line `key: |` above a private key is deleted, its lines become a part of the value before it. A missing quote
//! does the same. What the schema calls public is then printed by `check` and `show`.

use crate::document::node::{Data, Node, Style};
use crate::document::{Document, Value};
use crate::schema::{PlaceId, Places, Schema};
use crate::shown::suspect::{is_key, is_private_key};

/// Shorter lines of a value are not searched for in other texts.
const LINE_LENGTH: usize = 12;
/// Options whose values may be as long and random as a key: identifiers that people choose, and thumbprints.
const RANDOM: [&str; 5] = ["client_id", "key_id", "kid", "client", "sub"];

/// The texts of public values that run over several lines without being a block, and of those that look like a key,
/// together with their lines.
pub(super) struct Swallowed {
    schema: Schema,
    texts: Vec<String>,
    /// Whether there is a public value with white space, which may have been a line end.
    may_span_lines: bool,
}

impl Swallowed {
    pub(super) fn new(schema: Schema) -> Self {
        Self { schema, texts: Vec::new(), may_span_lines: false }
    }

    /// The texts in a document, whose public scalars were all examined.
    pub(super) fn texts(mut self, document: &Document) -> Vec<String> {
        if self.may_span_lines
            && let Ok(tree) = document.tree()
        {
            let text = String::from_utf8_lossy(document.bytes());
            let mut places = Places::new(self.schema);
            self.look_at_lines(&text, &tree, Places::ROOT, &mut places);
        }
        self.texts
    }

    /// Examines a public scalar, to which `key` led.
    pub(super) fn look_at(&mut self, scalar: &Value, key: Option<&str>) {
        let Some(text) = scalar.scalar_str() else { return };
        // Most values are written as they are, on one line, and need no look at the tree.
        let is_verbatim = matches!(scalar, Value::String(text) if text.is_verbatim());
        self.may_span_lines |= text.contains('\n') || !is_verbatim && text.contains(' ');
        // Values that the settings make public may look like keys: public keys do.
        let may_be_key = || self.schema == Schema::Authelia && !key.is_some_and(|key| RANDOM.contains(&key));
        if is_private_key(text) || is_key(text.trim()) && may_be_key() {
            self.hold_back(text, text.lines());
        }
    }

    fn look_at_lines(&mut self, source: &str, node: &Node<'_>, at: PlaceId, places: &mut Places) {
        match &node.data {
            Data::Map(entries) => {
                for entry in entries {
                    let below = places.entry(at, entry.key);
                    self.look_at_lines(source, &entry.value, below, places);
                }
            }
            Data::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    let item_at = places.item(at, index);
                    self.look_at_lines(source, item, item_at, places);
                }
            }
            Data::Scalar(scalar) => {
                let source = source.get(node.span.clone()).unwrap_or_default();
                let is_meant = matches!(scalar.style, Style::Literal | Style::Folded)
                    || source.starts_with("\"\"\"")
                    || source.starts_with("'''");
                if !is_meant && source.trim_end().contains('\n') && places.is_public(at) {
                    // The first line is what the option is for.
                    self.hold_back(scalar.text, source.lines().skip(1));
                }
            }
        }
    }

    fn hold_back<'t>(&mut self, text: &str, lines: impl Iterator<Item = &'t str>) {
        self.texts.push(text.to_owned());
        let lines = lines.map(|line| line.trim().trim_matches(['"', '\''])).filter(|line| line.len() >= LINE_LENGTH);
        self.texts.extend(lines.map(str::to_owned));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;
    use crate::redact::held_back::Walk;

    fn held(text: &str, schema: Schema) -> Vec<String> {
        let document = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
        Walk::through(&document, schema, None).swallowed.texts(&document)
    }

    #[test]
    fn a_value_that_swallowed_the_lines_below_it_is_held_back() {
        for (text, expected) in [
            ("server:\n  address: tcp\n    c2VjcmV0LW9mLWxpbmU=\n", "c2VjcmV0LW9mLWxpbmU="),
            ("theme: 'dark\n  very-secret-word'\n", "very-secret-word"),
            ("theme: \"dark\n  very-secret-word\"\n", "very-secret-word"),
        ] {
            let held = held(text, Schema::Authelia);
            assert_eq!(held.len(), 2, "{text}: {held:?}");
            assert_eq!(held[1], expected);
            assert!(held[0].contains(expected) && !held[0].contains('\n'), "{held:?}");
        }
    }

    #[test]
    fn what_looks_like_a_key_is_held_back() {
        for value in [
            "c2VjcmV0MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYg==",
            "5a71376d61726b6572394b78deadbeefcafe0123456789ab",
            "AGE-SECRET-KEY-1QQQQ",
            "|\n  -----BEGIN PRIVATE KEY-----\n  c2VjcmV0LW9mLWxpbmU=\n  -----END PRIVATE KEY-----",
        ] {
            assert!(!held(&format!("theme: {value}\n"), Schema::Authelia).is_empty(), "{value}");
        }
    }

    #[test]
    fn ordinary_values_are_not_held_back() {
        for value in [
            "dark",
            "two words",
            ">-\n  two\n  lines",
            "/config/secrets/authelia/oidc/jwks/rsa/private.pem",
            "https://auth.example.com/api/oidc/authorization/of/this/Client1",
        ] {
            assert_eq!(held(&format!("theme: {value}\n"), Schema::Authelia), Vec::<String>::new(), "{value}");
        }
        let id = "identity_providers:\n  oidc:\n    clients:\n      - client_id: Tn5bXy0mRk7QeWcLpA9sDfGh2JkLzXcVbN4mQwErTy\n";
        assert_eq!(held(id, Schema::Authelia), Vec::<String>::new());
    }
}
