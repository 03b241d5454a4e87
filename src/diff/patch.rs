//! Two values → the edits that make one of the other.

use crate::document::{Edit, Map, Pointer, Value};

/// RFC 6902 operations that applied to `before` give `after` exactly; the order of keys aside, which no operation sets.
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

/// A pointer cannot tell `8080` from `'8080'`, nor make a key that is no string: then the map is replaced whole.
fn same_kind_of_keys(old: &Map, new: &Map) -> bool {
    let told = |map: &Map| map.iter().all(|(key, _)| !map.is_ambiguous(key.text()));
    let kept = new.iter().all(|(key, _)| old.find(key.text()).map_or(key.is_string(), |other| other == key));
    told(old) && told(new) && kept
}

fn maps(old: &Map, new: &Map, at: &Pointer, edits: &mut Vec<Edit>) {
    for (key, _) in old.iter().filter(|(key, _)| new.get(key.text()).is_none()) {
        edits.push(Edit::Remove { path: at.child(key.text()) });
    }
    for (key, value) in new.iter() {
        match old.get(key.text()) {
            Some(before) => compare(before, value, &at.child(key.text()), edits),
            None => edits.push(Edit::Add { path: at.child(key.text()), value: value.clone() }),
        }
    }
}

/// What is equal at both ends stays; in between, items are compared in pairs, and what one side has more is taken out or put in.
fn lists(old: &[Value], new: &[Value], at: &Pointer, edits: &mut Vec<Edit>) {
    let begin = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[begin..], &new[begin..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
    let place = |index: usize| at.child((begin + index).to_string());
    let pairs = old.len().min(new.len());
    for index in 0..pairs {
        compare(&old[index], &new[index], &place(index), edits);
    }
    for index in (pairs..old.len()).rev() {
        edits.push(Edit::Remove { path: place(index) });
    }
    for (index, item) in new.iter().enumerate().skip(pairs) {
        edits.push(Edit::Add { path: place(index), value: item.clone() });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::{Document, Format, Key, Number};

    fn value() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            (0..4_u8).prop_map(|number| Value::Number(Number::new(number.to_string()))),
            "[ab~/]{0,2}".prop_map(Value::string),
        ];
        scalar.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                prop::collection::vec(("[abc/~]{1,2}", inner), 0..4).prop_map(|entries| {
                    Value::Map(entries.into_iter().map(|(key, value)| (Key::string(key), value)).collect())
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_patch_of_a_difference_makes_one_of_the_other(before in value(), after in value()) {
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
