//! Tests beyond the recorded edits: a text that does not have the intended value is never returned.

use std::sync::Arc;

use super::text::{YamlText, own_text};
use super::tree::Tree;
use crate::document::engine::Engine;
use crate::document::format::Format;
use crate::document::pointer::Pointer;
use crate::document::value::Value;
use crate::document::{Document, Edit};
use crate::error::ErrorKind;

fn edited(text: &str) -> YamlText {
    after(text, &Edit::Set { path: at("/a"), value: Value::string("new") })
}

fn at(path: &str) -> Pointer {
    Pointer::parse(path).expect("a pointer")
}

/// A text after an edit; the tree equals that of a fresh parse.
fn after(text: &str, edit: &Edit) -> YamlText {
    let mut edited = YamlText::parse(Arc::new(text.to_owned().into()), false).expect("it can be read");
    edited.apply(edit).unwrap_or_else(|error| panic!("{edit:?} on {text:?}: {error:?}"));
    assert!(edited.is_as_read(), "{edit:?} on {text:?}");
    edited
}

#[test]
fn a_text_that_parses_to_another_value_is_refused() {
    for (text, kind) in [
        ("a: old\n", ErrorKind::Unsupported),
        ("a: old", ErrorKind::Unsupported),
        ("a: [old]\nb: {k: 1, l: yes}\n", ErrorKind::Unsupported),
        ("a: old\nb: &x 1\nc: *x\n", ErrorKind::Alias),
    ] {
        edited(text).read_back().unwrap_or_else(|error| panic!("{text:?}: {}", error.message()));
        let mut other = edited(text);
        let asked = Edit::Set { path: Pointer::new(["a"]), value: Value::string("asked") };
        let expected = other.written.as_mut().unwrap_or(&mut other.value);
        crate::document::apply::apply(expected, &asked).expect("it fits");
        let refused = other.read_back().err().unwrap_or_else(|| panic!("{text:?} was given out"));
        assert_eq!(refused.kind(), kind, "{text:?}");
    }
}

#[test]
fn a_text_confirmed_by_the_parser_is_not_parsed_again() {
    let mut text = edited("a: old\nb: [1]\n");
    assert!(text.read_back().is_ok_and(|read| read.is_none()));
    assert!(text.is_as_read());
    own_text(&mut text.text).push_str("c: 1\n");
    assert!(!text.is_as_read());
}

#[test]
fn trees_are_the_same_where_every_node_and_place_is() {
    let read = |text: &str| super::reader::read(text).expect("it can be read");
    let texts = ["", "a: 1\n", "a:  1\n", "b: 1\n", "a: !t 1\n", "a: '1'\n", "a: [1]\n", "a:\n- 1\n", "a: 1\nb: 2\n"];
    let arenas = texts.map(read);
    for (one, left) in texts.iter().zip(&arenas) {
        for (other, right) in texts.iter().zip(&arenas) {
            let same = super::graft::same(Tree { text: one, arena: left }, Tree { text: other, arena: right });
            assert_eq!(same, one == other, "{one:?} {other:?}");
        }
    }
}

#[test]
fn a_collection_is_where_its_entries_are_also_after_an_edit() {
    let document = Document::parse(b"l:\n- a\nm: 1\n", Format::Yaml).expect("it can be read");
    let mut session = document.edit();
    session.apply(&Edit::Append { path: Pointer::new(["l"]), value: Value::string("b") }).expect("it fits");
    let edited = session.finish().expect("it reads back");
    let place = edited.place(&Pointer::new(["l"])).expect("it is there");
    assert_eq!(&edited.bytes()[place.value], b"- a\n- b");
}

#[test]
fn a_collection_starts_at_its_new_first_entry() {
    let list = Value::list(vec![Value::string("x")]);
    let replace = |path: &str, value: Value| Edit::Replace { path: at(path), value };
    let copy = |from: &str, path: &str| Edit::Copy { from: at(from), path: at(path) };
    for (text, path, edit, expected) in [
        ("l:\n  - b\n", "/l/0", replace("/l", Value::string("v")), "l: v\n"),
        ("l:\n  - b\n", "/l/0", replace("/l", list.clone()), "l:\n  - x\n"),
        ("l: # c\n- b\nm: 1\n", "/l/0", replace("/l", list.clone()), "l: # c\n- x\nm: 1\n"),
        ("- b\n", "/0", replace("", list.clone()), "- x\n"),
        ("--- # c\n- b\n", "/0", replace("", list), "--- # c\n- x\n"),
        ("- - b\n", "/0/0", copy("/0", "/-"), "- - a\n  - b\n- - a\n  - b\n"),
        ("l:\n  - b\n", "/l/0", copy("/l", "/m"), "l:\n  - a\n  - b\nm:\n  - a\n  - b\n"),
    ] {
        let mut edited = after(text, &Edit::Add { path: at(path), value: Value::string("a") });
        edited.apply(&edit).expect("it fits");
        assert_eq!(edited.text.as_str(), expected, "{text:?}");
    }
}

#[test]
fn a_document_that_starts_like_a_marker_is_quoted() {
    for (value, expected) in [("---x", "'---x'\n"), ("... x", "'... x'\n"), ("--x", "--x\n")] {
        let mut session = Document::parse(b"a\n", Format::Yaml).expect("it can be read").edit();
        session.apply(&Edit::Replace { path: Pointer::root(), value: Value::string(value) }).expect("it fits");
        assert_eq!(session.finish().expect("it reads back").bytes(), expected.as_bytes(), "{value}");
    }
}

#[test]
fn a_text_that_ends_in_a_block_scalar_without_a_line_end_stays_without() {
    let document = Document::parse(b"a: |\n  x", Format::Yaml).expect("it can be read");
    let mut session = document.edit();
    session.apply(&Edit::Copy { from: Pointer::new(["a"]), path: Pointer::new(["b"]) }).expect("it fits");
    let copied = session.finish().expect("it reads back");
    assert_eq!(copied.bytes(), b"a: |-\n  x\nb: |-\n  x");
}

#[test]
fn an_edit_leaves_the_tree_of_a_fresh_parse() {
    let rename = |path: &str, to: &str| Edit::Rename { path: at(path), to: to.to_owned() };
    let append = || Edit::Append { path: Pointer::root(), value: Value::string("new") };
    let folds = "strip: >-\n\nclip: >\n\nkeep: |+\n\n";
    for (text, edit) in [
        // An empty key starts where its entry does.
        (":\n\n\n", rename("/", "x y")),
        (": a\nb: 1\n", rename("/", "yes")),
        ("{\n  ? foo :,\n  : bar,\n}\n", rename("/", "yes")),
        ("- :\n", Edit::Move { from: at("/0/"), path: at("/0/k") }),
        // An anchor or a tag of the root node stays.
        ("!!map\na: 1\n", rename("/a", "b")),
        ("--- &a !t\na: 1\n", rename("/a", "b")),
        // White space below a block scalar is content if it is indented further.
        ("foo: |\n  x\n   \n", rename("/foo", "x y")),
        ("foo: |\n \t\nbar: 1\n", rename("/foo", "new")),
        ("- |+\n\n\n", append()),
        ("- |+\n   \n", append()),
        (folds, rename("/clip", "a")),
        (folds, Edit::Remove { path: at("/keep") }),
        // A carriage return alone ends a comment.
        ("# c\rs:\n  - a: b\nt: 1\n", Edit::Copy { from: at("/s/0"), path: at("/s") }),
    ] {
        after(text, &edit);
    }
}

#[test]
fn any_number_of_comment_lines_may_follow_each_other() {
    let comments = "  # c\n".repeat(300);
    for text in [format!("a: &x 1\nb:\n{comments}  c: *x\n"), format!("a: 1\nb:\n{comments}  c: 1\n")] {
        let mut session = Document::parse(text.as_bytes(), Format::Yaml).expect("it can be read").edit();
        let set = Edit::Set { path: Pointer::new(["b", "d"]), value: Value::string("new") };
        session.apply(&set).expect("it fits");
        let edited = session.finish().expect("it reads back");
        assert_eq!(String::from_utf8_lossy(edited.bytes()), format!("{text}  d: new\n"));
    }
}

#[test]
fn copies_and_moves_keep_the_indentation_of_their_own_lines() {
    let copy = |from: &str, path: &str| Edit::Copy { from: at(from), path: at(path) };
    let shift = |from: &str, path: &str| Edit::Move { from: at(from), path: at(path) };
    for (text, edit, expected) in [
        // Below a key, indented as far as before, whatever the file's own step is.
        ("x:\n  y: 1\na:\n    b: 1\n", copy("/a", "/x/z"), "x:\n  y: 1\n  z:\n      b: 1\na:\n    b: 1\n"),
        ("x:\n  y: 1\na:\n    b:\n      - 1\n", shift("/a", "/x/z"), "x:\n  y: 1\n  z:\n      b:\n        - 1\n"),
        ("x:\n  y: 1\na:\n- 1\n- 2\n", copy("/a", "/x/z"), "x:\n  y: 1\n  z:\n  - 1\n  - 2\na:\n- 1\n- 2\n"),
        // From after a dash to below a key.
        ("l:\n  - a: 1\n    b: 2\nm: {}\n", copy("/l/0", "/o"), "l:\n  - a: 1\n    b: 2\nm: {}\no:\n  a: 1\n  b: 2\n"),
        // From below a key to after a dash.
        (
            "l:\n  - x\nm:\n    a: 1\n    b: 2\n",
            copy("/m", "/l/-"),
            "l:\n  - x\n  - a: 1\n    b: 2\nm:\n    a: 1\n    b: 2\n",
        ),
        (
            "l:\n  - x\nm: # c\n    a: 1\n    b: 2\n",
            copy("/m", "/l/-"),
            "l:\n  - x\n  - a: 1\n    b: 2\nm: # c\n    a: 1\n    b: 2\n",
        ),
        ("l:\n  - x\nm: !t\n    a: 1\n", copy("/m", "/l/-"), "l:\n  - x\n  - !t\n    a: 1\nm: !t\n    a: 1\n"),
        ("l:\n  - x\nm: !t\n    a: 1\n", shift("/m", "/l/-"), "l:\n  - x\n  - !t\n    a: 1\n"),
        // From after one dash to after another.
        ("l:\n  - - a\n    - b\n  - c\n", copy("/l/0", "/l/-"), "l:\n  - - a\n    - b\n  - c\n  - - a\n    - b\n"),
        // A comment moves along, to above the line of the dash.
        ("l:\n  - a: 1\nm:\n  # c\n  b: 2\n", shift("/m/b", "/l/0/b"), "l:\n  - a: 1\n    # c\n    b: 2\nm: {}\n"),
        // Below a list in its key's column, a comment belongs to no entry.
        ("x: 1\na:\n- 1\n# c\n", Edit::Remove { path: at("/a") }, "x: 1\n# c\n"),
        ("x: {}\na:\n- 1\n# c\n", shift("/a", "/b"), "x: {}\n# c\nb:\n- 1\n"),
        ("x: {}\na:\n  - 1\n  # c\n", shift("/a", "/b"), "x: {}\nb:\n  - 1\n  # c\n"),
        // The same below a list in brackets.
        ("a: [1]\n      # c\nb: 1\n", Edit::Remove { path: at("/a") }, "      # c\nb: 1\n"),
        // The root.
        ("a:\n    b: 1\n    c: 2\n", copy("/a", ""), "b: 1\nc: 2\n"),
        ("- a: 1\n  b: 2\n", copy("/0", ""), "a: 1\nb: 2\n"),
    ] {
        assert_eq!(after(text, &edit).text.as_str(), expected, "{edit:?} on {text:?}");
    }
}
