//! What no edit of a document can show: that a text which does not mean what was asked for is never given out.

use super::YamlText;
use crate::document::engine::Engine;
use crate::document::format::Format;
use crate::document::pointer::Pointer;
use crate::document::value::Value;
use crate::document::{Document, Edit};
use crate::error::Kind;

fn edited(text: &str) -> YamlText {
    let mut text = YamlText::parse(text.to_owned().into(), Format::Yaml).expect("it can be read");
    text.apply(&Edit::Set { path: Pointer::new(["a"]), value: Value::string("new") }).expect("it fits");
    text
}

#[test]
fn a_text_that_reads_back_as_another_value_is_refused() {
    for (text, kind) in [
        ("a: old\n", Kind::Unsupported),
        ("a: old", Kind::Unsupported),
        ("a: [old]\nb: {k: 1, l: yes}\n", Kind::Unsupported),
        ("a: old\nb: &x 1\nc: *x\n", Kind::Alias),
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
fn a_text_that_ends_in_a_block_scalar_without_a_line_end_stays_without() {
    let document = Document::parse(b"a: |\n  x", Format::Yaml).expect("it can be read");
    let mut session = document.edit();
    session.apply(&Edit::Copy { from: Pointer::new(["a"]), path: Pointer::new(["b"]) }).expect("it fits");
    let copied = session.finish().expect("it reads back");
    assert_eq!(copied.bytes(), b"a: |\n  x\nb: |\n  x");
}

#[test]
fn an_edit_leaves_the_tree_that_reading_the_text_gives() {
    let at = |path: &str| Pointer::parse(path).expect("a pointer");
    let rename = |path: &str, to: &str| Edit::Rename { path: at(path), to: to.to_owned() };
    let append = || Edit::Append { path: Pointer::root(), value: Value::string("new") };
    let folds = "strip: >-\n\nclip: >\n\nkeep: |+\n\n";
    for (text, edit) in [
        // A key that is not written begins where its entry does.
        (":\n\n\n", rename("/", "x y")),
        (": a\nb: 1\n", rename("/", "yes")),
        ("{\n  ? foo :,\n  : bar,\n}\n", rename("/", "yes")),
        ("- :\n", Edit::Move { from: at("/0/"), path: at("/0/k") }),
        // White space below a block scalar is content of it where it is indented further.
        ("foo: |\n  x\n   \n", rename("/foo", "x y")),
        ("foo: |\n \t\nbar: 1\n", rename("/foo", "new")),
        ("- |+\n\n\n", append()),
        ("- |+\n   \n", append()),
        (folds, rename("/clip", "a")),
        (folds, Edit::Remove { path: at("/keep") }),
        // A carriage return alone ends a comment.
        ("# c\rs:\n  - a: b\nt: 1\n", Edit::Copy { from: at("/s/0"), path: at("/s") }),
    ] {
        let mut edited = YamlText::parse(text.to_owned().into(), Format::Yaml).expect("it can be read");
        edited.apply(&edit).expect("it fits");
        assert!(edited.is_as_read(), "{edit:?} on {text:?}");
    }
}

#[test]
fn any_number_of_comment_lines_may_stand_in_a_row() {
    let comments = "  # c\n".repeat(300);
    for text in [format!("a: &x 1\nb:\n{comments}  c: *x\n"), format!("a: 1\nb:\n{comments}  c: 1\n")] {
        let mut session = Document::parse(text.as_bytes(), Format::Yaml).expect("it can be read").edit();
        let set = Edit::Set { path: Pointer::new(["b", "d"]), value: Value::string("new") };
        session.apply(&set).expect("it fits");
        let edited = session.finish().expect("it reads back");
        assert_eq!(String::from_utf8_lossy(edited.bytes()), format!("{text}  d: new\n"));
    }
}
