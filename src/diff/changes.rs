//! Compares two values: maps by key, lists by the identity of their items.

use std::collections::HashSet;

use super::change::{Change, ChangeKind};
use super::name;
use crate::document::matching::{longest_rising, matching_by, renamed_keys, shared_key, without};
use crate::document::{Pointer, Value, same_ends};
use crate::schema::Schema;

/// The differences between two values of a file with this schema.
pub fn changes(before: &Value, after: &Value, schema: Schema) -> Vec<Change> {
    // A file that only had comments got its first entries.
    if matches!(before, Value::Null) && after.is_collection() {
        return additions(after, schema);
    }
    compared([Some(before), Some(after)], schema)
}

/// The changes that describe a new file.
pub fn additions(value: &Value, schema: Schema) -> Vec<Change> {
    let nothing = nothing_like(value);
    compared([nothing.as_ref(), Some(value)], schema)
}

/// The changes that describe a removed file.
pub fn removals(value: &Value, schema: Schema) -> Vec<Change> {
    let nothing = nothing_like(value);
    compared([Some(value), nothing.as_ref()], schema)
}

/// What a file like this one is compared with if it is new or removed: an empty collection, or nothing.
fn nothing_like(value: &Value) -> Option<Value> {
    match value {
        Value::Map(_) => Some(Value::Map(crate::document::Map::new())),
        Value::List(_) => Some(Value::List(Vec::new().into())),
        Value::Null => Some(Value::Null),
        _ => None,
    }
}

fn compared([before, after]: [Option<&Value>; 2], schema: Schema) -> Vec<Change> {
    let mut changes = Changes { schema, found: Vec::new() };
    changes.compare(before, after, "", [&Pointer::root(), &Pointer::root()]);
    changes.found
}

struct Changes {
    schema: Schema,
    found: Vec<Change>,
}

struct Item<'v> {
    /// Its path for display.
    name: String,
    place: Pointer,
    value: &'v Value,
}

impl Changes {
    fn add(&mut self, kind: ChangeKind, path: &str, [from, at]: [&Pointer; 2], values: [Option<&Value>; 2]) {
        self.found.push(Change {
            kind,
            path: path.to_owned(),
            pointer: if kind == ChangeKind::Removed { from.clone() } else { at.clone() },
            from: (from != at && kind != ChangeKind::Removed && kind != ChangeKind::Added).then(|| from.clone()),
            before: values[0].cloned(),
            after: values[1].cloned(),
        });
    }

    fn compare(&mut self, before: Option<&Value>, after: Option<&Value>, path: &str, [from, at]: [&Pointer; 2]) {
        match (before, after) {
            (Some(before), Some(after)) if before == after => {}
            (Some(Value::Map(old)), Some(Value::Map(new))) if !old.has_complex_key() && !new.has_complex_key() => {
                let renamed = renamed_keys(old, new);
                let keys = old.iter().map(|(key, _)| key.text());
                let fresh = new.iter().map(|(key, _)| key.text()).filter(|key| old.get(key).is_none());
                let fresh = fresh.filter(|key| renamed.iter().all(|(_, new)| new != key));
                for key in keys.chain(fresh) {
                    if let Some((_, to)) = renamed.iter().find(|(old, _)| *old == key) {
                        let places = [&from.child(key), &at.child(*to)];
                        self.add(ChangeKind::Renamed, &name::entry(path, key, at, self.schema), places, [None, None]);
                        continue;
                    }
                    let places = [&from.child(key), &at.child(key)];
                    self.compare(old.get(key), new.get(key), &name::entry(path, key, at, self.schema), places);
                }
            }
            (Some(Value::List(old)), Some(Value::List(new))) => self.items([old, new], path, [from, at]),
            (None, _) => self.add(ChangeKind::Added, path, [from, at], [before, after]),
            (_, None) => self.add(ChangeKind::Removed, path, [from, at], [before, after]),
            _ => self.add(ChangeKind::Changed, path, [from, at], [before, after]),
        }
    }

    /// Compares two lists. Equal items at both ends are matched first, and skipped afterwards.
    fn items(&mut self, [old, new]: [&[Value]; 2], path: &str, [from, at]: [&Pointer; 2]) {
        let key = shared_key(old, new);
        let (first, last) = same_ends(old, new);
        let (old, new) = (&old[first..old.len() - last], &new[first..new.len() - last]);
        let partners = matching_by(old, new, key);
        let olds: Vec<Item<'_>> = self.named(old, first, key, path, from);
        let news: Vec<Item<'_>> = self.named(new, first, key, path, at);
        for (item, _) in olds.iter().zip(&partners).filter(|(_, partner)| partner.is_none()) {
            self.add(ChangeKind::Removed, &item.name, [&item.place, &item.place], [Some(item.value), None]);
        }
        let kept: Vec<usize> = partners.iter().flatten().copied().collect();
        let stay = longest_rising(&kept);
        for (was, partner) in olds.iter().zip(&partners) {
            let Some(partner) = *partner else { continue };
            let is = &news[partner];
            if !stay.contains(&partner) {
                self.add(ChangeKind::Moved, &is.name, [&was.place, &is.place], [None, None]);
            }
            self.item(was, is, key);
        }
        let kept: HashSet<usize> = kept.into_iter().collect();
        for item in news.iter().enumerate().filter(|(index, _)| !kept.contains(index)).map(|(_, item)| item) {
            self.add(ChangeKind::Added, &item.name, [&item.place, &item.place], [None, Some(item.value)]);
        }
    }

    /// Compares an item with its counterpart.
    fn item(&mut self, was: &Item<'_>, is: &Item<'_>, key: Option<&str>) {
        let places = [&was.place, &is.place];
        let identity = |item: &Item<'_>| key.and_then(|key| item.value.get(key)).cloned();
        let (Some(key), true) = (key, identity(was) != identity(is)) else {
            return self.compare(Some(was.value), Some(is.value), &is.name, places);
        };
        let identities = [&was.place.child(key), &is.place.child(key)];
        let values = [was.value.get(key), is.value.get(key)];
        self.add(ChangeKind::Renamed, &format!("{}.{key}", was.name), identities, values);
        self.compare(Some(&without(was.value, key)), Some(&without(is.value, key)), &is.name, places);
    }

    /// Names the items of a list whose first item is at position `first`.
    fn named<'v>(
        &self,
        items: &'v [Value],
        first: usize,
        key: Option<&str>,
        path: &str,
        list: &Pointer,
    ) -> Vec<Item<'v>> {
        let item = |(index, value): (usize, &'v Value)| {
            let place = list.child((first + index).to_string());
            Item { name: name::item(path, value, first + index, key, list, self.schema), place, value }
        };
        items.iter().enumerate().map(item).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};

    fn changes(before: &str, after: &str) -> Vec<String> {
        let read = |text: &str| {
            let text = format!("identity_providers: {{oidc: {{clients: {text}}}}}");
            Document::parse(text.as_bytes(), Format::Yaml).expect("YAML").value().clone()
        };
        let short = |change: Change| {
            let path = change.path.trim_start_matches("identity_providers.oidc.").to_owned();
            format!("{} {path}", change.kind.name())
        };
        super::changes(&read(before), &read(after), Schema::Authelia).into_iter().map(short).collect()
    }

    const A: &str = "{client_id: a, public: true}";
    const B: &str = "{client_id: b, public: false}";
    const C: &str = "{client_id: c, public: true, scopes: [x, y]}";

    #[test]
    fn a_template_without_quotes_that_changes_is_a_change() {
        let client = |key: &str| format!("[{{client_id: a, key: {key}}}]");
        let [x, y] = ["{{ env \"X\" }}", "{{ env \"Y\" }}"].map(client);
        assert_eq!(changes(&x, &y), ["changed clients[a].key"]);
        assert_eq!(changes(&x, &x), Vec::<String>::new());
        assert_eq!(changes(&client("3"), &client("3.0")), ["changed clients[a].key"]);
    }

    #[test]
    fn a_key_with_another_name_is_renamed() {
        let read = |text: &str| Document::parse(text.as_bytes(), Format::Yaml).expect("YAML").value().clone();
        let found = |before: &str, after: &str| {
            let found = super::changes(&read(before), &read(after), Schema::Unknown);
            let place = |change: &Change| format!("{} {} {}", change.kind.name(), change.path, change.pointer);
            found.iter().map(place).collect::<Vec<_>>().join(", ")
        };
        for (before, after, expected) in [
            ("a: x\nb: 1\n", "c: x\nb: 1\n", "renamed a /c"),
            ("a: {x: 1}\nb: 1\n", "c: {x: 1}\nb: 1\n", "renamed a /c"),
            // Another value, another place, or two candidates.
            ("a: x\nb: 1\n", "c: y\nb: 1\n", "removed a /a, added c /c"),
            ("a: x\nb: 1\n", "b: 1\nc: x\n", "removed a /a, added c /c"),
            ("a: x\nb: 1\n", "c: x\nd: x\nb: 1\n", "removed a /a, added c /c, added d /d"),
            ("a: true\n", "b: true\n", "removed a /a, added b /b"),
        ] {
            assert_eq!(found(before, after), expected, "{before} {after}");
        }
    }

    #[test]
    fn a_first_key_is_added() {
        let read = |text: &str| Document::parse(text.as_bytes(), Format::Yaml).expect("YAML").value().clone();
        let found = super::changes(&read("# nothing yet\n"), &read("a: 1\n"), Schema::Unknown);
        let found: Vec<_> = found.iter().map(|change| (change.kind, change.path.as_str())).collect();
        assert_eq!(found, [(ChangeKind::Added, "a")]);
    }

    #[test]
    fn items_are_known_by_their_identity() {
        let list = |items: &[&str]| format!("[{}]", items.join(", "));
        let before = list(&[A, B, C]);
        assert_eq!(changes(&before, &before), Vec::<String>::new());
        assert_eq!(changes(&before, &list(&[B, C])), ["removed clients[a]"]);
        assert_eq!(changes(&list(&[B]), &list(&[A, B])), ["added clients[a]"]);
        assert_eq!(changes(&before, &list(&[B, C, A])), ["moved clients[a]"]);
        let renamed = B.replace("client_id: b", "client_id: z");
        assert_eq!(changes(&before, &list(&[A, &renamed, C])), ["renamed clients[b].client_id"]);
        let both = renamed.replace("false", "true");
        assert_eq!(
            changes(&before, &list(&[A, &both, C])),
            ["renamed clients[b].client_id", "changed clients[z].public"]
        );
        assert_eq!(
            changes(&before, &list(&[A, B, &C.replace("[x, y]", "[y, x, z]")])),
            ["moved clients[c].scopes[1]", "added clients[c].scopes[2]"]
        );
        assert_eq!(changes(&before, &list(&[A, B, &C.replace("[x, y]", "[x, z]")])), ["changed clients[c].scopes[1]"]);
        assert_eq!(
            changes(&before, &list(&[A, B, &C.replace("[x, y]", "[x, z, w]")])),
            ["removed clients[c].scopes[1]", "added clients[c].scopes[1]", "added clients[c].scopes[2]"]
        );
        assert_eq!(changes("[]", &list(&[A])), ["added clients[a]"]);
        assert_eq!(changes("[]", "[{client_id: a}]"), ["added clients[a]"]);
        assert_eq!(changes(&list(&[A]), "[{client_id: a}]"), ["removed clients[a].public"]);
    }

    #[test]
    fn a_change_has_its_new_and_its_old_place() {
        let places = |before: &str, after: &str| {
            let read = |text: &str| Document::parse(text.as_bytes(), Format::Yaml).expect("YAML").value().clone();
            let place = |change: Change| {
                let from = change.from.map(|from| format!(" from {from}")).unwrap_or_default();
                format!("{} {}{from}", change.kind.name(), change.pointer)
            };
            let found = super::changes(&read(before), &read(after), Schema::Unknown);
            found.into_iter().map(place).collect::<Vec<_>>().join(", ")
        };
        for (before, after, expected) in [
            ("a: 1", "a: 2", "changed /a"),
            ("a: 1", "b: 1", "removed /a, added /b"),
            ("[x, a, b]", "[x, a, c]", "changed /2"),
            ("[x, a, b, z]", "[x, a, z]", "removed /2"),
            ("[x, y]", "[x, a, b, y]", "added /1, added /2"),
            ("[a, b, c]", "[b, c, a]", "moved /2 from /0"),
            (
                "[{id: a, x: 1, y: 1}, {id: b}, {id: c}]",
                "[{id: b}, {id: c}, {id: a, x: 2, z: 1}]",
                "moved /2 from /0, changed /2/x from /0/x, removed /0/y, added /2/z",
            ),
        ] {
            assert_eq!(places(before, after), expected, "{before} | {after}");
        }
    }

    #[test]
    fn additions_describe_a_new_file() {
        let brought = |text: &str| {
            let document = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
            let found = additions(document.value(), Schema::Unknown);
            found.iter().map(|change| format!("{} {}", change.kind.name(), change.path)).collect::<Vec<_>>().join(", ")
        };
        for (text, expected) in
            [("null", ""), ("a: 1\nb: 2", "added a, added b"), ("[x]", "added [0]"), ("word", "added ")]
        {
            assert_eq!(brought(text), expected, "{text}");
        }
    }
}
