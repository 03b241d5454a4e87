use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::super::arena::Arena;
use super::super::duplicates;
use super::super::reader;
use super::super::tree::Tree;
use super::{MAX_DEPTH, read};

/// Reads in both ways; gives whether the quick reader took the text.
fn compared(text: &str) -> bool {
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
    for (index, (quick, parsed)) in quick.pieces.iter().zip(&parsed.pieces).enumerate() {
        assert_eq!(quick, parsed, "node {index} of {text:?}");
    }
    assert_eq!(quick, parsed, "{text:?}");
}

/// What stands in recorded edits.
fn recorded() -> Vec<String> {
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
fn what_most_files_consist_of_is_taken() {
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
fn collections_may_nest_so_deep_and_follow_without_end() {
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

/// What changes a text a little: a place in it, and what to put there or take away.
#[derive(Debug, Clone)]
enum Slip {
    Put(Index, &'static str),
    Take(Index, usize),
    TwiceALine(Index),
    Without(Index),
}

fn slip() -> impl Strategy<Value = Slip> {
    let piece = select(vec![
        " ", "  ", "\n", "\n\n", ":", ": ", "-", "- ", "#", " #", "'", "\"", "''", "\\", "\\n", "|", "|-", "|\n", "[",
        "]", "{", "}", ", ", ",", "a", "a: b", "- a\n", "?", "? ", "&a ", "*a", "!", "---\n", "...\n", "\t", "\r\n",
        "~", "0", "\u{e4}", ".", "<<: ", "%", "@", "`", "=", ">", "k:\n", "\u{2028}", "\u{a0}", "\u{85}",
    ]);
    prop_oneof![
        4 => (any::<Index>(), piece).prop_map(|(at, piece)| Slip::Put(at, piece)),
        2 => (any::<Index>(), 1..12_usize).prop_map(|(at, length)| Slip::Take(at, length)),
        1 => any::<Index>().prop_map(Slip::TwiceALine),
        1 => any::<Index>().prop_map(Slip::Without),
    ]
}

fn slipped(text: &str, slips: &[Slip]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for slip in slips {
        let line_of = |at: usize, chars: &[char]| {
            let begin = chars[..at].iter().rposition(|c| *c == '\n').map_or(0, |feed| feed + 1);
            let end = chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |feed| at + feed + 1);
            begin..end
        };
        match slip {
            _ if chars.is_empty() => {}
            Slip::Put(at, piece) => {
                let at = at.index(chars.len());
                chars.splice(at..at, piece.chars());
            }
            Slip::Take(at, length) => {
                let at = at.index(chars.len());
                chars.drain(at..(at + length).min(chars.len()));
            }
            Slip::TwiceALine(at) => {
                let line = line_of(at.index(chars.len()), &chars);
                let copy = chars[line.clone()].to_vec();
                chars.splice(line.end..line.end, copy);
            }
            Slip::Without(at) => drop(chars.drain(line_of(at.index(chars.len()), &chars))),
        }
    }
    chars.into_iter().collect()
}

/// A few lines of a recorded text, of which each may get slips.
fn excerpt() -> impl Strategy<Value = String> {
    let texts = recorded();
    (select(texts), any::<Index>(), 1..14_usize).prop_map(|(text, from, count)| {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let from = from.index(lines.len());
        let end = (from + count).min(lines.len());
        let indent = lines[from..end].iter().filter(|line| !line.trim().is_empty());
        let indent = indent.map(|line| line.len() - line.trim_start_matches(' ').len()).min().unwrap_or(0);
        lines[from..end].iter().map(|line| line.get(indent..).unwrap_or("\n")).collect()
    })
}

/// Short texts of lines that have a meaning in many orders.
fn lines() -> impl Strategy<Value = String> {
    let indent = select(vec!["", "", "", "  ", "  ", "  ", "    ", "    ", "      ", " ", "   "]);
    let key = select(vec![
        "", "", "a: ", "b: ", "k:", "- ", "- ", "-", "'q': ", "\"d\": ", "- c: ", "- - ", "-   e: ", "a b: ", "0: ",
    ]);
    let value = select(vec![
        "",
        "",
        "x",
        "x y",
        "1",
        "~",
        "'x'",
        "'it''s'",
        "\"y\"",
        "\"a\\n\\\"b\"",
        "[a, b]",
        "[]",
        "{}",
        "{a: b, c: [1, 'x']}",
        "[ a ]",
        "|",
        "|-",
        "|",
        "http://a/b?c=d#e",
        "a:b",
        "a, b",
        "x'",
        "$x",
        "(y)",
        "-1",
        "- z",
        "a: b",
        "'x' y",
        "[a]b",
        "{a}",
        "[a: b]",
        "\u{e4}",
        "x  ",
        "&a x",
        "*a",
        "x:",
        "\"\\u0041\"",
        "[a, ]",
        "{a: }",
        "{a: b,c: d}",
        ".5",
        "---",
        "...",
    ]);
    let comment = select(vec!["", "", "", "", "", "  # c", " #", "#x", " "]);
    let line =
        (indent, key, value, comment).prop_map(|(indent, key, value, comment)| [indent, key, value, comment].concat());
    let line =
        prop_oneof![8 => line, 1 => select(vec!["", "  ", "# c", "    # c", "---", "  text"]).prop_map(str::to_owned)];
    let ends = select(vec!["\n", "\n", "\n", ""]);
    (proptest::collection::vec(line, 1..7), ends).prop_map(|(lines, end)| lines.join("\n") + end)
}

/// Short texts of what has a meaning.
fn tokens() -> impl Strategy<Value = String> {
    let token = select(vec![
        "a", "b", "k", "a: ", "k:", "- ", "-", "\n", "\n", "\n  ", "\n  ", "\n    ", " ", "'x'", "\"y\"", "'", "\"",
        "# c", "[a, b]", "{a: b}", "[", "]", "{", "}", ", ", ": ", ":", "|\n", "|-\n", "|+\n", "  text", "1", "~",
        "\n- ", "\n  - ", "\nk: ", "\n  a: ", "---\n", "...\n", "\\",
    ]);
    proptest::collection::vec(token, 1..10).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_taken_is_read_as_the_parser_does(
        text in excerpt(),
        slips in proptest::collection::vec(slip(), 0..4),
    ) {
        compared(&slipped(&text, &slips));
    }

    #[test]
    fn short_texts_too(text in prop_oneof![tokens(), lines()]) {
        compared(&text);
    }
}
