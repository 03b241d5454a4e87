//! The edits that turn one value into another.

use crate::document::matching::{matching, renamed_keys};
use crate::document::rewrite::items;
use crate::document::{Edit, Map, Pointer, Value};

/// RFC 6902 operations that turn `before` into `after` exactly, except for the order of keys, which no operation can
/// set.
pub fn as_patch(before: &Value, after: &Value) -> Vec<Edit> {
    let mut edits = Vec::new();
    compare(before, after, &Pointer::root(), &mut edits);
    edits
}

fn compare(before: &Value, after: &Value, at: &Pointer, edits: &mut Vec<Edit>) {
    match (before, after) {
        _ if before == after => {}
        (Value::Map(old), Value::Map(new)) if same_kind_of_keys(old, new) => maps(old, new, at, edits),
        (Value::List(old), Value::List(new)) => lists(old, new, at, edits),
        _ => edits.push(Edit::Replace { path: at.clone(), value: after.clone() }),
    }
}

/// A pointer cannot distinguish `8080` from `'8080'`, nor create a key that is not a string; then the complete map is
/// replaced. If `new` has both keys, one of them is not the key of `old`.
fn same_kind_of_keys(old: &Map, new: &Map) -> bool {
    let is_addressable = |map: &Map| map.iter().all(|(key, _)| !key.is_complex() && !map.is_ambiguous(key.text()));
    let kept = new.iter().all(|(key, _)| old.find(key.text()).map_or(key.is_string(), |other| other == key));
    is_addressable(old) && kept
}

fn maps(old: &Map, new: &Map, at: &Pointer, edits: &mut Vec<Edit>) {
    let renamed = renamed_keys(old, new);
    for (key, _) in old.iter().filter(|(key, _)| new.get(key.text()).is_none()) {
        let path = at.child(key.text());
        edits.push(match renamed.iter().find(|(old, _)| *old == key.text()) {
            Some((_, to)) => Edit::Move { from: path, path: at.child(*to) },
            None => Edit::Remove { path },
        });
    }
    for (key, value) in new.iter() {
        match old.get(key.text()) {
            None if renamed.iter().any(|(_, to)| *to == key.text()) => {}
            Some(before) => compare(before, value, &at.child(key.text()), edits),
            None => edits.push(Edit::Add { path: at.child(key.text()), value: value.clone() }),
        }
    }
}

/// Items are matched as in a difference.
fn lists(old: &[Value], new: &[Value], at: &Pointer, edits: &mut Vec<Edit>) {
    items([old, new], &matching(old, new), at, edits, &compare);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::{Document, Format, MapKey, Number};

    fn value() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            (0..4_u8).prop_map(|number| Value::Number(Number::new(number.to_string()))),
            "[ab~/]{0,2}".prop_map(Value::string),
        ];
        scalar.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::list),
                prop::collection::vec(("[abc/~]{1,2}", inner.clone()), 0..4).prop_map(|entries| {
                    Value::Map(entries.into_iter().map(|(key, value)| (MapKey::string(key), value)).collect())
                }),
                // Items with an identity, which is followed through moves and renames.
                prop::collection::vec(("[abcde]", inner), 0..5).prop_map(|items| {
                    let item = |(id, value): (String, Value)| {
                        Value::Map(
                            [(MapKey::string("id"), Value::string(id)), (MapKey::string("v"), value)]
                                .into_iter()
                                .collect(),
                        )
                    };
                    Value::List(items.into_iter().map(item).collect())
                }),
            ]
        })
    }

    #[test]
    fn a_map_with_keys_that_no_pointer_distinguishes_is_replaced() {
        let value = |text: &str| Document::parse(text.as_bytes(), Format::Yaml).expect("YAML").value().clone();
        for (before, after, is_replaced) in [
            ("{8080: a, x: 1}", "{8080: a, x: 2}", false),
            ("{8080: a}", "{'8080': a}", true),
            ("{8080: a}", "{8080: a, 9090: b}", true),
            ("{8080: a}", "{8080: a, '9090': b}", false),
            ("{8080: a}", "{8080: a, '8080': b}", true),
            ("{8080: a, '8080': b}", "{8080: a}", true),
            ("{8080: a, '8080': b}", "{'8080': b}", true),
            ("{8080: a, '8080': b}", "{8080: a, '8080': c}", true),
        ] {
            let edits = as_patch(&value(before), &value(after));
            let whole = matches!(&edits[..], [Edit::Replace { path, .. }] if path.is_root());
            assert_eq!(whole, is_replaced, "{before} {after}");
        }
    }

    proptest! {
        #[test]
        fn the_patch_of_a_difference_turns_one_value_into_the_other(before in value(), after in value()) {
            let empty = Document::parse(b"{}", Format::Json).expect("JSON");
            let mut session = empty.edit();
            session.apply(&Edit::Replace { path: Pointer::root(), value: before.clone() }).expect("any value fits");
            for edit in as_patch(&before, &after) {
                session.apply(&edit).expect("it fits");
            }
            prop_assert!(*session.finish().expect("it reads back").value() == after);
        }
    }
}
