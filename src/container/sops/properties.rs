//! The lens laws for random texts: an unchanged view gives the same bytes, the view shows what was put in, and an edit
//! changes only the lines that it names and those of the MAC.

use proptest::prelude::*;

use super::cipher::DataKey;
use super::metadata::{AgeKey, Group, Metadata};
use super::{Indents, OpenFile, SopsFile, Store, create};
use crate::document::{Document, Edit, Pointer, Value};

fn key() -> DataKey {
    DataKey::from_bytes(&[7; 32]).expect("32 bytes")
}

fn metadata() -> Metadata {
    let key = AgeKey { recipient: "age1example".to_owned(), enc: "-----BEGIN\nx\n-----END\n".to_owned() };
    Metadata {
        groups: vec![Group { age: vec![key], others: Vec::new() }],
        grouped: false,
        threshold: None,
        last_modified: String::new(),
        mac: String::new(),
        mac_only_encrypted: false,
        selectors: crate::rules::Selectors {
            unencrypted_suffix: Some("_unencrypted".to_owned()),
            ..Default::default()
        },
        version: "3.13.3".to_owned(),
    }
}

fn made(text: &str, store: Store) -> Vec<u8> {
    create(text.as_bytes(), store, &metadata(), &key(), Indents::default())
        .unwrap_or_else(|error| panic!("{error} {:?}\n{text}", error.line_column()))
}

fn opened(bytes: &[u8], store: Store) -> OpenFile {
    let file = SopsFile::parse(bytes, store).expect("a sops file");
    file.open(&key(), false).unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(bytes)))
}

/// Scalars in their default notation.
fn scalar() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "one",
        "'007'",
        "42",
        "-1",
        "1.5",
        "true",
        "false",
        "null",
        "\"\"",
        "\"a\\tb\"",
        "x: y'",
        "'yes'",
        "'a: b'",
        "ENC",
        "ünï",
        "'# no comment'",
        "{}",
        "[]",
        "2001-12-14x",
        "''",
    ])
    .prop_map(|text| if text == "x: y'" { "'x: y'''" } else { text })
}

/// An entry of a map, or an item of a list, with what precedes it.
#[derive(Debug, Clone)]
struct Entry {
    above: Vec<&'static str>,
    key: String,
    value: Node,
    inline: Option<&'static str>,
}

#[derive(Debug, Clone)]
enum Node {
    Scalar(&'static str),
    Lines(&'static str),
    Map(Vec<Entry>),
    List(Vec<Entry>),
}

fn entries(depth: u32) -> impl Strategy<Value = Vec<Entry>> {
    let above = prop::collection::vec(prop::sample::select(vec!["", "# comment", "#", "# ünï: x"]), 0..3);
    let lines = prop::sample::select(vec!["a\nb", "a\n\n  b # c", "k: |\n  x"]);
    let leaf = prop_oneof![8 => scalar().prop_map(Node::Scalar), 2 => lines.prop_map(Node::Lines)];
    let node = leaf.prop_recursive(depth, 24, 4, |inner| {
        let above = prop::collection::vec(prop::sample::select(vec!["", "# inner"]), 0..2);
        let entry = (above, "[a-c]", inner).prop_map(|(above, key, value)| Entry { above, key, value, inline: None });
        let entries = prop::collection::vec(entry, 1..4).prop_map(numbered);
        prop_oneof![entries.clone().prop_map(Node::Map), entries.prop_map(Node::List)]
    });
    let inline = prop::option::weighted(0.2, prop::sample::select(vec!["# in"]));
    let entry = (above, "[a-z_]{1,6}", node, inline);
    let entry = entry.prop_map(|(above, key, value, inline)| Entry { above, key, value, inline });
    prop::collection::vec(entry, 1..6).prop_map(numbered)
}

/// Gives each entry a unique key.
fn numbered(mut entries: Vec<Entry>) -> Vec<Entry> {
    for (at, entry) in entries.iter_mut().enumerate() {
        entry.key = format!("{}{at}", entry.key);
    }
    entries
}

fn write(entries: &[Entry], column: usize, is_list: bool, text: &mut String) {
    let indent = " ".repeat(column);
    for entry in entries {
        for line in &entry.above {
            text.push_str(&if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") });
        }
        let head = if is_list { "-".to_owned() } else { format!("{}:", entry.key) };
        text.push_str(&format!("{indent}{head}"));
        match &entry.value {
            Node::Scalar(scalar) => {
                let inline = entry.inline.map(|inline| format!(" {inline}")).unwrap_or_default();
                text.push_str(&format!(" {scalar}{inline}\n"));
            }
            Node::Lines(lines) => {
                text.push_str(" |\n");
                for line in lines.split('\n') {
                    let indent = if line.is_empty() { String::new() } else { " ".repeat(column + 2) };
                    text.push_str(&format!("{indent}{line}\n"));
                }
            }
            Node::Map(inner) | Node::List(inner) => {
                text.push('\n');
                write(inner, column + 2, matches!(entry.value, Node::List(_)), text);
            }
        }
    }
}

fn yaml() -> impl Strategy<Value = String> {
    entries(3).prop_map(|entries| {
        let mut text = String::new();
        write(&entries, 0, false, &mut text);
        text
    })
}

/// The places of the scalars of a value.
fn leaves(value: &Value, at: &Pointer, found: &mut Vec<Pointer>) {
    match value {
        Value::Map(map) => map.iter().for_each(|(key, value)| leaves(value, &at.child(key.text()), found)),
        Value::List(items) => {
            items.iter().enumerate().for_each(|(index, item)| leaves(item, &at.child(index.to_string()), found));
        }
        _ => found.push(at.clone()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_view_shows_what_was_written(text in yaml()) {
        let bytes = made(&text, Store::Yaml);
        let open = opened(&bytes, Store::Yaml);
        let same = |text: &str| {
            Document::parse(text.as_bytes(), crate::document::Format::Yaml).expect("YAML").value().clone()
        };
        let view = std::str::from_utf8(open.view().expose()).expect("text");
        prop_assert_eq!(same(view), same(&text), "{}\n{}", view, text);
        prop_assert_eq!(open.back(open.view().expose()).expect("unchanged"), bytes);
        // The file's own notation is preserved.
        let again = opened(&made(view, Store::Yaml), Store::Yaml);
        prop_assert_eq!(std::str::from_utf8(again.view().expose()).expect("text"), view);
    }

    #[test]
    fn an_edit_changes_only_its_own_line_and_those_of_the_mac(text in yaml(), which in any::<prop::sample::Index>()) {
        let bytes = made(&text, Store::Yaml);
        let open = opened(&bytes, Store::Yaml);
        let document = Document::parse(open.view().expose(), crate::document::Format::Yaml).expect("YAML");
        let mut places = Vec::new();
        leaves(document.value(), &Pointer::root(), &mut places);
        prop_assume!(!places.is_empty());
        let path = which.get(&places).clone();
        let mut session = document.edit();
        session.apply(&Edit::Set { path, value: Value::string("changed") }).expect("it fits");
        let view = session.finish().expect("it reads back");
        let new = open.back(view.bytes()).expect("written");
        let (old, new) = (String::from_utf8(bytes).expect("text"), String::from_utf8(new).expect("text"));
        let (old_lines, new_lines): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
        prop_assert_eq!(old_lines.len(), new_lines.len(), "{}\n{}", old, new);
        let changed = old_lines.iter().zip(&new_lines).filter(|(old, new)| old != new).count();
        prop_assert!(changed <= 3, "{changed}\n{}\n{}", old, new);
        let again = opened(new.as_bytes(), Store::Yaml);
        let read = Document::parse(again.view().expose(), crate::document::Format::Yaml).expect("YAML");
        prop_assert_eq!(read.value(), view.value());
    }
}
