//! The effect of an edit on the value of an ini file, where a name has one value or a list of its occurrences.

use crate::document::apply;
use crate::document::edit::Edit;
use crate::document::pointer::Pointer;
use crate::document::value::{Map, MapKey, Value};
use crate::error::{Error, ErrorKind, Result};

/// The value after the edit.
///
/// # Errors
/// Errors of [`apply::apply`]; `unsupported` for what an ini file cannot hold.
pub(super) fn after(value: &Value, edit: &Edit) -> Result<Value> {
    let mut wanted = value.clone();
    if let Some(path) = appended(edit) {
        several(&mut wanted, &path);
    }
    apply::apply(&mut wanted, &as_text(edit))?;
    let Value::Map(root) = wanted else { return Err(no_place("an ini file holds sections and keys")) };
    root.iter()
        .map(|(key, value)| Ok((key.clone(), top(value)?)))
        .filter_map(kept)
        .collect::<Result<Map>>()
        .map(Value::Map)
}

/// The place where the edit adds another occurrence.
fn appended(edit: &Edit) -> Option<Pointer> {
    match edit {
        Edit::Append { path, .. } => Some(path.clone()),
        Edit::Add { path, .. } | Edit::Set { path, .. } | Edit::Copy { path, .. } if path.last() == Some("-") => {
            path.parent()
        }
        _ => None,
    }
}

/// Turns a single occurrence of a name into a list of one.
fn several(root: &mut Value, path: &Pointer) {
    let mut here = root;
    for token in path.tokens() {
        let below = match here {
            Value::Map(map) => map.get_mut(token),
            Value::List(items) => token.parse().ok().and_then(|index: usize| items.get_mut(index)),
            _ => None,
        };
        let Some(below) = below else { return };
        here = below;
    }
    if here.as_list().is_none() && !path.is_root() {
        *here = Value::list(vec![here.clone()]);
    }
}

/// A name without occurrences is removed.
fn kept(entry: Result<(MapKey, Option<Value>)>) -> Option<Result<(MapKey, Value)>> {
    entry.map(|(key, value)| value.map(|value| (key, value))).transpose()
}

/// A value at the top: a section, or text before the first one.
fn top(value: &Value) -> Result<Option<Value>> {
    each(value, |one| match one {
        Value::Map(section) => {
            let entry = |(key, value): (&MapKey, &Value)| Ok((key.clone(), each(value, text)?));
            section.iter().map(entry).filter_map(kept).collect::<Result<Map>>().map(Value::Map)
        }
        other => text(other),
    })
}

/// Applies `one` to the value, or to each item of the list of occurrences.
fn each(value: &Value, one: impl Fn(&Value) -> Result<Value>) -> Result<Option<Value>> {
    let Value::List(items) = value else { return one(value).map(Some) };
    let mut items = items.iter().map(one).collect::<Result<Vec<Value>>>()?;
    Ok(if items.len() > 1 { Some(Value::list(items)) } else { items.pop() })
}

fn text(value: &Value) -> Result<Value> {
    match value {
        Value::String(_) => Ok(value.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(Value::string(value.scalar_str().unwrap_or_default())),
        _ => Err(no_place("a key in an ini file holds text")),
    }
}

fn no_place(message: &'static str) -> Error {
    Error::new(ErrorKind::Unsupported, message).hint(
        "a path is `section.key`, or `key` above the first section; `agepatch write` replaces the complete content",
    )
}

/// The edit with numbers and booleans as text.
fn as_text(edit: &Edit) -> Edit {
    let mut edit = edit.clone();
    match &mut edit {
        Edit::Add { value, .. }
        | Edit::Replace { value, .. }
        | Edit::Test { value, .. }
        | Edit::Set { value, .. }
        | Edit::Append { value, .. } => *value = texts(value),
        Edit::Remove { .. } | Edit::Move { .. } | Edit::Copy { .. } | Edit::Rename { .. } => {}
    }
    edit
}

fn texts(value: &Value) -> Value {
    match value {
        Value::Number(_) | Value::Bool(_) => Value::string(value.scalar_str().unwrap_or_default()),
        Value::List(items) => Value::List(items.iter().map(texts).collect()),
        Value::Map(map) => Value::Map(map.iter().map(|(key, value)| (key.clone(), texts(value))).collect()),
        other => other.clone(),
    }
}
