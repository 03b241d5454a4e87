//! Paths as people write them, in a form that can be parsed again ([`Path`](crate::document::Path)).

use crate::document::matching::identity;
use crate::document::path::identity_key;
use crate::document::pointer::quoted_key;
use crate::document::{Pointer, Value};
use crate::schema::{HIDDEN, Schema};
use crate::shown::held_back::is_held_back;

/// The path to an entry of the map at `path` and `map`; `…` for a key that the schema hides.
pub fn entry(path: &str, key: &str, map: &Pointer, schema: Schema) -> String {
    let key = if schema.shows_key(map, key) { key } else { HIDDEN };
    let key = quoted_key(key);
    if path.is_empty() { key.into_owned() } else { format!("{path}.{key}") }
}

/// The path to an item of the list at `path` and `list`: by its identity if the schema shows it, or else by its
/// position.
pub fn item(path: &str, item: &Value, index: usize, key: Option<&str>, list: &Pointer, schema: Schema) -> String {
    let public = |key: &&str| schema.is_public(&list.child(index.to_string()).child(*key));
    match identity(item, key.filter(public)) {
        Some(name) if !is_held_back(name.as_str()) => format!("{path}[{}]", selector(name.as_str())),
        _ => format!("{path}[{index}]"),
    }
}

/// The path of a pointer in a value.
pub fn path(pointer: &Pointer, value: &Value, schema: Schema) -> String {
    let (mut path, mut at, mut here) = (String::new(), Pointer::root(), Some(value));
    for token in pointer.tokens() {
        path = match here {
            Some(Value::List(items)) => {
                let index = token.parse().unwrap_or(items.len());
                let nothing = Value::Null;
                item(&path, items.get(index).unwrap_or(&nothing), index, identity_key(items), &at, schema)
            }
            _ => entry(&path, token, &at, schema),
        };
        here = here.and_then(|here| Pointer::new([token.as_str()]).get(here));
        at = at.child(token);
    }
    path
}

/// In brackets, a number would be a position, and `=` a condition.
fn selector(name: &str) -> String {
    let plain = !name.is_empty() && name.parse::<i64>().is_err() && !name.contains(['=', ']', '"', '\'']);
    if plain { name.to_owned() } else { quoted(name) }
}

fn quoted(text: &str) -> String {
    let quote = if text.contains('"') { '\'' } else { '"' };
    format!("{quote}{text}{quote}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Path;

    #[test]
    fn names_parse_to_their_place() {
        let items: Vec<Value> = ["a", "3", "x=y", "a]b"]
            .iter()
            .map(|id| {
                Value::Map([(crate::document::MapKey::string("client_id"), Value::string(*id))].into_iter().collect())
            })
            .collect();
        let list = Pointer::parse("/identity_providers/oidc/clients").expect("a pointer");
        for (index, expected) in ["l[a]", "l[\"3\"]", "l[\"x=y\"]", "l[\"a]b\"]"].iter().enumerate() {
            let name = item("l", &items[index], index, Some("client_id"), &list, Schema::Authelia);
            assert_eq!(name, *expected);
            let root =
                Value::Map([(crate::document::MapKey::string("l"), Value::list(items.clone()))].into_iter().collect());
            let read = Path::parse(&name).expect("a path").resolve(&root).expect("it is there");
            assert_eq!(read.to_string(), format!("/l/{index}"));
        }
        assert_eq!(item("l", &items[1], 1, Some("client_id"), &list, Schema::Unknown), "l[1]");
        let root = Pointer::root();
        assert_eq!(entry("a", "b.c", &root, Schema::Unknown), "a.\"b.c\"");
        assert_eq!(entry("", "/x", &root, Schema::Unknown), "\"/x\"");
        assert_eq!(entry("", "a#b", &root, Schema::Unknown), "\"a#b\"");
        assert_eq!(entry("", "hunter2", &root, Schema::Authelia), "…");
    }
}
