//! The effect of an edit on a value: RFC 6902's semantics and our own operations, without any text.
//!
//! An engine changes the text, which must then parse to the value computed here.

use super::edit::Edit;
use super::pointer::{Pointer, list_index};
use super::value::{Map, MapKey, Value};
use crate::error::{Error, ErrorKind, Result};

/// Applies `edit` to `root`.
///
/// # Errors
/// `path` if a place is missing; `test` if a test fails.
pub fn apply(root: &mut Value, edit: &Edit) -> Result<()> {
    match edit {
        Edit::Add { path, value } => add(root, path, value.clone()),
        Edit::Remove { path } => remove(root, path).map(drop),
        Edit::Replace { path, value } => {
            *find(root, path)? = value.clone();
            Ok(())
        }
        Edit::Move { from, path } if from == path => find(root, path).map(drop),
        Edit::Move { from, path } => {
            if from.contains(path) {
                return Err(Error::new(ErrorKind::Path, "a value cannot be moved into itself").at_path(path));
            }
            // A move to the same place changes nothing, even for a key that is not a string.
            if from == path {
                return find(root, from).map(drop);
            }
            let value = remove(root, from)?;
            add(root, path, value)
        }
        Edit::Copy { from, path } => {
            let value = find(root, from)?.clone();
            add(root, path, value)
        }
        Edit::Test { path, value } => {
            if find(root, path)?.is_same(value) {
                Ok(())
            } else {
                Err(Error::new(ErrorKind::Test, "the value is not the one that the patch expects").at_path(path).hint(
                    "the patch was made for another state of the file, or was applied already; nothing was changed",
                ))
            }
        }
        Edit::Set { path, value } => set(root, path, value.clone()),
        Edit::Append { path, value } => append(root, path, value),
        Edit::Rename { path, to } => rename(root, path, to),
    }
}

fn missing(path: &Pointer) -> Error {
    let hint = match path.is_root() {
        true => "give the path of a value; `agepatch write` replaces the complete content",
        false => "`agepatch show` prints what there is",
    };
    Error::new(ErrorKind::Path, "no value at this path").at_path(path).hint(hint)
}

fn find<'v>(root: &'v mut Value, path: &Pointer) -> Result<&'v mut Value> {
    path.tokens().iter().try_fold(root, |value, token| step(value, token)).ok_or_else(|| missing(path))
}

fn step<'v>(value: &'v mut Value, token: &str) -> Option<&'v mut Value> {
    match value {
        Value::Map(map) => map.get_mut(token),
        Value::List(items) => items.get_mut(list_index(token)?),
        _ => None,
    }
}

fn parent<'v, 'p>(root: &'v mut Value, path: &'p Pointer) -> Result<(&'v mut Value, &'p str)> {
    match (path.parent(), path.last()) {
        (Some(above), Some(last)) => Ok((find(root, &above)?, last)),
        _ => Err(missing(path)),
    }
}

fn add(root: &mut Value, path: &Pointer, value: Value) -> Result<()> {
    if path.is_root() {
        *root = value;
        return Ok(());
    }
    match parent(root, path)? {
        (Value::Map(map), key) => {
            insert(map, key, value);
            Ok(())
        }
        (Value::List(items), "-") => {
            items.push(value);
            Ok(())
        }
        (Value::List(items), token) => {
            let index = list_index(token).filter(|index| *index <= items.len()).ok_or_else(|| missing(path))?;
            items.insert(index, value);
            Ok(())
        }
        _ => Err(missing(path)),
    }
}

fn insert(map: &mut Map, key: &str, value: Value) {
    match map.get_mut(key) {
        Some(old) => *old = value,
        None => drop(map.insert(MapKey::string(key), value)),
    }
}

fn remove(root: &mut Value, path: &Pointer) -> Result<Value> {
    match parent(root, path)? {
        (Value::Map(map), key) => map.remove(key).ok_or_else(|| missing(path)),
        (Value::List(items), token) => {
            let index = list_index(token).filter(|index| *index < items.len()).ok_or_else(|| missing(path))?;
            Ok(items.remove(index))
        }
        _ => Err(missing(path)),
    }
}

fn set(root: &mut Value, path: &Pointer, value: Value) -> Result<()> {
    let mut here = root;
    for token in path.tokens() {
        if matches!(here, Value::Null) {
            *here = Value::Map(Map::new());
        }
        here = match here {
            Value::Map(map) => {
                if map.get(token).is_none() {
                    map.insert(MapKey::string(token.as_str()), Value::Null);
                }
                map.get_mut(token).ok_or_else(|| missing(path))?
            }
            Value::List(items) => {
                let index = if token == "-" { Some(items.len()) } else { list_index(token) };
                let index = index.filter(|index| *index <= items.len()).ok_or_else(|| missing(path))?;
                if index == items.len() {
                    items.push(Value::Null);
                }
                &mut items[index]
            }
            _ => return Err(missing(path)),
        };
    }
    *here = value;
    Ok(())
}

/// The error for a value that can have no items.
pub fn no_list(path: &Pointer) -> Error {
    Error::new(ErrorKind::Path, "only a list can be appended to")
        .at_path(path)
        .hint("`agepatch set` replaces the value, `agepatch show` prints what there is")
}

fn append(root: &mut Value, path: &Pointer, value: &Value) -> Result<()> {
    match find(root, path) {
        Ok(Value::List(items)) => {
            if !items.contains(value) {
                items.push(value.clone());
            }
            Ok(())
        }
        // A key without a value.
        Ok(nothing @ Value::Null) => {
            *nothing = Value::list(vec![value.clone()]);
            Ok(())
        }
        Ok(_) => Err(no_list(path)),
        Err(_) => set(root, path, Value::list(vec![value.clone()])),
    }
}

fn rename(root: &mut Value, path: &Pointer, to: &str) -> Result<()> {
    match parent(root, path)? {
        (Value::Map(map), key) if map.get(key).is_some() => {
            map.rename(key, to).ok_or_else(|| Error::new(ErrorKind::Path, "the new key already exists").at_path(path))
        }
        (Value::Map(_), _) => Err(missing(path)),
        _ => Err(Error::new(ErrorKind::Path, "only a map's key can be renamed").at_path(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &[&str]) -> Value {
        Value::List(items.iter().map(|item| Value::string(*item)).collect())
    }

    fn at(path: &str) -> Pointer {
        Pointer::parse(path).expect("a pointer")
    }

    #[test]
    fn lists_take_items_before_an_index_and_at_the_end() {
        let mut value = list(&["a", "c"]);
        apply(&mut value, &Edit::Add { path: at("/1"), value: Value::string("b") }).expect("it fits");
        apply(&mut value, &Edit::Add { path: at("/-"), value: Value::string("d") }).expect("it fits");
        apply(&mut value, &Edit::Move { from: at("/0"), path: at("/3") }).expect("it fits");
        assert_eq!(value, list(&["b", "c", "d", "a"]));
        let error = apply(&mut value, &Edit::Add { path: at("/01"), value: Value::Null }).expect_err("a leading zero");
        assert_eq!(error.kind(), ErrorKind::Path);
    }

    #[test]
    fn missing_pieces_are_reported_as_such() {
        let map = || {
            Value::Map(Map::from_iter([(MapKey::string("a"), list(&["x", "y"])), (MapKey::string("b"), Value::Null)]))
        };
        let (nothing, taken) = ("no value at this path", "the new key already exists");
        let (remove, rename) = (
            |path: &str| Edit::Remove { path: at(path) },
            |path: &str| Edit::Rename { path: at(path), to: "b".to_owned() },
        );
        for (edit, expected) in [
            (remove("/a/2"), nothing),
            (remove("/a/b"), nothing),
            (remove("/c"), nothing),
            (remove("/b/c"), nothing),
            (rename("/c"), nothing),
            (rename("/a"), taken),
            (rename("/a/0"), "only a map's key can be renamed"),
        ] {
            let error = apply(&mut map(), &edit).expect_err("it does not fit");
            assert_eq!((error.kind(), error.message()), (ErrorKind::Path, expected), "{edit:?}");
        }
    }

    #[test]
    fn set_makes_the_maps_that_are_missing() {
        let mut value = Value::Null;
        apply(&mut value, &Edit::Set { path: at("/a/b"), value: Value::Bool(true) }).expect("it fits");
        assert_eq!(at("/a/b").get(&value), Some(&Value::Bool(true)));
    }

    #[test]
    fn append_adds_each_item_once() {
        let mut value = list(&["a"]);
        for _ in 0..2 {
            apply(&mut value, &Edit::Append { path: at(""), value: Value::string("b") }).expect("it fits");
        }
        assert_eq!(value, list(&["a", "b"]));
    }

    #[test]
    fn a_failed_test_names_the_place_and_no_value() {
        let mut value = list(&["marker"]);
        let error = apply(&mut value, &Edit::Test { path: at("/0"), value: Value::string("x") }).expect_err("differs");
        assert_eq!((error.kind(), error.path()), (ErrorKind::Test, Some("0")));
        assert!(!error.message().contains("marker"));
    }

    #[test]
    fn nothing_is_moved_into_itself() {
        let mut value = Value::Null;
        apply(&mut value, &Edit::Set { path: at("/a/b"), value: Value::Null }).expect("it fits");
        let error = apply(&mut value, &Edit::Move { from: at("/a"), path: at("/a/b") }).expect_err("a cycle");
        assert_eq!(error.kind(), ErrorKind::Path);
    }
}
