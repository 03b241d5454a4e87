use std::sync::Arc;

use super::{Begun, Step, mean, mean_without};
use crate::document::edit::Edit;
use crate::document::engine::Engine;
use crate::document::pointer::Pointer;
use crate::document::value::{Map, MapKey, Value};
use crate::document::yaml::meaning::Reading;
use crate::document::yaml::tree::Tree;
use crate::document::yaml::{YamlText, confirm, reader};

/// Texts whose entries are small beside the whole.
fn texts() -> Vec<String> {
    let many = |line: fn(usize) -> String| (0..24).map(line).collect::<String>();
    let clients = many(|number| {
        format!(
            "      # number {number}\n      - id: 'app-{number}'\n        name: A  # c\n\n        uris:\n          - a\n          - b\n        scopes: [x, y]\n"
        )
    });
    vec![
        format!("# c\nproviders:\n  oidc:\n    secret: 'b'\n    clients:\n{clients}    last: 1\nend: x\n"),
        format!("providers:\n  oidc:\n    clients:\n{clients}"),
        many(|number| format!("key{number}:\n- a\n- b: c\n  d: e\n")),
        many(|number| format!("key{number}: |\n  a\n\n  b\n")),
        many(|number| format!("key{number}: |+\n  a\n\n\n")),
        many(|number| format!("key{number}: >-\n  a\n  b\n# c\n")),
        many(|number| format!("key{number}: a\n  b\n")),
        many(|number| format!("key{number}: \"a\n  b\"\n")),
        many(|number| format!("key{number}: {{a: 1,\n  b: [2]}}\n")),
        many(|number| format!("? key{number}\n: a\n")),
        many(|number| format!("key{number}:\n")),
        many(|number| format!("- - a{number}\n  - b\n- c: 1\n  d: 2\n")),
        format!("--- # c\n{}...\n", many(|number| format!("- a{number}\n"))),
        format!("%TAG !e! tag:e,2000:\n---\n{}", many(|number| format!("- !e!x a{number}\n"))),
        format!("{}x: &x 1\ny: *x\n", many(|number| format!("key{number}: a\n"))),
        format!("{}? [a]\n: {{b: 1}}\n", many(|number| format!("key{number}: a\n"))),
        format!("{}: b\n", many(|number| format!("key{number}: a\n"))),
    ]
}

/// The places of everything in a value.
fn places(value: &Value, at: &Pointer, found: &mut Vec<Pointer>) {
    match value {
        Value::Map(map) => map.iter().for_each(|(key, value)| places(value, &at.child(key.text()), found)),
        Value::List(items) => {
            items.iter().enumerate().for_each(|(index, item)| places(item, &at.child(index.to_string()), found));
        }
        _ => {}
    }
    found.push(at.clone());
}

fn edits(value: &Value) -> Vec<Edit> {
    let mut all = Vec::new();
    places(value, &Pointer::root(), &mut all);
    let map = Value::Map(Map::from_iter([
        (MapKey::string("k"), Value::string("a\nb\n")),
        (MapKey::string("l"), Value::Null),
    ]));
    let every = all.len() / 16 + 1;
    all.into_iter()
        .enumerate()
        .filter(|(number, _)| number % every == 0)
        .map(|(number, path)| match number / every % 5 {
            0 => Edit::Set { path, value: Value::string("new") },
            1 => Edit::Remove { path },
            2 => Edit::Set { path, value: map.clone() },
            3 => Edit::Append { path: path.parent().unwrap_or_default(), value: Value::string("- x") },
            _ => Edit::Rename { path, to: "other".to_owned() },
        })
        .collect()
}

/// A text that was edited, what it was before, and what it must mean.
struct Edited {
    begun: Begun,
    text: String,
    value: Value,
}

fn edited() -> Vec<Edited> {
    let mut all = Vec::new();
    for text in texts() {
        let read = YamlText::parse(Arc::new(text.clone().into()), false).expect(&text);
        for edit in edits(read.value()) {
            let mut one = read.clone();
            if one.apply(&edit).is_ok() && one.edited {
                let begun = Begun { text: read.text.clone(), arena: read.arena.clone(), value: read.value.clone() };
                all.push(Edited { begun, text: one.text.to_string(), value: one.value.clone() });
            }
        }
    }
    all
}

const BREAKING: [&str; 20] = [
    "", "\n", " ", "  ", ":", "- ", "#", "'", "\"", "|", "&a ", "*a", "%", "[", "}", "\t", "? ", "\n...\n", "\n---\n",
    "!x ",
];

/// The text with something else in one place: near the edit, and anywhere.
fn broken(one: &Edited, turn: usize) -> Vec<String> {
    let some = BREAKING.iter().enumerate().filter(|(number, _)| (number + turn).is_multiple_of(3));
    let texts = some.flat_map(|(number, what)| {
        let anywhere = (turn * 7919 + number * 104_729) % (one.text.len() + 1);
        let near = one.begun.text.bytes().zip(one.text.bytes()).take_while(|(left, right)| left == right).count();
        let beside = |offset: usize| (near + offset).saturating_sub(8).min(one.text.len());
        [anywhere, beside((turn + number) % 24), beside((turn * 5 + number * 3) % 60)].map(|at| (at, *what))
    });
    let at_place = |(at, what): (usize, &str)| {
        let gone = usize::from(what.is_empty() && at < one.text.len());
        [&one.text[..at], what, &one.text[at + gone..]].concat()
    };
    texts.map(at_place).collect()
}

/// The value with something else in one place.
fn other_values(one: &Edited, turn: usize) -> Vec<Value> {
    let mut all = Vec::new();
    places(&one.value, &Pointer::root(), &mut all);
    let picked = all.into_iter().enumerate().filter(|(number, _)| (number + turn).is_multiple_of(17));
    let changed = picked.flat_map(|(_, path)| {
        let edits = [Edit::Set { path: path.clone(), value: Value::string("else") }, Edit::Remove { path }];
        edits.into_iter().filter_map(|edit| {
            let mut value = one.value.clone();
            crate::document::apply::apply(&mut value, &edit).ok().filter(|()| value != one.value).map(|()| value)
        })
    });
    changed.collect()
}

/// Whether a reading of the whole finds the value.
fn whole_means(text: &str, value: &Value) -> bool {
    let read = || {
        let arena = reader::read_by_parser(text).ok()?;
        Reading::of(Tree { text, arena: &arena }).value().ok()
    };
    confirm::means(text, value) || read().is_some_and(|read| read == *value)
}

/// What is given to be read back, whether it holds or not.
fn attempts() -> Vec<(Edited, Vec<(String, Value)>)> {
    let attempts = edited().into_iter().enumerate().map(|(turn, one)| {
        let mut all = vec![(one.text.clone(), one.value.clone())];
        all.extend(broken(&one, turn).into_iter().map(|text| (text, one.value.clone())));
        all.extend(other_values(&one, turn).into_iter().map(|value| (one.text.clone(), value)));
        (one, all)
    });
    attempts.collect()
}

#[test]
fn nothing_is_accepted_that_a_reading_of_the_whole_would_refuse() {
    let (mut held, mut refused) = (0, 0);
    for (one, attempts) in attempts() {
        for (text, value) in attempts {
            let whole = whole_means(&text, &value);
            if mean(&one.begun, &text, &value) {
                assert!(whole, "of {:?}\n{text:?} was taken for {value:?}", one.begun.text.as_str());
                held += 1;
            } else {
                refused += usize::from(!whole);
            }
        }
    }
    assert!(held > 100 && refused > 500, "{held} held, {refused} were refused");
}

#[test]
fn an_edit_in_a_large_text_holds_without_a_reading_of_the_whole() {
    let [text, ..] = &texts()[..] else { panic!("there are texts") };
    let read = YamlText::parse(Arc::new(text.clone().into()), false).expect(text);
    let list = Pointer::new(["providers", "oidc", "clients"]);
    for edit in [
        Edit::Set { path: list.child("5").child("name"), value: Value::string("B") },
        Edit::Set { path: list.child("0").child("name"), value: Value::string("B") },
        Edit::Set { path: list.child("23").child("scopes"), value: Value::list(vec![Value::string("z")]) },
        Edit::Set { path: list.child("5").child("new"), value: Value::string("a\nb\n") },
        Edit::Remove { path: list.child("3") },
        Edit::Remove { path: list.child("23") },
        Edit::Add { path: list.child("-"), value: read.value().get("providers").cloned().expect("a map") },
        Edit::Rename { path: list.child("4").child("id"), to: "other".to_owned() },
    ] {
        let mut one = read.clone();
        one.apply(&edit).expect("it fits");
        let begun = Begun { text: read.text.clone(), arena: read.arena.clone(), value: read.value.clone() };
        assert!(mean(&begun, &one.text, &one.value), "{edit:?}");
    }
}

#[test]
fn without_any_one_of_the_steps_something_would_escape() {
    let attempts = attempts();
    for step in [Step::Bounds, Step::Alone, Step::Part, Step::Rest] {
        let escapes = |(one, attempts): &(Edited, Vec<(String, Value)>)| {
            let escapes = |(text, value): &(String, Value)| {
                mean_without(&one.begun, text, value, Some(step)) && !confirm::means(text, value)
            };
            attempts.iter().any(escapes)
        };
        assert!(attempts.iter().any(escapes), "nothing needs {step:?}");
    }
}
