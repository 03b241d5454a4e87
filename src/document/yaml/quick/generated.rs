//! Generated texts: whatever the quick reader accepts, it parses like the parser.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::tests::{compared, recorded};

/// A small change of a text: a place, and what to insert or remove there.
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

/// A few lines of a recorded text, with random small changes.
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

/// Short texts of lines that are valid in many orders.
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

/// Short texts of meaningful tokens.
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
    fn accepted_texts_are_read_as_the_parser_does(
        text in excerpt(),
        slips in proptest::collection::vec(slip(), 0..4),
    ) {
        compared(&slipped(&text, &slips));
    }

    #[test]
    fn short_texts_are_read_as_the_parser_does(text in prop_oneof![tokens(), lines()]) {
        compared(&text);
    }
}
