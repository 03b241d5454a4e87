use super::*;
use crate::document::{Document, Format};

const TEXT: &str = "# The service
export A=1
B = two words  \nSECRET=\"a\\\"b\\$c\"

; old
# older
C='it # is'
D=1 # x
KEY=\"-----BEGIN-----
abc
-----END-----\"
EMPTY=
";

/// The text after the edits. After each edit, the stored places equal those of a fresh parse.
fn edit(text: &str, edits: &[Edit]) -> Result<String> {
    let mut text = DotenvText::parse(text.to_owned().into())?;
    for edit in edits {
        text.apply(edit)?;
        let read = DotenvText::parse(text.text.clone())?;
        assert_eq!(text.variables, read.variables, "{edit:?}");
    }
    let read = text.read_back()?;
    Ok(String::from_utf8(read.as_ref().map_or(text.bytes(), |read| read.bytes()).to_vec()).expect("text"))
}

fn set(key: &str, value: &str) -> Edit {
    Edit::Set { path: Pointer::new([key]), value: Value::string(value) }
}

#[test]
fn variables_are_read_as_systemd_reads_them() {
    let document = Document::parse(TEXT.as_bytes(), Format::Dotenv).expect("variables");
    let value = |key: &str| document.value().get(key).and_then(Value::as_str).map(str::to_owned);
    let cases = [
        ("A", "1"),
        ("B", "two words"),
        ("SECRET", "a\"b$c"),
        ("C", "it # is"),
        ("D", "1 # x"),
        ("KEY", "-----BEGIN-----\nabc\n-----END-----"),
        ("EMPTY", ""),
    ];
    for (key, expected) in cases {
        assert_eq!(value(key).as_deref(), Some(expected), "{key}");
    }
}

#[test]
fn a_backslash_escapes_within_double_quotes_only() {
    for (written, expected) in [
        (r#""a\\b\"c\$d\`e""#, r#"a\b"c$d`e"#.to_owned()),
        (r#""a\xb""#, r"a\xb".to_owned()),
        ("\"a\\\nb\"", "ab".to_owned()),
        ("'a\\\nb'", "a\\\nb".to_owned()),
        (r"'a\$'", r"a\$".to_owned()),
        (r"'a\'", r"a\".to_owned()),
    ] {
        let text = format!("A={written}\n");
        let document = Document::parse(text.as_bytes(), Format::Dotenv).expect(written);
        assert_eq!(document.value().get("A").and_then(Value::as_str), Some(expected.as_str()), "{written}");
    }
}

#[test]
fn edits_touch_only_their_own_bytes() {
    let cases = [
        (set("A", "2"), TEXT.replace("A=1", "A=2")),
        (set("A", "a b"), TEXT.replace("A=1", "A='a b'")),
        (set("A", "it's $x"), TEXT.replace("A=1", "A=\"it's \\$x\"")),
        (set("B", "x"), TEXT.replace("two words", "x")),
        (set("SECRET", "n`w"), TEXT.replace("a\\\"b\\$c", "n\\`w")),
        (set("C", "new"), TEXT.replace("it # is", "new")),
        (set("KEY", "x\ny"), TEXT.replace("-----BEGIN-----\nabc\n-----END-----", "x\ny")),
        (set("EMPTY", "e"), TEXT.replace("EMPTY=", "EMPTY=e")),
        (set("NEW", "n"), format!("{TEXT}NEW=n\n")),
        (Edit::Remove { path: Pointer::new(["C"]) }, TEXT.replace("C='it # is'\n", "")),
        (set("B", "two words"), TEXT.to_owned()),
        (set("C", "it's"), TEXT.replace("'it # is'", "\"it's\"")),
        (Edit::Remove { path: Pointer::new(["EMPTY"]) }, TEXT.replace("EMPTY=\n", "")),
        (Edit::Remove { path: Pointer::new(["B"]) }, TEXT.replace("B = two words  \n", "")),
        (Edit::Rename { path: Pointer::new(["A"]), to: "Z".to_owned() }, TEXT.replace("export A", "export Z")),
    ];
    for (one, expected) in cases {
        assert_eq!(edit(TEXT, std::slice::from_ref(&one)).expect("it fits"), expected, "{one:?}");
    }
    assert_eq!(edit("A=1", &[set("B", "2")]).expect("it fits"), "A=1\nB=2");
    assert_eq!(edit("A=1\r\n", &[set("A", "2"), set("B", "2")]).expect("it fits"), "A=2\r\nB=2\r\n");
    assert_eq!(edit("A=1\nB=2", &[Edit::Remove { path: Pointer::new(["A"]) }]).expect("it fits"), "B=2");
    let whole = Edit::Set {
        path: Pointer::root(),
        value: Value::Map(Map::from_iter(
            [("B", "3"), ("C", "4")].map(|(key, value)| (MapKey::string(key), Value::string(value))),
        )),
    };
    assert_eq!(edit("# a\nA=1\n# b\nB=2\n", &[whole]).expect("it fits"), "# b\nB=3\nC=4\n");
    assert_eq!(edit("", &[set("B", "2")]).expect("it fits"), "B=2\n");
}

#[test]
fn a_move_takes_the_comment_and_the_lines_along() {
    let at = |name: &str| Pointer::new([name]);
    let shift = |from: &str, path: &str| Edit::Move { from: at(from), path: at(path) };
    let copy = |from: &str, path: &str| Edit::Copy { from: at(from), path: at(path) };
    let cases = [
        ("# a\nexport A = 'x'  \nB=1\n", vec![shift("A", "C")], "B=1\n# a\nexport C = 'x'  \n"),
        ("# a\nA=x\nB=1", vec![shift("A", "C")], "B=1\n# a\nC=x"),
        ("B=1\n# a\nA=x", vec![shift("A", "C"), set("C", "y")], "B=1\n# a\nC=y"),
        ("# a\r\nA=x\r\nB=1\r\n", vec![shift("A", "C")], "B=1\r\n# a\r\nC=x\r\n"),
        ("# a\nA='x'\n# b\nB=1\n", vec![shift("A", "B")], "# b\nB='x'\n"),
        ("A=\"x\ny\"\n# no\n\nB=1\n", vec![shift("A", "C"), set("C", "z")], "# no\n\nB=1\nC=\"z\"\n"),
        ("# a\nexport A='x'\nB=1\n", vec![copy("A", "C"), copy("A", "B")], "# a\nexport A='x'\nB='x'\nC='x'\n"),
        ("A=1\nB=2", vec![Edit::Remove { path: at("B") }, set("C", "3")], "A=1\nC=3"),
        ("A=1\n", vec![shift("A", "A")], "A=1\n"),
        ("A=1\nB=2\n", vec![shift("A", "A")], "A=1\nB=2\n"),
        ("A='x'\n", vec![copy("A", "C"), set("C", "y")], "A='x'\nC='y'\n"),
        ("A=1\n# b\nB=2\n", vec![shift("B", "C"), shift("C", "D"), set("D", "x y")], "A=1\n# b\nD='x y'\n"),
        ("A=1", vec![set("B", "2"), set("C", "3"), shift("B", "D")], "A=1\nC=3\nD=2"),
        // The last variable got the line end of the one before.
        ("A=1\nB=2", vec![Edit::Remove { path: at("B") }, copy("A", "C")], "A=1\nC=1"),
        ("A=1\nB=2", vec![Edit::Remove { path: at("B") }, Edit::Remove { path: at("A") }], ""),
        // The kind of line end is kept even if none is left.
        ("A=1", vec![shift("A", "B")], "B=1"),
        ("# a\nA=1", vec![shift("A", "B"), set("C", "2")], "# a\nB=1\nC=2"),
        ("A=1\r\n", vec![shift("A", "B"), set("C", "2")], "B=1\r\nC=2\r\n"),
    ];
    for (text, edits, expected) in cases {
        assert_eq!(edit(text, &edits).expect("it fits"), expected, "{edits:?}");
    }
}

#[test]
fn a_byte_order_mark_stays_first() {
    let remove = |name: &str| Edit::Remove { path: Pointer::new([name]) };
    let cases = [
        ("\u{feff}A=1\nB=2\n", vec![remove("A")], "\u{feff}B=2\n"),
        ("\u{feff}# a\nA=1\n\nB=2\n", vec![remove("A"), set("B", "3")], "\u{feff}\nB=3\n"),
        ("\u{feff}# a\nA=1\n", vec![remove("A"), set("B", "3")], "\u{feff}B=3\n"),
        ("\u{feff}A=1\n", vec![set("A", "")], "\u{feff}A=\n"),
        ("\u{feff}", vec![set("A", "1")], "\u{feff}A=1\n"),
    ];
    for (text, edits, expected) in cases {
        assert_eq!(edit(text, &edits).expect("it fits"), expected, "{edits:?}");
    }
}

/// Sets, renames, and moves every variable in one session; a fresh parse has the same result.
#[test]
fn thousands_of_variables_are_edited_in_one_session() {
    let text: String = (0..2_000).map(|number| format!("# {number}\nV{number}={number}\n")).collect();
    let edits: Vec<Edit> = (0..2_000)
        .map(|number| match number % 4 {
            0 => set(&format!("V{number}"), "it's"),
            1 => Edit::Remove { path: Pointer::new([format!("V{number}")]) },
            2 => Edit::Rename { path: Pointer::new([format!("V{number}")]), to: format!("W{number}") },
            _ => Edit::Move { from: Pointer::new([format!("V{number}")]), path: Pointer::new([format!("V{number}_")]) },
        })
        .collect();
    let line = |number: usize| match number % 4 {
        0 => format!("# {number}\nV{number}=\"it's\"\n"),
        1 => String::new(),
        2 => format!("# {number}\nW{number}={number}\n"),
        _ => format!("# {number}\nV{number}_={number}\n"),
    };
    let (moved, stayed): (Vec<usize>, Vec<usize>) = (0..2_000).partition(|number| number % 4 == 3);
    let expected: String = stayed.into_iter().chain(moved).map(line).collect();
    let mut session = Document::parse(text.as_bytes(), Format::Dotenv).expect("variables").edit();
    for edit in &edits {
        session.apply(edit).expect("it fits");
    }
    assert!(session.finish().expect("it reads back").bytes() == expected.as_bytes());
}

#[test]
fn places_are_those_of_the_names_and_of_the_values_with_their_quotes() {
    let text = "# a\nexport A = 1 \nB='x'\n";
    let document = Document::parse(text.as_bytes(), Format::Dotenv).expect("variables");
    let place = |tokens: &[&str]| {
        let place = document.place(&Pointer::new(tokens.iter().copied()))?;
        Some((place.key.map(|key| &text[key]), &text[place.value]))
    };
    for (tokens, expected) in [
        (&[][..], Some((None, text))),
        (&["A"], Some((Some("A"), "1"))),
        (&["B"], Some((Some("B"), "'x'"))),
        (&["C"], None),
        (&["A", "0"], None),
    ] {
        assert_eq!(place(tokens), expected, "{tokens:?}");
    }
}

#[test]
fn a_text_that_parses_to_another_value_is_refused() {
    let mut text = DotenvText::parse("A=1\n".to_owned().into()).expect("variables");
    assert!(text.read_back().is_ok_and(|read| read.is_none()));
    text.apply(&set("A", "2")).expect("it fits");
    assert!(text.read_back().is_ok_and(|read| read.is_some_and(|read| read.bytes() == b"A=2\n")));
    apply::apply(&mut text.value, &set("A", "3")).expect("it fits");
    assert_eq!(text.read_back().err().map(|error| error.kind()), Some(ErrorKind::Unsupported));
    let mut text = DotenvText::parse("A=1\n".to_owned().into()).expect("variables");
    text.apply(&set("A", "2")).expect("it fits");
    text.text.push_str("A=2\n");
    assert_eq!(text.read_back().err().map(|error| error.kind()), Some(ErrorKind::Unsupported));
}

#[test]
fn impossible_edits_are_refused() {
    let kind = |text: &str, edits: &[Edit]| edit(text, edits).expect_err(text).kind();
    assert_eq!(kind("A=1\nA=2\n", &[]), ErrorKind::DuplicateKey);
    assert_eq!(kind("hello\n", &[]), ErrorKind::Syntax);
    assert_eq!(kind("A=\"x\n", &[]), ErrorKind::Syntax);
    assert_eq!(kind("=x\n", &[]), ErrorKind::Syntax);
    assert_eq!(kind("A B=x\n", &[]), ErrorKind::Syntax);
    assert_eq!(edit("\n\nB\n", &[]).expect_err("no variable").line_column(), Some((3, 1)));
    assert_eq!(kind("A=1\n", &[set("not a name", "x")]), ErrorKind::Path);
    assert_eq!(
        kind("A=1\n", &[Edit::Set { path: Pointer::new(["A"]), value: Value::list(Vec::new()) }]),
        ErrorKind::Unsupported
    );
}

#[test]
fn a_line_that_programs_read_differently_locks_only_itself() {
    let text = "A=a\\b\nB=\"x\" # c\nsource other\nC=1\nD=one \\\ntwo=2\n\nE='x' y\n";
    let document = Document::parse(text.as_bytes(), Format::Dotenv).expect("variables");
    let names: Vec<&str> = document.value().as_map().expect("a map").iter().map(|(key, _)| key.text()).collect();
    assert_eq!(names, ["A", "B", "C", "D", "E"]);
    assert_eq!(document.value().get("B").and_then(Value::as_str), Some("\"x\" # c"));
    assert_eq!(edit(text, &[set("C", "2"), set("F", "3")]).expect("it fits"), text.replace("C=1", "C=2") + "F=3\n");
    let at = |name: &str| Pointer::new([name]);
    for name in ["A", "B", "D", "E"] {
        for one in [
            set(name, "x"),
            Edit::Remove { path: at(name) },
            Edit::Rename { path: at(name), to: "Z".to_owned() },
            Edit::Move { from: at(name), path: at("Z") },
            Edit::Copy { from: at(name), path: at("Z") },
            Edit::Copy { from: at("C"), path: at(name) },
        ] {
            let error = edit(text, std::slice::from_ref(&one)).expect_err(name);
            assert_eq!((error.kind(), error.line_column().is_some()), (ErrorKind::Unsupported, true), "{one:?}");
        }
    }
}

#[test]
fn a_removed_variable_leaves_one_separation_and_the_comments_of_others() {
    let remove = |name: &str| Edit::Remove { path: Pointer::new([name]) };
    for (text, edits, expected) in [
        ("A=1\n\nB=2\n\nC=3\n", vec![remove("B")], "A=1\n\nC=3\n"),
        ("A=1\n\nB=2\n", vec![remove("B")], "A=1\n\n"),
        ("A=1\n\n# Samba\nUSER=a\nPASS=b\n", vec![remove("USER")], "A=1\n\n# Samba\nPASS=b\n"),
        ("A=1\n#B=2\nC=3\n", vec![remove("C")], "A=1\n#B=2\n"),
        ("A=1\n#B=2\n", vec![set("C", "3"), remove("C")], "A=1\n#B=2\n"),
        ("A=1\n# note\nC=3\n", vec![remove("C")], "A=1\n"),
    ] {
        assert_eq!(edit(text, &edits).expect("it fits"), expected, "{edits:?}");
    }
}
