//! Schemas for what a container leaves readable: the selectors of sops files decide which values may be shown.

use std::sync::{Mutex, PoisonError};

use crate::document::Pointer;
use crate::document::pointer::list_index;
use crate::rules::Selector;
use crate::schema::{Readable, Schema};
use crate::workspace::PublicPlaces;

/// One leaked schema for each selector seen so far; a repository has only a few.
static KNOWN: Mutex<Vec<(Selector, Schema)>> = Mutex::new(Vec::new());

/// The schema of a file of which only the selector is known.
pub(crate) fn schema_of(selector: Option<&Selector>) -> Schema {
    let Some(selector) = selector else { return Schema::Unknown };
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, schema)) = known.iter().find(|(other, _)| other == selector) {
        return *schema;
    }
    let rule = selector.clone();
    let schema = Schema::Readable(Readable::new(Box::leak(Box::new(move |at: &Pointer| shows(&rule, at)))));
    known.push((selector.clone(), schema));
    schema
}

/// The schema of a file in which settings declare these globs public.
pub(crate) fn public(globs: &[String]) -> Schema {
    static KNOWN: Mutex<Vec<(Vec<String>, Schema)>> = Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, schema)) = known.iter().find(|(other, _)| other == globs) {
        return *schema;
    }
    let places = PublicPlaces::new(globs);
    let schema = Schema::Readable(Readable::new(Box::leak(Box::new(move |at: &Pointer| places.contains(at)))));
    known.push((globs.to_vec(), schema));
    schema
}

/// A schema that shows what either of them shows.
pub(crate) fn either(one: Schema, other: Schema) -> Schema {
    static KNOWN: Mutex<Vec<([Schema; 2], Schema)>> = Mutex::new(Vec::new());
    if one == other || other == Schema::Unknown {
        return one;
    }
    if one == Schema::Unknown {
        return other;
    }
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, schema)) = known.iter().find(|(pair, _)| *pair == [one, other]) {
        return *schema;
    }
    let rule = move |at: &Pointer| one.is_public(at) || other.is_public(at);
    let schema = Schema::Readable(Readable::new(Box::leak(Box::new(rule))));
    known.push(([one, other], schema));
    schema
}

/// Whether the value at a place is left in plaintext. A list position is not a key, but a number may be one; if that is
/// not certain, the value is hidden.
fn shows(selector: &Selector, at: &Pointer) -> bool {
    let all: Vec<&str> = at.tokens().iter().map(String::as_str).collect();
    let named: Vec<&str> = all.iter().copied().filter(|token| list_index(token).is_none()).collect();
    !selector.encrypts(&all, &[]) && !selector.encrypts(&named, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Selectors;

    #[test]
    fn values_left_in_plaintext_by_selectors_are_shown() {
        let schema = |name: &str, text: &str| {
            let selectors: Selectors = serde_json::from_value(serde_json::json!({ name: text })).expect("selectors");
            schema_of(Some(&selectors.selector().expect("a selector")))
        };
        let at = |pointer: &str| Pointer::parse(pointer).expect("a pointer");
        for (name, text, pointer, shown) in [
            ("unencrypted_suffix", "_u", "/a_u", true),
            ("unencrypted_suffix", "_u", "/a_u/b/0", true),
            ("unencrypted_suffix", "_u", "/a/0", false),
            ("encrypted_regex", "^data$", "/meta/0", true),
            ("encrypted_regex", "^data$", "/data/0/x", false),
            ("encrypted_regex", "^0$", "/list/0", false),
            ("unencrypted_regex", "^0$", "/list/0", false),
        ] {
            assert_eq!(schema(name, text).is_public(&at(pointer)), shown, "{name} {text} {pointer}");
        }
        assert!(schema("encrypted_regex", "a") == schema("encrypted_regex", "a"));
        assert!(schema("encrypted_regex", "a") != schema("encrypted_regex", "b"));
        assert_eq!(schema_of(None), Schema::Unknown);
    }
}
