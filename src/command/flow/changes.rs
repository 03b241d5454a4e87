//! What an edit changed.

use crate::diff::{Change, ChangeKind};
use crate::document::path::identity_key;
use crate::document::{Pointer, Value};
use crate::schema::Schema;

/// The differences, list items by their identity.
pub(super) fn between(before: &Value, after: &Value, _schema: Schema) -> Vec<Change> {
    let mut changes = Vec::new();
    compare(Some(before), Some(after), "", &Pointer::root(), &mut changes);
    changes
}

fn compare(before: Option<&Value>, after: Option<&Value>, path: &str, at: &Pointer, changes: &mut Vec<Change>) {
    match (before, after) {
        (None, None) => {}
        (Some(before), Some(after)) if before == after => {}
        (Some(Value::Map(old)), Some(Value::Map(new))) => {
            for (key, value) in old.iter() {
                compare(Some(value), new.get(key.text()), &join(path, key.text()), &at.child(key.text()), changes);
            }
            for (key, value) in new.iter().filter(|(key, _)| old.get(key.text()).is_none()) {
                compare(None, Some(value), &join(path, key.text()), &at.child(key.text()), changes);
            }
        }
        (Some(Value::List(old)), Some(Value::List(new))) => items(old, new, path, at, changes),
        (before, after) => changes.push(Change {
            kind: match (before, after) {
                (None, _) => ChangeKind::Added,
                (_, None) => ChangeKind::Removed,
                _ => ChangeKind::Changed,
            },
            path: path.to_owned(),
            pointer: at.clone(),
            from: None,
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

fn items(old: &[Value], new: &[Value], path: &str, at: &Pointer, changes: &mut Vec<Change>) {
    let all: Vec<Value> = old.iter().chain(new).cloned().collect();
    let identity = |item: &Value| match identity_key(&all) {
        Some(key) => item.get(key).and_then(|value| value.as_str()).map(str::to_owned),
        None => None,
    };
    let same = |left: &Value, right: &Value| match (identity(left), identity(right)) {
        (Some(left), Some(right)) => left == right,
        _ => left == right,
    };
    let name = |index: usize, item: &Value| format!("{path}[{}]", identity(item).unwrap_or_else(|| index.to_string()));
    for (index, item) in old.iter().enumerate() {
        let partner = new.iter().position(|other| same(item, other));
        let place = at.child(partner.unwrap_or(index).to_string());
        compare(Some(item), partner.map(|partner| &new[partner]), &name(index, item), &place, changes);
    }
    for (index, item) in new.iter().enumerate().filter(|(_, item)| !old.iter().any(|other| same(other, item))) {
        compare(None, Some(item), &name(index, item), &at.child(index.to_string()), changes);
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
