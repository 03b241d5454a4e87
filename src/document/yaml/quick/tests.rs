use std::fs;
use std::path::Path;

use super::super::arena::Arena;
use super::super::duplicates;
use super::super::reader;
use super::super::tree::Tree;
use super::{MAX_DEPTH, read};

/// Parses in both ways; returns whether the quick reader accepted the text.
pub(super) fn compared(text: &str) -> bool {
    let Some(quick) = read(text) else { return false };
    match reader::read_by_parser(text) {
        Ok(parsed) => assert_same(text, &quick, &parsed),
        Err(error) => {
            let tree = Tree { text, arena: &quick };
            let refused = duplicates::refuse(tree).err().map(|refused| (refused.kind(), refused.line_column()));
            assert_eq!(refused, Some((error.kind(), error.line_column())), "only the quick reader takes {text:?}");
        }
    }
    true
}

fn assert_same(text: &str, quick: &Arena, parsed: &Arena) {
    for (index, (quick, parsed)) in quick.pieces.iter().zip(parsed.pieces.iter()).enumerate() {
        assert_eq!(quick, parsed, "node {index} of {text:?}");
    }
    assert_eq!(quick, parsed, "{text:?}");
}

/// The texts of the recorded edits.
pub(super) fn recorded() -> Vec<String> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut found = Vec::new();
    let text = fs::read_to_string(data.join("yaml-edits/public.jsonl")).expect("recorded edits");
    for line in text.lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect("a record a line");
        strings(&record, &mut found);
    }
    found
}

fn strings(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) if text.contains('\n') => found.push(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        serde_json::Value::Object(map) => map.values().for_each(|item| strings(item, found)),
        _ => {}
    }
}

#[test]
fn recorded_texts_are_read_as_the_parser_does() {
    let texts = recorded();
    let taken = texts.iter().filter(|text| compared(text)).count();
    assert!(taken * 2 > texts.len(), "only {taken} of {} texts were taken", texts.len());
}

#[test]
fn common_syntax_is_accepted() {
    for text in [
        "a: 1\n",
        "---\na: 1\n",
        "# c\n\na: é\n",
        "a:\n- b\nc:\n  - d\n",
        "- a: b\n  c: d\n- - e\n  - f\n",
        "a: b # c\nd: e#f\n",
        "a b: c d\n",
        "a: 'it''s so'\nb: ''\n",
        "a: \"\\n\\t\\r\\/\\\\\\\"\"\n",
        "_a: /b\nc: $d\ne: ~\nf: (g)\n",
        "a: .5\nb: -1\nc: +x\n",
        "a: b, c]}\nd: it's {e} [f] \"g\" h?\ni: j:k\nl: m:,\n",
        "a: [ b ,  'c',\"d\" ]\ne: { f: g ,  h: [] }\ni: {}\n",
        "a: |\n  x\n\n  y\n    z\n \nb: |-\n  x\nc:\n  d: |\n    x\n  e:\n",
        "- |\n  x\n",
        "a:\n  b: |\n    x\nc: 1\n",
        "long_key_name: 'it''s'\n",
    ] {
        assert!(compared(text), "{text:?}");
    }
}

#[test]
fn anything_else_is_left_to_the_parser() {
    for text in [
        "a: 1\r\n",
        "a:\tb\n",
        "a: \u{85}\n",
        "a: b\u{2028}\n",
        "\u{feff}a: 1\n",
        "a\n",
        "--- a: 1\n",
        "a: 1\n---\nb: 2\n",
        "a: 1\n  b: 2\n",
        "- a\n  - b\n",
        "a: - b\n",
        "a: b\n  c\n",
        "a: &b c\n",
        "a: .\n",
        "a: \"\\u0041\"\n",
        "a: \"b\n  c\"\n",
        "a: 'b' c\n",
        "a: [b'c]\n",
        "a: [b:, c]\n",
        "a: {b:}\n",
        "a: {b}\n",
        "a: [b c",
        "a: |\nb: 1\n",
        "a: |\n\n  x\n",
        "a: |\n  \n  x\n",
        "a: |\n    x\n  y\n",
        "a: |\n  x\n     \n  y\n",
        "a: |\n  x\n  ",
        "a: |\n  x",
        "a: |+\n  x\n",
        "a: >\n  x\n",
    ] {
        assert!(!compared(text), "{text:?}");
    }
}

#[test]
fn keys_that_are_too_long_for_yaml_are_left_to_the_parser() {
    for length in [1_000, 1_001, 1_025] {
        let key = "k".repeat(length);
        for text in [format!("{key}: v\n"), format!("a: {{{key}: v}}\n"), format!("- {key}: v\n")] {
            assert_eq!(compared(&text), length <= 1_000, "{length}");
        }
    }
}

#[test]
fn nesting_is_limited_but_length_is_not() {
    for depth in [MAX_DEPTH, MAX_DEPTH + 1] {
        let lists = format!("{}a\n", "- ".repeat(depth));
        let maps: String = (0..depth).map(|level| format!("{}k:\n", " ".repeat(level))).collect();
        let flow = format!("k: {}{}\n", "[".repeat(depth - 1), "]".repeat(depth - 1));
        for text in [lists, maps, flow] {
            assert_eq!(compared(&text), depth <= MAX_DEPTH, "{depth}");
        }
    }
    for entry in ["- - a\n", "- k: v\n", "- [a]\n", "- {a: b}\n"] {
        assert!(compared(&entry.repeat(MAX_DEPTH + 1)), "{entry}");
    }
}
