//! Documents in the strings of a YAML or JSON file: whatever the notation of the string, an edit of the document changes
//! its own lines, another reader finds the edited document, and the string keeps its notation where that can hold it.

use agepatch::container::InnerValue;

/// A string: before and after an edit of the document in it, and both as they are written in the file.
struct Case {
    about: &'static str,
    before: &'static str,
    after: &'static str,
    new: &'static str,
}

const CASES: &[Case] = &[
    Case { about: "literal", before: "|\n    a: 1\n    b: 2\n", new: "a: 1\nb: 3\n", after: "|\n    a: 1\n    b: 3\n" },
    Case { about: "literal, stripped", before: "|-\n  A=1\n  B=2\n", new: "A=1\nB=3", after: "|-\n  A=1\n  B=3\n" },
    Case { about: "one line, stripped", before: "|-\n   A=1\n", new: "A=2", after: "|-\n   A=2\n" },
    Case { about: "one line", before: "|\n   A=1\n", new: "A=2\n", after: "|\n   A=2\n" },
    Case { about: "literal, kept", before: "|+\n  A=1\n\n", new: "A=2\n\n", after: "|+\n  A=2\n\n" },
    Case {
        about: "header in another order",
        before: "|-4\n    A=1\n    B=2\n",
        new: "A=1\nB=3",
        after: "|-4\n    A=1\n    B=3\n",
    },
    Case {
        about: "indicator",
        before: "|2 # why\n    a: 1\n  b: 2\n",
        new: "  a: 1\nb: 3\n",
        after: "|2 # why\n    a: 1\n  b: 3\n",
    },
    Case {
        about: "white space at the end",
        before: "|\n  a: 1   \n  b:\t2\n    \n  c: 3\n",
        new: "a: 1   \nb:\t2\n  \nc: 4\n",
        after: "|\n  a: 1   \n  b:\t2\n    \n  c: 4\n",
    },
    Case { about: "white space last", before: "|\n  a: 1\n    \n", new: "a: 2\n  \n", after: "|\n  a: 2\n    \n" },
    Case {
        about: "spaces in blank lines",
        before: "|\n  a: 1\n \n  b: 2\n",
        new: "a: 1\n\nb: 3\n",
        after: "|\n  a: 1\n \n  b: 3\n",
    },
    Case { about: "folded", before: ">\n   A=1\n\n   B=2\n", new: "A=1\nB=3\n", after: ">\n   A=1\n\n   B=3\n" },
    Case {
        about: "folded, several lines to one",
        before: ">-\n  {\"a\": 1,\n  \"b\": 2}\n\n  x\n",
        new: "{\"a\": 1, \"b\": 2}\ny",
        after: ">-\n  {\"a\": 1,\n  \"b\": 2}\n\n  y\n",
    },
    Case {
        about: "folded, with deeper lines",
        before: ">\n  a:\n    b: 1\n    c: 2\n\n  d: 3\n",
        new: "a:\n  b: 1\n  c: 4\n\nd: 3\n",
        after: ">\n  a:\n    b: 1\n    c: 4\n\n  d: 3\n",
    },
    Case { about: "double", before: "\"A=1\\nB=2\\n\"\n", new: "A=1\nB=3\n", after: "\"A=1\\nB=3\\n\"\n" },
    Case {
        about: "double, with escapes",
        before: "\"A=caf\\u00e9\\x21\\/\\nB=2\\n\"\n",
        new: "A=café!/\nB=3\n",
        after: "\"A=caf\\u00e9\\x21\\/\\nB=3\\n\"\n",
    },
    Case {
        about: "carriage returns",
        before: "\"A=1\\r\\nB=2\\r\\n\"\n",
        new: "A=1\r\nB=3\r\n",
        after: "\"A=1\\r\\nB=3\\r\\n\"\n",
    },
    Case {
        about: "double, over several lines",
        before: "\"A=1\\n\\\n    B=2\\n\\\n    C=3\"\n",
        new: "A=1\nB=4\nC=3",
        after: "\"A=1\\n\\\n    B=4\\n\\\n    C=3\"\n",
    },
    Case {
        about: "double, folded",
        before: "\"A=one\n    two\\n\n    B=2\"\n",
        new: "A=one two\n B=3",
        after: "\"A=one\n    two\\n\n    B=3\"\n",
    },
    Case {
        about: "single",
        before: "'{\"a\": \"it''s\", \"b\": 1}'\n",
        new: "{\"a\": \"it's\", \"b\": 2}",
        after: "'{\"a\": \"it''s\", \"b\": 2}'\n",
    },
    Case {
        about: "single, lines",
        before: "'A=1\n\n    B=2\n\n    '\n",
        new: "A=1\nB=3\n",
        after: "'A=1\n\n    B=3\n\n    '\n",
    },
    Case { about: "plain", before: "A=1\n", new: "A=2", after: "A=2\n" },
    Case { about: "plain, lines", before: "A=1\n\n    B=2\n", new: "A=1\nB=3", after: "A=1\n\n    B=3\n" },
    // What the notation cannot hold.
    Case { about: "literal, with a carriage return", before: "|\n  A=1\n", new: "A=1\r\n", after: "\"A=1\\r\\n\"\n" },
    Case { about: "plain, with a mark", before: "A=1\n\n    B=2\n", new: "A=1\nB: #3", after: "|-\n  A=1\n  B: #3\n" },
];

/// The string as a value of a map, of a map in it, and of a list.
fn places(string: &str, deeper: &str) -> [(String, &'static str); 3] {
    let indented = |column: usize| {
        let mut lines = string.split_inclusive('\n');
        let first = lines.next().unwrap_or_default().to_owned();
        lines.fold(first, |text, line| match line.trim_end_matches('\n').is_empty() {
            true => text + line,
            false => text + &" ".repeat(column) + line,
        })
    };
    [
        (format!("# head\nother:   x   # odd\ndoc: {string}{deeper}last: 'z'\n"), "doc"),
        (format!("top:\n  doc: {}  b: |\n    c\n", indented(2)), "top.doc"),
        (format!("list:\n- a\n- {string}- 'b'\n"), "list[1]"),
    ]
}

fn string_at<'v>(root: &'v serde_yaml::Value, path: &str) -> &'v str {
    let found = match path {
        "doc" => &root["doc"],
        "top.doc" => &root["top"]["doc"],
        _ => &root["list"][1],
    };
    found.as_str().unwrap_or_else(|| panic!("a string at {path} of {root:?}"))
}

#[test]
fn a_string_keeps_its_notation_and_the_lines_that_do_not_change() {
    for Case { about, before, after, new } in CASES {
        let all = places(before, "").into_iter().zip(places(after, ""));
        for ((outer, path), (expected, _)) in all {
            let value = InnerValue::find("x.yaml", outer.as_bytes(), None, path).expect(about);
            let read: serde_yaml::Value =
                serde_yaml::from_str(&outer).unwrap_or_else(|error| panic!("{about}: {error}"));
            assert_eq!(value.needed().expect(about), string_at(&read, path), "{about}: the readers differ");
            let edited = value.put(new.as_bytes()).unwrap_or_else(|error| panic!("{about}: {}", error.message()));
            let text = String::from_utf8(edited.bytes().to_vec()).expect("text");
            assert_eq!(text, expected, "{about}: {path}");
            let read: serde_yaml::Value = serde_yaml::from_str(&text).expect(about);
            assert_eq!(string_at(&read, path), *new, "{about}: another reader");
            // The same document changes nothing.
            let same = value.put(value.needed().expect(about).as_bytes()).expect(about);
            assert!(same.bytes() == outer.as_bytes(), "{about}: {path}");
        }
    }
}

#[test]
fn a_string_in_json_keeps_its_escapes() {
    let outer = "{\n\t\"env\": \"A=caf\\u00e9 \\ud83d\\ude00\\nB=\\u003c\\/\\n\", \"x\": 1\n}\n";
    let value = InnerValue::find("x.json", outer.as_bytes(), None, "env").expect("a string");
    assert_eq!(value.needed().expect("a string"), "A=café 😀\nB=</\n");
    let edited = value.put("A=café 😀\nB=</\nC=\"3\"\n".as_bytes()).expect("it fits");
    let expected = "{\n\t\"env\": \"A=caf\\u00e9 \\ud83d\\ude00\\nB=\\u003c\\/\\nC=\\\"3\\\"\\n\", \"x\": 1\n}\n";
    assert_eq!(String::from_utf8_lossy(edited.bytes()), expected);
}

/// Before and after an edit, as they are written in the file, and the new text.
const TOML: &[[&str; 3]] = &[
    ["\"A=1\\nB=\\\"x\\\" caf\\u00e9\\n\"", "A=2\nB=\"x\" café\n", "\"A=2\\nB=\\\"x\\\" caf\\u00e9\\n\""],
    ["\"\"\"\nA=1\nB=\"x\"\nC=\\\\n\n\"\"\"", "A=\\n\nB=\"x\"\nC=\\n\n", "\"\"\"\nA=\\\\n\nB=\"x\"\nC=\\\\n\n\"\"\""],
    ["\"\"\"\\\n    A=1\nB=2\"\"\"", "A=1\nB=3\nC=4", "\"\"\"\\\n    A=1\nB=3\nC=4\"\"\""],
    ["'{\"a\": 1}'", "{\"a\": 2}", "'{\"a\": 2}'"],
    ["'''\nA=1\nB=2\n'''", "A=1\nB=3\n", "'''\nA=1\nB=3\n'''"],
    // What the notation cannot hold.
    ["'A=1'", "A='1'", "\"A='1'\""],
];

#[test]
fn a_string_in_toml_keeps_its_notation() {
    for [before, new, after] in TOML {
        let outer = |string: &str| format!("# head\nfirst = 1   # odd\n[s]\ndoc = {string}  # behind\nlast = 'z'\n");
        let value = InnerValue::find("x.toml", outer(before).as_bytes(), None, "s.doc").expect(before);
        let edited = value.put(new.as_bytes()).unwrap_or_else(|error| panic!("{before}: {}", error.message()));
        assert_eq!(String::from_utf8_lossy(edited.bytes()), outer(after));
        let read: toml::Table = outer(after).parse().expect(after);
        assert_eq!(read["s"]["doc"].as_str(), Some(*new), "{before}: another reader");
    }
}
