//! Values as text: on one line, or field by field.

use crate::document::{Pointer, Value};
use crate::redact::Redactor;
use crate::shown;
use crate::shown::Shown;

const SECRET: &str = "(secret)";

/// A value after its label, as in YAML: on one line, or its parts below the label.
pub(super) fn block(label: &Shown, value: &Value, at: &Pointer, redactor: Redactor, room: usize) -> Vec<Shown> {
    let is_flat = match value {
        Value::Map(map) => map.iter().next().is_none(),
        Value::List(items) => items.iter().all(|item| !item.is_collection()),
        _ => true,
    };
    if is_flat {
        let line = shown!("{}: {}", label, inline(value, at, redactor));
        if !value.is_collection() || length(&line) <= room {
            return vec![line];
        }
    }
    // `a.b.c: 1` is as clear as three lines.
    if let Value::Map(map) = value
        && let (Some((key, value)), 1) = (map.iter().next(), map.iter().count())
        && key.text().chars().all(|character| character.is_alphanumeric() || "_-".contains(character))
    {
        let label = shown!("{}.{}", label, redactor.key(at, key.text()));
        return block(&label, value, &at.child(key.text()), redactor, room);
    }
    let below = fields(value, at, redactor, room.saturating_sub(2));
    let below = below.into_iter().map(|line| shown!("  {}", line));
    std::iter::once(shown!("{}:", label)).chain(below).collect()
}

/// The entries of a map, the items of a list, or a scalar, each at the start of a line.
pub(crate) fn fields(value: &Value, at: &Pointer, redactor: Redactor, room: usize) -> Vec<Shown> {
    match value {
        Value::Map(map) => {
            let entry = |(key, value): (&crate::document::MapKey, &Value)| {
                block(&redactor.key(at, key.text()), value, &at.child(key.text()), redactor, room)
            };
            map.iter().flat_map(entry).collect()
        }
        Value::List(items) => {
            let item = |(index, item): (usize, &Value)| {
                let at = at.child(index.to_string());
                let lines = match item {
                    Value::Map(_) => fields(item, &at, redactor, room.saturating_sub(2)),
                    _ => vec![inline(item, &at, redactor)],
                };
                let dash = |(index, line): (usize, Shown)| shown!("{}{}", if index == 0 { "- " } else { "  " }, line);
                lines.into_iter().enumerate().map(dash).collect::<Vec<_>>()
            };
            items.iter().enumerate().flat_map(item).collect()
        }
        scalar => vec![inline(scalar, at, redactor)],
    }
}

/// A value on one line, with secrets replaced.
pub(super) fn inline(value: &Value, at: &Pointer, redactor: Redactor) -> Shown {
    match value {
        Value::Map(map) => {
            let entry = |(key, value): (&crate::document::MapKey, &Value)| {
                let value = inline(value, &at.child(key.text()), redactor);
                shown!("{}: {}", redactor.key(at, key.text()), value)
            };
            let entries: Vec<Shown> = map.iter().map(entry).collect();
            shown!("{{{}}}", Shown::join(&entries, ", "))
        }
        Value::List(items) => {
            let item = |(index, item): (usize, &Value)| inline(item, &at.child(index.to_string()), redactor);
            let items: Vec<Shown> = items.iter().enumerate().map(item).collect();
            shown!("[{}]", Shown::join(&items, ", "))
        }
        scalar => redactor.text(at, scalar).unwrap_or(Shown::fixed(SECRET)),
    }
}

pub(super) fn length(text: &Shown) -> usize {
    text.as_str().chars().count()
}
