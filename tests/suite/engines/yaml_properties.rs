//! Property tests of the YAML engine: random edits of the recorded documents.

use agepatch::ErrorKind;
use agepatch::document::{Document, Edit, Format, Map, MapKey, Number, Pointer, Value};
use proptest::prelude::*;

use crate::engines::yaml_edits;
use crate::random_edits::{Made, Names, deterministic, edit_at, places};

const NAMES: Names =
    Names { new: ["new", "a: b", "yes", "8", "x"], below: &[], other: ["renamed", "null", "a#b", "'q"] };

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i32>().prop_map(|number| Value::Number(Number::new(number.to_string()))),
        "[a-zA-Z0-9 :#,'\"\\[\\]{}&*!|>%@`~?.\\\\-]{0,12}".prop_map(Value::string),
        "[ -~äß🦀\t]{0,20}".prop_map(Value::string),
        "[ a-z:#\n]{0,24}".prop_map(Value::string),
        "\\PC{0,10}".prop_map(Value::string),
        Just(Value::string("yes")),
        Just(Value::string("2024-01-01")),
        Just(Value::string("<<")),
        Just(Value::string("---")),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::list),
            prop::collection::vec(("[a-z<:# 0-9]{1,6}", inner), 0..4).prop_map(|entries| {
                Value::Map(entries.into_iter().map(|(key, value)| (MapKey::string(key), value)).collect::<Map>())
            }),
        ]
    })
}

/// libyaml's result for a text.
pub(super) fn second_reading(text: &[u8]) -> Option<Value> {
    let text = text.trim_ascii_start();
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    serde_yaml::from_slice::<serde_yaml::Value>(text).ok().map(|value| converted(&value))
}

fn converted(value: &serde_yaml::Value) -> Value {
    let number = |number: &serde_yaml::Number| Value::Number(Number::new(number.to_string()));
    match value {
        serde_yaml::Value::Null => Value::Null,
        serde_yaml::Value::Bool(truth) => Value::Bool(*truth),
        serde_yaml::Value::Number(found) => number(found),
        serde_yaml::Value::String(text) => Value::string(text.as_str()),
        serde_yaml::Value::Sequence(items) => Value::List(items.iter().map(converted).collect()),
        serde_yaml::Value::Mapping(map) => {
            let key = |key: &serde_yaml::Value| match converted(key) {
                Value::String(text) => MapKey::string(text.as_str()),
                other => MapKey::other(other.scalar_text().map(|text| text.to_string()).unwrap_or_default()),
            };
            Value::Map(map.iter().map(|(name, value)| (key(name), converted(value))).collect())
        }
        serde_yaml::Value::Tagged(tagged) => converted(&tagged.value),
    }
}

/// This many edits, anywhere.
pub(crate) fn edits_of(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Made>> {
    prop::collection::vec((any::<u8>(), any::<usize>(), any::<usize>(), any_value()), count)
}

/// Checks that a patch has the same result as its edits one by one, with each text parsed again, also by a second
/// parser.
pub(crate) fn held_together(text: &str, edits: &[Made]) -> Result<(), TestCaseError> {
    let first = Document::parse(text.as_bytes(), Format::Yaml).expect("it was read before");
    // If the parsers differ before an edit, they may differ after it.
    let mut names: Vec<&str> = text.split_whitespace().filter(|word| word.starts_with('&')).collect();
    names.sort_unstable();
    let twice = names.windows(2).any(|pair| pair[0] == pair[1]);
    let apart = twice || second_reading(text.as_bytes()).is_none_or(|second| second != *first.value());
    let mut together = first.edit();
    let mut made = Vec::new();
    let mut alone = first.edit().finish().expect("nothing was edited");
    prop_assert_eq!(alone.bytes(), text.as_bytes());
    for numbers in edits {
        let edit = edit_at(alone.value(), numbers, &NAMES);
        made.push(edit.clone());
        let mut session = alone.edit();
        let done = session.apply(&edit).and_then(|()| session.finish());
        match done {
            Ok(document) => {
                prop_assert!(together.apply(&edit).is_ok(), "together it is refused: {:?} in\n{}", edit, text);
                prop_assert!(together.value() == document.value(), "another value on the way: {:?} in\n{}", made, text);
                let second = second_reading(document.bytes());
                let known = String::from_utf8_lossy(document.bytes()).contains("<<") || apart;
                let same = second.as_ref().is_some_and(|second| second == document.value());
                prop_assert!(
                    same || known,
                    "a second reader {}\n{}",
                    if second.is_some() { "reads something else" } else { "refuses" },
                    String::from_utf8_lossy(document.bytes())
                );
                alone = document;
            }
            Err(error) => {
                prop_assert_ne!(
                    error.kind(),
                    ErrorKind::Unsupported,
                    "{}: {:?} in\n{}",
                    error.message(),
                    edit,
                    String::from_utf8_lossy(alone.bytes())
                );
                let refused = together.apply(&edit).and_then(|()| together.finish().map(drop)).is_err();
                prop_assert!(refused, "together it is accepted: {:?} in\n{}", made, text);
                return Ok(());
            }
        }
    }
    let Ok(together) = together.finish() else {
        return Err(TestCaseError::fail(format!("together they cannot be finished: {made:?}\nin\n{text}")));
    };
    // The bytes may differ in manner, which is detected before the first edit.
    prop_assert!(together.value() == alone.value());
    Ok(())
}

#[test]
fn edits_have_the_same_result_together_and_one_by_one() {
    // Maps with a list or a map as a key are read-only; parsers have different texts for a null key.
    let apart =
        |text: &String| ["? [", "? {", "~:", ": {{"].iter().any(|key| text.contains(key)) || text.starts_with(':');
    let texts: Vec<String> = yaml_edits::documents().into_iter().filter(|text| !apart(text)).collect();
    deterministic(2_000)
        .run(&(any::<usize>(), edits_of(1..5)), |(which, edits)| held_together(&texts[which % texts.len()], &edits))
        .unwrap_or_else(|failure| panic!("{failure}"));
}

/// Every short string of special characters.
#[test]
fn every_short_string_can_be_written_everywhere() {
    let alphabet: Vec<char> =
        " a:#-?|\n\t'\"&*[{,%!0\u{85}\u{a0}\u{feff}\u{2028}\u{7f}\u{fffe}\u{3000}\u{2003}".chars().collect();
    let mut texts: Vec<String> = alphabet.iter().map(char::to_string).collect();
    for first in &alphabet {
        for second in &alphabet {
            texts.push(format!("{first}{second}"));
        }
    }
    // Only every n-th of length three; all of them with EVERY_EDIT=1.
    let stride = std::env::var("EVERY_EDIT").ok().and_then(|stride| stride.parse().ok()).unwrap_or(11);
    let longer =
        texts[alphabet.len()..].iter().flat_map(|two| alphabet.iter().map(move |third| format!("{two}{third}")));
    let longer: Vec<String> = longer.step_by(stride).collect();
    texts.extend(longer);
    let document = Document::parse(b"k: x\nl:\n  - x\nf: [x]\nend: 1\n", Format::Yaml).expect("YAML");
    let mut wrong = Vec::new();
    for text in texts {
        let place = |path: &str| Pointer::parse(path).expect("a pointer");
        for path in ["/k", "/l/0", "/f/0", "/new", "/f/-"] {
            let mut session = document.edit();
            let done = session.apply(&Edit::Set { path: place(path), value: Value::string(text.as_str()) });
            if let Err(error) = done.and_then(|()| session.finish().map(drop)) {
                wrong.push(format!("{text:?} at {path}: {}", error.message()));
            }
        }
        let mut session = document.edit();
        let done = session.apply(&Edit::Add { path: Pointer::new([text.as_str()]), value: Value::Null });
        if let Err(error) = done.and_then(|()| session.finish().map(drop)) {
            wrong.push(format!("{text:?} as a key: {}", error.message()));
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
}

/// Failures found by random edits: the text, the edits, and the correct result.
#[test]
fn regressions_of_the_yaml_engine() {
    let pointer = |text: &str| Pointer::parse(text).expect("a pointer");
    let shift = |from: &str, path: &str| Edit::Move { from: pointer(from), path: pointer(path) };
    let add = |path: &str, value: Value| Edit::Add { path: pointer(path), value };
    let list = |text: &str| Value::list(vec![Value::string(text)]);
    let set = |path: &str, text: &str| Edit::Set { path: pointer(path), value: Value::string(text) };
    let cases: Vec<(&str, Vec<Edit>, &str)> = vec![
        // There is no place for a moved comment before the first entry after a dash.
        ("a:\n  - - 1\n# c\nb: 2\n", vec![shift("/b", "/a/0/0")], "a:\n  # c\n  - - 2\n    - 1\n"),
        // A block scalar that keeps its blank lines would absorb those below.
        (
            "a:\n  b: 1\n\nz: 2\n",
            vec![add("/a/new", Value::string("#\n\n"))],
            "a:\n  b: 1\n  new: \"#\\n\\n\"\n\nz: 2\n",
        ),
        // An application's tag is removed if the kind of node changes.
        ("c: !custom [x, y]\n", vec![Edit::Replace { path: pointer("/c"), value: Value::Null }], "c: null\n"),
        // The line end of a block scalar was removed with the entry below it.
        (
            "a:\n  - x",
            vec![
                add("/a/-", list("\n:")),
                add("/a/-", Value::string("y")),
                Edit::Remove { path: pointer("/a/2") },
                add("/a/-", Value::string("z")),
            ],
            "a:\n  - x\n  - - |-\n\n      :\n  - z",
        ),
        // Text that is plain in a block is not in a flow collection.
        ("a: {b: 1}\nc: :x\n", vec![shift("/c", "/a/c")], "a: {b: 1, c: ':x'}\n"),
        // A pair in a list starts at its question mark.
        ("l: [\n  a,\n?   b : c\n]\n", vec![set("/l/1/b", "x")], "l: [\n  a,\n?   b : x\n]\n"),
        (
            "l: [\n  a,\n?   b : c\n]\nz: 1\n",
            vec![set("/l/1/new", "x"), set("/l/1/b", "w")],
            "l: [\n  a,\n{?   b : w, new : x}\n]\nz: 1\n",
        ),
        ("l: [a, ? b : c, d]\n", vec![Edit::Remove { path: pointer("/l/1/b") }], "l: [a, {}, d]\n"),
        (
            "l: [a, ? b : c, d]\n",
            vec![Edit::Replace { path: pointer("/l/1"), value: Value::Null }],
            "l: [a, null, d]\n",
        ),
        // A pair ends where its value does, even if it had none before.
        ("l: [a: , ? b]\n", vec![set("/l/0/a", "x"), set("/l/1/b", "w")], "l: [a: x , ? b: w]\n"),
    ];
    for (text, edits, expected) in cases {
        let mut session = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML").edit();
        for edit in &edits {
            session.apply(edit).unwrap_or_else(|error| panic!("{text}: {}", error.message()));
        }
        let new = session.finish().unwrap_or_else(|error| panic!("{text}: {}", error.message()));
        assert_eq!(String::from_utf8_lossy(new.bytes()), expected, "from\n{text}");
    }
}

/// Whether the unquoted text would be quoted if it were written now.
fn needs_quotes(written: &str) -> bool {
    let mut session = Document::parse(b"k: x\n", Format::Yaml).expect("YAML").edit();
    let edit = Edit::Set { path: Pointer::new(["k"]), value: Value::string(written) };
    session.apply(&edit).expect("it can be written");
    let new = session.finish().expect("it reads back");
    !written.starts_with(['"', '\'']) && new.bytes() != format!("k: {written}\n").as_bytes()
}

/// Changing a value and changing it back leaves no trace if its notation is the default one.
#[test]
fn a_change_and_its_inverse_leave_no_trace() {
    let mut tried = 0;
    for text in yaml_edits::documents() {
        let document = Document::parse(text.as_bytes(), Format::Yaml).expect("it was read before");
        let mut all = Vec::new();
        places(document.value(), &Pointer::root(), &mut all);
        for path in all {
            let old = path.get(document.value()).expect("the place is there").clone();
            let place = document.place(&path);
            // A single line is not written as a block by default.
            let block =
                |at: usize| text[..at].trim_end().ends_with(['|', '>', '-', '+']) && text[..at].ends_with([' ', '\n']);
            let written =
                place.filter(|place| !block(place.value.start) || !text[..place.value.start].contains(['|', '>']));
            let written = written.and_then(|place| text.get(place.value)).unwrap_or_default();
            let (there, back) = match &old {
                Value::String(known)
                    if written.trim_matches(['"', '\'']) == known.as_str() && !needs_quotes(written) =>
                {
                    (Edit::Replace { path: path.clone(), value: Value::string("other") }, old.clone())
                }
                Value::Number(known) if written == known.as_str() => {
                    (Edit::Replace { path: path.clone(), value: Value::Number(Number::new("7")) }, old.clone())
                }
                Value::Map(map) if !map.is_empty() => {
                    (Edit::Add { path: path.child("zz"), value: Value::string("new") }, Value::Null)
                }
                Value::List(items) if !items.is_empty() => {
                    (Edit::Add { path: path.child("-"), value: Value::string("new") }, Value::Null)
                }
                _ => continue,
            };
            let back = match &old {
                Value::Map(_) => Edit::Remove { path: path.child("zz") },
                Value::List(items) => Edit::Remove { path: path.child(items.len().to_string()) },
                _ => Edit::Replace { path: path.clone(), value: back },
            };
            let mut session = document.edit();
            // What an alias repeats or a merge key provides is not changed in one place.
            if session.apply(&there).is_err() {
                continue;
            }
            let Ok(between) = session.finish() else { continue };
            // A comment right above an entry moves with it, even if it was at the collection's end before.
            let lines = String::from_utf8_lossy(between.bytes()).into_owned();
            let lines: Vec<&str> = lines.lines().map(str::trim_start).collect();
            let follows_comment = |pair: &[&str]| pair[0].starts_with('#') && pair[1].ends_with("new");
            // A pair in a list got braces.
            let braces = text.matches('{').count() != String::from_utf8_lossy(between.bytes()).matches('{').count();
            // A block scalar that ends the text without a line break gets `-` or plain style with the next edit.
            let ends_open = !text.ends_with('\n') && text.contains(['|', '>']);
            // A plain text is not base64, so replacing a binary value removes the tag.
            let is_binary = text.contains("!!binary") && !old.is_collection();
            if ends_open || is_binary || old.is_collection() && (braces || lines.windows(2).any(follows_comment)) {
                continue;
            }
            let mut session = between.edit();
            session.apply(&back).unwrap_or_else(|error| panic!("{back:?}: {}", error.message()));
            let again = session.finish().unwrap_or_else(|error| panic!("{back:?}: {}", error.message()));
            assert_eq!(String::from_utf8_lossy(again.bytes()), text, "after {there:?} and {back:?}");
            tried += 1;
        }
    }
    assert!(tried > 800, "only {tried} places could be tried");
}
