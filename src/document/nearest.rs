//! Suggestions for a place that does not exist.

use super::pointer::{Pointer, entry};
use super::value::Value;
use crate::error::{Error, ErrorKind};
use crate::shown;
use crate::shown::{KeyName, Shown};

/// The maximum number of names in a hint.
const LISTED: usize = 8;
/// The minimum similarity (Jaro-Winkler) of a suggestion.
const ALIKE: f64 = 0.75;

/// The name most similar to `wanted`, if any is similar.
pub fn name<'n>(names: impl IntoIterator<Item = &'n str>, wanted: &str) -> Option<&'n str> {
    names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&name.to_lowercase(), &wanted.to_lowercase()), name))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, name)| name)
}

/// The name that `wanted` is most likely a misspelling of: it differs from it in a letter or two, or in capitals, and not
/// only in numbers. For a name that is valid by itself.
pub fn spelling<'n>(names: impl IntoIterator<Item = &'n str>, wanted: &str) -> Option<&'n str> {
    let letters = |name: &str| name.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let lower = wanted.to_lowercase();
    let most = match wanted.chars().count() {
        0..4 => 0,
        4..12 => 1,
        _ => 2,
    };
    names
        .into_iter()
        .filter(|name| *name != wanted && (name.to_lowercase() == lower || letters(name) != letters(wanted)))
        .map(|name| (strsim::damerau_levenshtein(&name.to_lowercase(), &lower), name))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The error for a `pointer` that does not exist.
pub fn missing(root: &Value, pointer: &Pointer) -> Error {
    let error = Error::new(ErrorKind::Path, "no value at this path").at_path(pointer);
    error.hint(hint(root, pointer).unwrap_or(Shown::fixed("`agepatch show` prints what there is")))
}

/// Where the path to `pointer` ends in `root`, and the names there; `None` if the place exists. Contains only keys,
/// never values.
pub fn hint(root: &Value, pointer: &Pointer) -> Option<Shown> {
    let mut here = root;
    let mut way = Pointer::root();
    for token in pointer.tokens() {
        match entry(here, token) {
            Some(next) => here = next,
            None => return Some(at(here, &way, token)),
        }
        way.push(token);
    }
    None
}

fn at(here: &Value, way: &Pointer, token: &str) -> Shown {
    let place = if way.is_root() { Shown::fixed("at the top level") } else { shown!("at {}", way) };
    match here {
        Value::Map(map) if map.is_empty() => shown!("the map {} is empty", place),
        Value::Map(map) => {
            let keys: Vec<&str> = map.iter().map(|(key, _)| key.text()).collect();
            let wanted = KeyName::shown(token);
            match name(keys.iter().copied(), token) {
                Some(nearest) => {
                    shown!("there is no `{}` {}; did you mean `{}`?", wanted, place, KeyName::shown(nearest))
                }
                None => shown!("there is no `{}` {}, only {}", wanted, place, list(&keys)),
            }
        }
        Value::List(items) => match items.len() {
            0 => shown!("the list {} is empty", place),
            1 => shown!("the list {} has 1 item, at position 0", place),
            many => shown!("the list {} has {} items, at positions 0 to {}", place, many, many - 1),
        },
        other => {
            let what = if way.is_root() { Shown::fixed("the content") } else { shown!("the value {}", place) };
            shown!("{} is {}, with nothing below it", what, other.type_name())
        }
    }
}

fn list(keys: &[&str]) -> Shown {
    let named = Shown::join(keys.iter().take(LISTED).map(|key| shown!("`{}`", KeyName::shown(*key))), ", ");
    if keys.len() > LISTED { shown!("{} and {} more", named, keys.len() - LISTED) } else { named }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};

    #[test]
    fn a_misspelling_differs_in_a_letter_or_two() {
        let names = ["DB_HOST", "DB_PASSWORD", "app1-token", "tz"];
        for (wanted, near) in [
            ("DB_PASWORD", Some("DB_PASSWORD")),
            ("DB_PASSWROD", Some("DB_PASSWORD")),
            ("db_host", Some("DB_HOST")),
            ("DB-HOST", Some("DB_HOST")),
            ("TZ", Some("tz")),
            ("DB_PORT", None),
            ("DB_HOST", None),
            ("app2-token", None),
            ("tx", None),
            ("", None),
        ] {
            assert_eq!(spelling(names, wanted), near, "{wanted}");
        }
    }

    #[test]
    fn only_some_of_many_keys_are_listed() {
        let keys: Vec<String> = (0..=LISTED).map(|number| format!("k{number}")).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let all = |keys: &[&str]| keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        assert_eq!(list(&keys[..LISTED]).as_str(), all(&keys[..LISTED]));
        assert_eq!(list(&keys).as_str(), all(&keys[..LISTED]) + " and 1 more");
    }

    #[test]
    fn reports_where_the_path_ends() {
        let document =
            Document::parse(b"oidc: {clients: [{id: marker}], empty: {}}\n", Format::Yaml).expect("it is YAML");
        let hint = |pointer: &str| {
            hint(document.value(), &Pointer::parse(pointer).expect("a pointer")).map(|hint| hint.as_raw().to_owned())
        };
        assert_eq!(hint("/oidc/clients/0"), None);
        assert_eq!(hint("/odic").as_deref(), Some("there is no `odic` at the top level; did you mean `oidc`?"));
        assert_eq!(hint("/oidc/xyz/a").as_deref(), Some("there is no `xyz` at oidc, only `clients`, `empty`"));
        assert_eq!(hint("/oidc/clients/1").as_deref(), Some("the list at oidc.clients has 1 item, at position 0"));
        assert_eq!(hint("/oidc/empty/a").as_deref(), Some("the map at oidc.empty is empty"));
        let below = hint("/oidc/clients/0/id/x").expect("a hint");
        assert_eq!(below, "the value at oidc.clients[0].id is a string, with nothing below it");
    }
}
