//! Texts with anchors, aliases, and merge keys: the effects of edits, and their cost.

use agepatch::document::{Document, Edit, Format, Pointer, Value};
use agepatch::{Error, ErrorKind};
use proptest::prelude::*;

use crate::engines::yaml_properties::{edits_of, held_together};
use crate::random_edits::deterministic;

fn at(path: &str) -> Pointer {
    Pointer::parse(path).expect("a pointer")
}

fn read(text: &str) -> Document {
    Document::parse(text.as_bytes(), Format::Yaml).unwrap_or_else(|error| panic!("{error:?}\n{text}"))
}

fn edited(text: &str, edits: &[Edit]) -> Result<String, Error> {
    let mut session = read(text).edit();
    edits.iter().try_for_each(|edit| session.apply(edit))?;
    let value = session.value().clone();
    let new = session.finish()?;
    assert!(value == *new.value(), "another value on the way: {edits:?} in\n{text}");
    Ok(String::from_utf8(new.bytes().to_vec()).expect("UTF-8"))
}

fn set(path: &str, value: &str) -> Edit {
    Edit::Set { path: at(path), value: Value::string(value) }
}

fn remove(path: &str) -> Edit {
    Edit::Remove { path: at(path) }
}

fn rename(path: &str, to: &str) -> Edit {
    Edit::Rename { path: at(path), to: to.to_owned() }
}

fn append(path: &str) -> Edit {
    Edit::Append { path: at(path), value: Value::string("new") }
}

fn shift(from: &str, path: &str) -> Edit {
    Edit::Move { from: at(from), path: at(path) }
}

#[test]
fn values_with_aliases_or_anchors_can_be_edited() {
    let cases: Vec<(&str, Vec<Edit>, &str)> = vec![
        // The last alias of its anchor is removed; the others repeat the same as before.
        ("a: &x 1\nb: &y 2\nc: *x\nd: *y\n", vec![remove("/c")], "a: &x 1\nb: &y 2\nd: *y\n"),
        ("a: &x 1\nb: &y 2\nc: *x\nd: *y\n", vec![set("/c", "v")], "a: &x 1\nb: &y 2\nc: v\nd: *y\n"),
        ("a: &x 1\nb: *x\n", vec![set("/a", "v"), set("/a", "w"), set("/c", "z")], "a: &x w\nb: *x\nc: z\n"),
        ("a: &x {k: 1}\nb: *x\n", vec![rename("/a", "m"), set("/m/k", "v")], "m: &x {k: v}\nb: *x\n"),
        ("a: &x {k: 1}\nb: *x\n", vec![remove("/a/k"), set("/a/l", "v")], "a: &x {l: v}\nb: *x\n"),
        ("a: &x\n  k: 1\nb: *x\n", vec![remove("/a/k"), set("/c", "v")], "a: &x {}\nb: *x\nc: v\n"),
        ("a: &x 1\nb:\n  c: *x\n  d: 2\n", vec![shift("/b/c", "/e")], "a: &x 1\nb:\n  d: 2\ne: *x\n"),
        ("a: &x 1\nb:\n  c: {k: *x}\n", vec![shift("/b/c", "/e")], "a: &x 1\nb: {}\ne: {k: *x}\n"),
        // An alias as a key, even after its anchor was parsed again.
        ("x: &a k\ny:\n  *a : 1\n", vec![set("/y/k", "v")], "x: &a k\ny:\n  *a : v\n"),
        ("x: &a k\ny:\n  *a : 1\n", vec![rename("/x", "w"), set("/y/k", "v")], "w: &a k\ny:\n  *a : v\n"),
        ("x: &a k\ny:\n  *a : 1\n", vec![rename("/y/k", "w"), set("/x", "z")], "x: &a z\ny:\n  w : 1\n"),
        ("x: &a k\ny:\n  *a : 1\n", vec![rename("/x", "w"), remove("/y/k")], "w: &a k\ny: {}\n"),
        // A copy has no anchors.
        (
            "a: &x 1\nc: {}\nb: *x\nd: {k: &x 2}\n",
            vec![Edit::Copy { from: at("/d"), path: at("/c/d") }],
            "a: &x 1\nc: {d: {k: 2}}\nb: *x\nd: {k: &x 2}\n",
        ),
        // The complete text is parsed again.
        ("a: &x 1\nb: *x\n", vec![set("", "v")], "v\n"),
        (": &x 1\nb: *x\n", vec![rename("/", "a")], "a: &x 1\nb: *x\n"),
        // Overrides an entry of a merge key completely.
        ("a: &x {k: {l: 1}}\nb: {<<: *x}\n", vec![set("/b/k", "v")], "a: &x {k: {l: 1}}\nb: {<<: *x, k: v}\n"),
        (
            "a: &x {k: 1}\nb: {<<: *x}\n",
            vec![set("/b/k", "v"), append("/b/l")],
            "a: &x {k: 1}\nb: {<<: *x, k: v, l: [new]}\n",
        ),
        (
            "b:\n  c: {i: &x 1, k: *x}\n",
            vec![shift("/b/c", "/e"), set("/e/l", "v")],
            "b: {}\ne: {i: &x 1, k: *x, l: v}\n",
        ),
        (
            "a: &x 1\nl: [*x, 2]\n",
            vec![Edit::Append { path: at("/l"), value: read("1").value().clone() }],
            "a: &x 1\nl: [*x, 2]\n",
        ),
        // A name used twice: each alias repeats the last one before it.
        ("a: &x 1\nb: *x\nc: &x 2\nd: *x\n", vec![set("/c", "v"), set("/a", "w")], "a: &x w\nb: *x\nc: &x v\nd: *x\n"),
        ("a: &x 1\nb: *x\nc: &x 2\nd: 3\n", vec![remove("/c"), remove("/b")], "a: &x 1\nd: 3\n"),
        // An entry of a merge key reappears when its override is removed.
        ("d: &d {p: 1}\nc:\n  <<: *d\n  p: 2\n  q: 3\n", vec![remove("/c/p")], "d: &d {p: 1}\nc:\n  <<: *d\n  q: 3\n"),
        ("d: &d {p: 1}\nc:\n  <<: *d\n", vec![set("/c/p", "v")], "d: &d {p: 1}\nc:\n  <<: *d\n  p: v\n"),
        ("d: &d {p: 1}\nc:\n  <<: *d\n", vec![set("/d/p", "v")], "d: &d {p: v}\nc:\n  <<: *d\n"),
        ("c:\n  <<: {p: 1}\n  q: 2\n", vec![set("/c/p", "v"), remove("/c/q")], "c:\n  <<: {p: 1}\n  p: v\n"),
    ];
    for (text, edits, expected) in cases {
        let new = edited(text, &edits).unwrap_or_else(|error| panic!("{edits:?}: {error:?} in\n{text}"));
        assert_eq!(new, expected, "{edits:?} in\n{text}");
    }
}

#[test]
fn no_alias_repeats_something_else_afterwards() {
    let copy = |from: &str, path: &str| Edit::Copy { from: at(from), path: at(path) };
    let cases: Vec<(&str, Edit)> = vec![
        ("a: &x 1\nb: *x\n", remove("/a")),
        ("a: &x 1\nb: *x\n", shift("/a", "/c")),
        ("a: {k: &x 1}\nb: *x\n", set("/a", "v")),
        ("a: [1, &x 2]\nb: *x\n", remove("/a/1")),
        ("&x a: 1\nb: *x\n", remove("/a")),
        ("a: {&x k: 1, l: 2}\nb: *x\n", remove("/a/k")),
        // A key that is repeated.
        ("&x a: 1\nb: *x\n", rename("/a", "new")),
        ("l: [? &x a : *x ]\n", rename("/l/0/a", "new")),
        // To a place where the name refers to another node.
        ("c: {}\na: &x 1\nb: *x\n", shift("/b", "/c/b")),
        ("c: &x 2\nd: {}\na: &x 1\nb: *x\n", shift("/b", "/d/b")),
        ("c: &x 2\na: {k: &x 1}\nb: *x\n", set("/a", "v")),
        // An anchor between an alias and its anchor.
        ("a: &x 1\nc: {}\nb: *x\nd: &x 2\n", shift("/d", "/c/d")),
        // Into the node that it repeats.
        ("a: &x {k: 1}\nb: *x\n", copy("/b", "/a/z")),
        ("a: &x {k: 1}\nb: *x\n", shift("/b", "/a/z")),
        // Through an alias, and below a merge key.
        ("a: &x {k: 1}\nb: *x\n", set("/b/k", "v")),
        ("a: &x {k: 1}\nb:\n  <<: *x\n", remove("/b/k")),
        ("b:\n  <<: {k: 1}\n  l: 2\n", remove("/b/k")),
        ("b:\n  <<: {k: 1}\n", set("/b/<</k", "v")),
        ("a: &x {k: 1}\nb:\n  <<: *x\n", remove("/b/<<")),
        ("a: &x {k: 1}\nb:\n  <<: *x\n", rename("/b/k", "new")),
        ("a: &x {k: 1}\nb:\n  <<: *x\n", Edit::Replace { path: at("/b/k"), value: Value::Null }),
        ("a: &x {k: 1}\nb:\n  <<: *x\n", shift("/b/k", "/c")),
        // The new entry would override the complete value.
        ("a: &x {k: {l: 1, m: 2}}\nb: {<<: *x}\n", set("/b/k/l", "v")),
        ("a: &x {k: {l: 1, m: 2}}\nb: {<<: *x}\n", set("/b/k/new/deep", "v")),
        ("a: &x {k: {l: 1, m: 2}}\nb: {<<: *x}\n", Edit::Add { path: at("/b/k/new"), value: Value::Null }),
        ("a: &x {k: [1]}\nb: {<<: *x}\n", append("/b/k")),
        ("a: &x {k: 1}\nb: {<<: *x}\n", append("/b/k")),
        ("a: &x [1]\nb: *x\n", append("/b")),
        // The name occurs twice, and the complete text is parsed again.
        (": &x 1\na: &x 2\nb: *x\n", rename("/", "new")),
    ];
    for (text, edit) in cases {
        let error = edited(text, std::slice::from_ref(&edit)).expect_err(text);
        assert_eq!(error.kind(), ErrorKind::Alias, "{edit:?}: {error:?} in\n{text}");
    }
}

#[test]
fn a_test_sees_written_values_and_rejects_those_of_merge_keys() {
    let holds = |path: &str, value: &str| Edit::Test { path: at(path), value: Value::string(value) };
    let text = "a: &x {k: v}\nb: {<<: *x, l: w}\nc: *x\n";
    for (path, value, expected) in [
        ("/a/k", "v", None),
        ("/b/l", "w", None),
        ("/a/k", "w", Some(ErrorKind::Test)),
        ("/b/k", "v", Some(ErrorKind::Alias)),
        ("/c/k", "v", Some(ErrorKind::Alias)),
        ("/b/m", "v", Some(ErrorKind::Path)),
    ] {
        let found = edited(text, &[holds(path, value)]).err().map(|error| error.kind());
        assert_eq!(found, expected, "{path}");
    }
}

#[test]
fn errors_unrelated_to_aliases_do_not_mention_them() {
    let cases: Vec<(&str, Edit)> = vec![
        ("c: 1\na: &x {k: 1}\nb: *x\n", rename("/c", "a")),
        ("c: 1\na: &x {k: 1}\nb: *x\n", append("/c")),
        ("c: {k: 1}\na: &x {k: 1}\nb: *x\n", shift("/c", "/c/d")),
        ("c: [1]\na: &x {k: 1}\nb: *x\n", rename("/c/0", "d")),
        ("a: &x {k: 1}\nb: *x\n", append("/a/k")),
        ("a: &x {k: 1}\nb: {<<: *x}\n", remove("/b/l")),
        ("a: &x [1]\nb: *x\n", Edit::Add { path: at("/a/2"), value: Value::Null }),
    ];
    for (text, edit) in cases {
        let error = edited(text, std::slice::from_ref(&edit)).expect_err(text);
        assert_eq!(error.kind(), ErrorKind::Path, "{edit:?}: {error:?} in\n{text}");
    }
}

/// Defaults, clients that merge them, and lists that repeat each other.
fn of_clients(clients: usize) -> String {
    let mut text =
        "defaults: &defaults\n  public: false\n  policy: &policy two_factor\nscopes: &scopes [openid]\nclients:\n"
            .to_owned();
    for client in 0..clients {
        text += &format!(
            "  - <<: *defaults  # as all\n    client_id: &id{client} c{client}\n    name: *id{client}\n    policy: *policy\n    scopes: *scopes\n"
        );
    }
    text
}

/// If the text were parsed for each operation, or aliases compared pairwise, this would take minutes.
#[test]
fn aliases_do_not_add_parses() {
    let text = of_clients(2_000);
    let document = read(&text);
    let mut session = document.edit();
    let mut expected = text.clone();
    for number in 0..100 {
        let client = number * 17;
        session.apply(&set(&format!("/clients/{client}/client_id"), "new")).expect("an anchor's own value");
        session.apply(&set(&format!("/clients/{client}/public"), "maybe")).expect("overrides a merged entry");
        expected = expected.replace(&format!("&id{client} c{client}\n"), &format!("&id{client} new\n")).replace(
            &format!("    name: *id{client}\n    policy: *policy\n    scopes: *scopes\n"),
            &format!("    name: *id{client}\n    policy: *policy\n    scopes: *scopes\n    public: maybe\n"),
        );
        let name = at(&format!("/clients/{client}/name"));
        assert_eq!(name.get(session.value()), Some(&Value::string("new")));
    }
    let new = session.finish().expect("it reads back");
    assert!(new.bytes() == expected.as_bytes());
    assert!(*new.value() == *read(&expected).value());
}

#[test]
fn aliases_of_aliases_are_refused_when_read_and_when_an_edit_would_make_them() {
    let level = |number: usize| {
        let below = format!("*b{}", number - 1);
        format!("b{number}: &b{number} [{}]\n", [below.as_str(); 10].join(", "))
    };
    let bomb = |levels: usize| {
        "b0: &b0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned() + &(1..levels).map(level).collect::<String>()
    };
    let error = Document::parse(bomb(9).as_bytes(), Format::Yaml).err().expect("it is refused");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    // Copies do not exceed the limit for a text just within it.
    let mut session = read(&bomb(3)).edit();
    let copy = |number: usize| Edit::Copy { from: at("/b2"), path: at(&format!("/copy{number}")) };
    let copied = (0..200).try_for_each(|number| session.apply(&copy(number)));
    let error = copied.and_then(|()| session.finish().map(drop)).expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::Alias);
}

/// A few lines with anchors, aliases, and merge keys in every combination.
fn with_aliases() -> impl Strategy<Value = String> {
    let anchored = prop_oneof![
        Just("1".to_owned()),
        Just("{p: 1, q: 2}".to_owned()),
        Just("[1, 2]".to_owned()),
        Just("\n  p: 1\n  q: &n text".to_owned()),
        Just("\n  - 1\n  - p: 2".to_owned()),
    ];
    let line = (0..4_usize, any::<bool>(), anchored, 0..6_u8);
    prop::collection::vec(line, 2..9).prop_map(|lines| {
        let mut text = String::new();
        let mut known: Vec<usize> = Vec::new();
        for (number, (name, anchors, value, shape)) in lines.into_iter().enumerate() {
            let alias = known.get(name % known.len().max(1)).copied();
            let new = match (alias, shape) {
                (Some(alias), 0) if !anchors => format!("k{number}: *a{alias}"),
                (Some(alias), 1) if !anchors => format!("k{number}: [*a{alias}, x]  # list"),
                (Some(alias), 2) if !anchors => format!("k{number}:\n  i: *a{alias}\n  # comment\n  j: 1"),
                (Some(alias), 3) if !anchors => format!("k{number}:\n  - *a{alias}\n  - y: {{z: *a{alias}}}"),
                _ if anchors => {
                    known.push(name);
                    format!("k{number}: &a{name} {value}").replace(" \n", "\n")
                }
                _ => format!("k{number}: {value}").replace(" \n", "\n").replace("&n ", ""),
            };
            text += &new;
            text.push('\n');
        }
        text
    })
}

#[test]
fn edits_of_texts_with_aliases_have_the_same_result_together_and_one_by_one() {
    let strategy = (with_aliases(), edits_of(1..5));
    deterministic(3_000)
        .run(&strategy, |(text, edits)| held_together(&text, &edits))
        .unwrap_or_else(|failure| panic!("{failure}"));
}
