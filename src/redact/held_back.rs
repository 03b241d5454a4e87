//! Texts of a document that must never be printed anywhere.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::swallowed::Swallowed;
use crate::document::node::{Data, Node};
use crate::document::{Document, Value};
use crate::schema::{PlaceId, Places, Schema};
use crate::shown::held_back::hold_back;

/// The schema of a document, set or guessed. Also registers texts that must not be printed anywhere: keys that the
/// schema does not know, secrets that an alias repeats at a public place or as a key, and public values that are or
/// contain a secret by mistake.
pub fn schema_of(set: Option<Schema>, name: &str, document: &Document) -> Schema {
    let schema = set.unwrap_or_else(|| Schema::guess(name, document.value()));
    hold_back_of(document, schema);
    schema
}

/// Registers what must not be printed of a document with this schema.
pub fn hold_back_of(document: &Document, schema: Schema) {
    register(document, schema, None);
}

/// As [`hold_back_of`], for a document that was edited, if that of `before` was registered with the same schema.
pub fn hold_back_of_edited(before: &Document, after: &Document, schema: Schema) {
    // To this schema, items of a list are alike wherever they are.
    register(after, schema, Some(before.value()).filter(|_| schema == Schema::Authelia));
}

fn register(document: &Document, schema: Schema, known: Option<&Value>) {
    let mut texts = Vec::new();
    if schema != Schema::Unknown {
        let walk = Walk::through(document, schema, known);
        texts.extend(walk.unknown);
        texts.extend(walk.swallowed.texts(document));
    }
    let has_anchors = document.format().has_anchors() && document.bytes().contains(&b'&');
    if has_anchors && let Ok(tree) = document.tree() {
        let mut shared = Shared::default();
        shared.collect(&tree, Places::ROOT, &mut Places::new(schema));
        texts.extend(shared.texts());
    }
    hold_back(texts);
}

/// One walk through the values of a document, for all that is looked for in them.
pub(super) struct Walk {
    places: Places,
    /// Keys that may be values which a typo turned into keys. A key with known options below it is a misplaced section.
    unknown: Vec<String>,
    pub(super) swallowed: Swallowed,
}

impl Walk {
    /// Walks through a document, but for what it shares with another value, through which a walk went before.
    pub(super) fn through(document: &Document, schema: Schema, known: Option<&Value>) -> Self {
        let mut walk = Self { places: Places::new(schema), unknown: Vec::new(), swallowed: Swallowed::new(schema) };
        walk.look_at(document.value(), known, Places::ROOT, None);
        walk
    }

    /// Looks at a value, to which `key` led last.
    fn look_at(&mut self, value: &Value, known: Option<&Value>, at: PlaceId, key: Option<&str>) {
        match value {
            _ if known.is_some_and(|known| known.is_shared_with(value)) => {}
            Value::Map(map) => {
                for (key, value) in map.iter() {
                    let below = self.places.entry(at, key.text());
                    let is_name = key.is_string() || key.text().starts_with(['{', '[']);
                    if is_name && !self.places.shows_key(below) && !is_section(value, &mut self.places) {
                        self.unknown.push(key.text().to_owned());
                    }
                    let known = known.and_then(|known| known.get(key.text()));
                    self.look_at(value, known, below, Some(key.text()));
                }
            }
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    // Behind an item that was added or removed, the others are in another position.
                    let known = known.and_then(Value::as_list).unwrap_or_default();
                    let moved = (index + known.len()).checked_sub(items.len());
                    let known = [Some(index), moved].map(|at| known.get(at?));
                    if known.into_iter().flatten().any(|known| known.is_shared_with(item)) {
                        continue;
                    }
                    let item_at = self.places.item(at, index);
                    self.look_at(item, known[0], item_at, key);
                }
            }
            scalar if self.places.is_public(at) => self.swallowed.look_at(scalar, key),
            _ => {}
        }
    }
}

/// Whether an entry holds an option that is known at the top.
fn is_section(value: &Value, places: &mut Places) -> bool {
    let mut is_known = |key: &str| {
        let option = places.entry(Places::ROOT, key);
        places.shows_key(option)
    };
    value.as_map().is_some_and(|map| map.iter().any(|(key, _)| is_known(key.text())))
}

/// The bytes of a document's scalars and keys; an alias shares those of what it repeats.
#[derive(Default)]
struct Shared<'t> {
    secret: HashMap<(usize, usize), &'t str>,
    public: HashSet<(usize, usize)>,
}

impl<'t> Shared<'t> {
    fn collect(&mut self, node: &Node<'t>, at: PlaceId, places: &mut Places) {
        match &node.data {
            Data::Scalar(_) if places.is_public(at) => self.note_public(&node.span),
            Data::Scalar(scalar) => drop(self.secret.insert((node.span.start, node.span.end), scalar.text)),
            Data::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    let item_at = places.item(at, index);
                    self.collect(item, item_at, places);
                }
            }
            Data::Map(entries) => {
                for entry in entries {
                    self.note_public(&entry.key_span);
                    let below = places.entry(at, entry.key);
                    self.collect(&entry.value, below, places);
                }
            }
        }
    }

    fn note_public(&mut self, span: &Range<usize>) {
        self.public.insert((span.start, span.end));
    }

    fn texts(self) -> impl Iterator<Item = String> {
        let Self { secret, public } = self;
        secret.into_iter().filter(move |(span, _)| public.contains(span)).map(|(_, text)| text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::document::{Edit, Format, Pointer};

    #[test]
    fn of_an_edited_document_only_what_is_new_is_looked_at() {
        let client = |id: &str| format!("      - client_id: '{id}'\n        typo_{id}: 'x'\n");
        let clients: String = ["a", "b", "c"].map(client).concat();
        let text =
            format!("theme: 'dark'\nnonsense: {{deeper: 1}}\nidentity_providers:\n  oidc:\n    clients:\n{clients}");
        let before = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
        let at = |path: &str| Pointer::parse(path).expect("a pointer");
        let list = "/identity_providers/oidc/clients";
        let value = |text: &str| Document::parse(text.as_bytes(), Format::Yaml).expect("YAML").value().clone();
        let new = || value("{client_id: new, other_typo: y, theme_2: [1]}");
        let found = |document: &Document, known: Option<&Value>| {
            let walk = Walk::through(document, Schema::Authelia, known);
            walk.unknown.into_iter().chain(walk.swallowed.texts(document)).collect::<BTreeSet<String>>()
        };
        let key = Value::string("5a71376d61726b6572394b78deadbeefcafe0123456789ab");
        for edit in [
            Edit::Set { path: at("/theme"), value: key },
            Edit::Add { path: at(&format!("{list}/0")), value: new() },
            Edit::Add { path: at(&format!("{list}/2")), value: new() },
            Edit::Add { path: at(&format!("{list}/-")), value: new() },
            Edit::Remove { path: at(&format!("{list}/1")) },
            Edit::Replace { path: at(&format!("{list}/1")), value: new() },
            Edit::Set { path: at(&format!("{list}/2/another_typo")), value: Value::Null },
            Edit::Set { path: at("/nonsense/deeper"), value: new() },
            Edit::Move { from: at(&format!("{list}/2")), path: at("/nonsense/deeper") },
        ] {
            let mut session = before.edit();
            session.apply(&edit).expect("it fits");
            let after = session.finish().expect("it reads back");
            let (old, some) = (found(&before, None), found(&after, Some(before.value())));
            let all = found(&after, None);
            assert!(all.is_subset(&(&old | &some)), "{edit:?}: {all:?} {some:?}");
            assert!(some.is_subset(&all), "{edit:?}: {some:?}");
            assert!(some.len() < all.len(), "{edit:?}: {some:?}");
        }
    }
}
