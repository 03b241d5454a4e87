//! Random edits: the tree equals that of a fresh parse, and many edits have the same result as one at a time.

use crate::memory::Zeroizing;
use proptest::prelude::*;

use super::node::{Shape, TomlNode};
use super::{TomlText, reader};
use crate::document::engine::Engine;
use crate::document::{Document, Format, MapKey, Number, Value};
use crate::error::ErrorKind;

use random_edits::{Made, Names, deterministic, edit_at};

/// Shared with the suite, which imports the crate by name.
#[path = "../../../tests/suite/support/random_edits.rs"]
mod random_edits;

const NAMES: Names =
    Names { new: ["new", "a b", "b", "x", "y.z"], below: &["deep"], other: ["renamed", "null", "a.b", "q\"'"] };

const TEXTS: [&str; 9] = [
    super::tests::TEXT,
    "a.b.c = 1\nx = 'v' # c\na.d = 2\n\n[s.t]\nk = 1\n[o]\n[s.u]\n'q r' = \"\"\"\nx\ny\"\"\"\n[s]\nz.y = 1\n",
    "in = { a = 1, b . c = 2, z = [{ q = 1 }, 2], b.d = 3 }\nlast = { }",
    "# c\n[[a]]\n[a.b]\nx = 1\n[[a.l]]\ny = 1 # z\n\n[[a.l]]\n[[a]]\nn = [\n  1, # one\n  # two\n  2,\n]\n[b]",
    "l = [ ]\r\nd = 1979-05-27T07:32:00Z\r\n\r\n# s\r\n[s]\r\n  i = 0x1F # i\r\n  f = 1e3\r\n\r\n[s.\"t.u\".v]\r\n",
    "[a.b.c]\nx = 1\n\n# d\n[a.b.d]\n[z]\n\n\n# b\n[a.b]\ny = 2\n# end\n",
    "[[x.y]]\n[x.z.w]\n[[x.y]]\n[x.y.q.r]\nv = 'x'\n[x.y.q.s]",
    "",
    "# only a comment",
];

fn dump(part: &TomlNode, shown: &mut String) {
    let (kind, below): (String, Vec<(String, &TomlNode)>) = match &part.shape {
        Shape::Scalar(value, style) => (format!("{value:?} {:?} {style:?}", value.scalar_str()), Vec::new()),
        Shape::Array(items) => ("array".to_owned(), items.iter().map(|item| (String::new(), item)).collect()),
        Shape::Tables(items) => ("tables".to_owned(), items.iter().map(|item| (String::new(), item)).collect()),
        Shape::Map(kin, members) => {
            let name = |member: &super::node::Member| format!("{} {:?}", member.key, member.key_span);
            (format!("{kin:?}"), members.iter().map(|member| (name(member), &member.part)).collect())
        }
    };
    shown.push_str(&format!("{kind} {:?} (\n", part.span));
    for (name, part) in below {
        shown.push_str(&format!("{name}: "));
        dump(part, shown);
    }
    shown.push_str(")\n");
}

fn dumped(part: &TomlNode) -> String {
    let mut shown = String::new();
    dump(part, &mut shown);
    shown
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        "-?[1-9][0-9]{0,3}(\\.5)?".prop_map(|text| Value::Number(Number::new(text))),
        "[a '\"\\\\#=\n\t\u{7f}é]{0,5}".prop_map(Value::string),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::list),
            prop::collection::vec(("[abx.]{0,2}", inner), 0..3).prop_map(|entries| {
                Value::Map(entries.into_iter().map(|(key, value)| (MapKey::string(key), value)).collect())
            }),
        ]
    })
}

/// Arbitrary texts, most of which are not TOML.
fn any_text() -> impl Strategy<Value = String> {
    let line = "(# [a-c]\n|\n|\\[[a-c](\\.[a-c]){0,2}\\]\n|\\[\\[[a-c](\\.[a-c])?\\]\\]\n|[d-f](\\.[d-f]){0,2} = (1|'x'|\\[\\]|\\[1, 2\\]|\\{ a = 1, b\\.c = 2 \\})( # c)?\n){0,8}";
    prop_oneof![any::<usize>().prop_map(|which| TEXTS[which % TEXTS.len()].to_owned()), line]
}

fn held_together(text: &str, edits: &[Made]) -> Result<(), TestCaseError> {
    let Ok(first) = Document::parse(text.as_bytes(), Format::Toml) else { return Ok(()) };
    let mut together = TomlText::parse(Zeroizing::new(text.to_owned())).expect("it was read before");
    let mut alone = first;
    for made in edits {
        let edit = edit_at(alone.value(), made, &NAMES);
        let before = String::from_utf8_lossy(alone.bytes()).into_owned();
        let mut session = alone.edit();
        match session.apply(&edit).and_then(|()| session.finish()) {
            Ok(document) => {
                let done = together.apply(&edit);
                prop_assert!(done.is_ok(), "together it is refused: {edit:?} in\n{before}");
                prop_assert_eq!(
                    &*together.text,
                    std::str::from_utf8(document.bytes()).expect("UTF-8"),
                    "{:?} in\n{}",
                    edit,
                    before
                );
                let read = reader::read(&together.text).expect("it was read back");
                prop_assert_eq!(
                    dumped(&together.root),
                    dumped(&read),
                    "{:?} in\n{}\nbecomes\n{}",
                    edit,
                    before,
                    &*together.text
                );
                alone = document;
            }
            Err(error) => {
                let known = error.kind() != ErrorKind::Unsupported
                    || error.message().contains("hold")
                    || error.message() == "a TOML document is a table";
                prop_assert!(known, "{}: {edit:?} {:?} in\n{before}", error.message(), made.3);
                let refused = together.apply(&edit).and_then(|()| together.read_back().map(drop)).is_err();
                prop_assert!(refused, "together it is accepted: {edit:?} in\n{before}");
                return Ok(());
            }
        }
    }
    Ok(())
}

#[test]
fn the_tree_equals_that_of_a_fresh_parse() {
    let edits = prop::collection::vec((any::<u8>(), any::<usize>(), any::<usize>(), any_value()), 1..6);
    deterministic(3_000)
        .run(&(any_text(), edits), |(text, edits)| held_together(&text, &edits))
        .unwrap_or_else(|failure| panic!("{failure}"));
}
