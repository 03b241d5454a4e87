use crate::document::{Document, Edit, Format, Pointer, Value};
use crate::error::{ErrorKind, Result};

mod reading;

pub(super) const TEXT: &str = "\
# top

name = 'x'  # the name
port = 80
when = 1979-05-27
list = [
  \"a\",  # first
  \"b\"
]
in = { a = 1, b.c = 2 }
dot.one = 1
dot.two = 2

# about t
[t]
k = [1, 2]

# about u
[t.u]
z = true

[[arr]]
n = 1

[[arr]]
n = 2
[arr.sub]
m = 1
";

fn at(path: &str) -> Pointer {
    Pointer::parse(path).expect("a pointer")
}

fn edited(text: &str, edits: &[Edit]) -> Result<String> {
    let mut session = Document::parse(text.as_bytes(), Format::Toml)?.edit();
    edits.iter().try_for_each(|edit| session.apply(edit))?;
    Ok(String::from_utf8(session.finish()?.bytes().to_vec()).expect("UTF-8"))
}

fn set(path: &str, value: Value) -> Edit {
    Edit::Set { path: at(path), value }
}

fn json(text: &str) -> Value {
    Document::parse(text.as_bytes(), Format::Json).expect("JSON").value().clone()
}

/// The removed and added lines.
fn difference(old: &str, new: &str) -> String {
    let lines = similar::TextDiff::from_lines(old, new);
    lines
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal)
        .map(|change| format!("{}{}", change.tag(), change.value().trim_end_matches('\n')) + "|")
        .collect()
}

#[test]
fn edits_touch_only_their_own_lines() {
    let cases: Vec<(Edit, &str)> = vec![
        (set("/name", Value::string("y")), "-name = 'x'  # the name|+name = 'y'  # the name|"),
        (set("/name", Value::string("it's")), "-name = 'x'  # the name|+name = \"it's\"  # the name|"),
        (set("/when", Value::string("1980-01-01")), "-when = 1979-05-27|+when = 1980-01-01|"),
        (set("/port", json("81")), "-port = 80|+port = 81|"),
        (set("/list/0", Value::string("c")), "-  \"a\",  # first|+  \"c\",  # first|"),
        (Edit::Append { path: at("/list"), value: Value::string("c") }, "-  \"b\"|+  \"b\",|+  \"c\"|"),
        (Edit::Add { path: at("/list/0"), value: Value::string("c") }, "+  \"c\",|"),
        (Edit::Remove { path: at("/list/0") }, "-  \"a\",  # first|"),
        (Edit::Remove { path: at("/list/1") }, "-  \"a\",  # first|-  \"b\"|+  \"a\"  # first|"),
        (Edit::Append { path: at("/t/k"), value: json("3") }, "-k = [1, 2]|+k = [1, 2, 3]|"),
        (Edit::Remove { path: at("/t/k/1") }, "-k = [1, 2]|+k = [1]|"),
        (set("/in/d", json("3")), "-in = { a = 1, b.c = 2 }|+in = { a = 1, b.c = 2, d = 3 }|"),
        (Edit::Remove { path: at("/in/a") }, "-in = { a = 1, b.c = 2 }|+in = { b.c = 2 }|"),
        (set("/in/b/d", json("3")), "-in = { a = 1, b.c = 2 }|+in = { a = 1, b.c = 2, b.d = 3 }|"),
        (Edit::Remove { path: at("/in/b/c") }, "-in = { a = 1, b.c = 2 }|+in = { a = 1, b = {} }|"),
        (Edit::Rename { path: at("/in/b"), to: "d".into() }, "-in = { a = 1, b.c = 2 }|+in = { a = 1, d.c = 2 }|"),
        (set("/dot/three", json("3")), "+dot.three = 3|"),
        (Edit::Remove { path: at("/dot/one") }, "-dot.one = 1|"),
        (set("/new", json("1")), "+new = 1|"),
        (set("/t/new", json("1")), "+new = 1|"),
        (set("/t/u/new", Value::string("a\nb")), "+new = \"\"\"|+a|+b\"\"\"|"),
        (set("/arr/1/sub/q", json("1")), "+q = 1|"),
        (set("/x", json(r#"{"a": 1, "b": {"c": 2}}"#)), "+|+[x]|+a = 1|+b = { c = 2 }|"),
        (Edit::Append { path: at("/arr"), value: json(r#"{"n": 3}"#) }, "+|+[[arr]]|+n = 3|"),
        (Edit::Remove { path: at("/t/u") }, "-# about u|-[t.u]|-z = true|-|"),
        (Edit::Remove { path: at("/arr/0") }, "-n = 1|-|-[[arr]]|"),
        (Edit::Remove { path: at("/arr/1") }, "-|-[[arr]]|-n = 2|-[arr.sub]|-m = 1|"),
        (Edit::Rename { path: at("/t"), to: "tt".into() }, "-[t]|+[tt]|-[t.u]|+[tt.u]|"),
        (Edit::Rename { path: at("/dot"), to: "d".into() }, "-dot.one = 1|-dot.two = 2|+d.one = 1|+d.two = 2|"),
        (Edit::Rename { path: at("/port"), to: "a b".into() }, "-port = 80|+\"a b\" = 80|"),
        (Edit::Move { from: at("/name"), path: at("/t/name") }, "-name = 'x'  # the name|+name = 'x'  # the name|"),
        (set("/t", json(r#"{"k": [1, 2], "u": {"z": false}}"#)), "-z = true|+z = false|"),
    ];
    for (edit, expected) in cases {
        let new = edited(TEXT, std::slice::from_ref(&edit)).unwrap_or_else(|error| panic!("{edit:?}: {error:?}"));
        assert_eq!(difference(TEXT, &new), expected, "{edit:?}\n{new}");
    }
}

#[test]
fn line_ends_stay_as_they_are() {
    let crlf = TEXT.replace('\n', "\r\n");
    let new = edited(&crlf, &[set("/t/new", json("1")), set("/x", json(r#"{"a": 1}"#))]).expect("it fits");
    assert_eq!(new.matches('\n').count(), new.matches("\r\n").count());
    assert_eq!(edited("a = 1", &[set("/b", json("2"))]).expect("it fits"), "a = 1\nb = 2");
    assert_eq!(edited("", &[set("/b", json("2"))]).expect("it fits"), "b = 2\n");
    assert_eq!(edited("[a]\nx = 1", &[set("/b/c", json("2"))]).expect("it fits"), "[a]\nx = 1\n\n[b]\nc = 2");
}

#[test]
fn several_lines_in_a_file_with_other_line_ends_are_written_on_one() {
    let lines = |path: &str| set(path, Value::string("a\nb"));
    let new = edited("x = 1\r\n[t]\r\ny = \"\"\"\r\na\"\"\"\r\n", &[lines("/x"), lines("/t/y"), lines("/z")]);
    assert_eq!(new.expect("it fits"), "x = \"a\\nb\"\r\nz = \"a\\nb\"\r\n[t]\r\ny = \"a\\nb\"\r\n");
}

#[test]
fn a_move_takes_comments_and_lines_along() {
    let shift = |from: &str, path: &str| Edit::Move { from: at(from), path: at(path) };
    hold(&[
        ("# a\n# of x\nx = 'v' # c\ny = 1\n", shift("/x", "/z"), "y = 1\n# a\n# of x\nz = 'v' # c\n"),
        ("# x\nx = 'v' # c\n[t]\n  y = 1\n", shift("/x", "/t/x"), "[t]\n  y = 1\n  # x\n  x = 'v' # c\n"),
        // A comment that heads the file or several entries stays, and so does a disabled entry.
        ("# head\nx = 1\ny = 1\n", shift("/x", "/z"), "# head\ny = 1\nz = 1\n"),
        (
            "w = 1\n\n# Samba\nsamba_x = 1\nsamba_y = 1\n",
            shift("/samba_x", "/z"),
            "w = 1\n\n# Samba\nsamba_y = 1\nz = 1\n",
        ),
        ("w = 1\n# v = 2\nx = 1\n", shift("/x", "/z"), "w = 1\nz = 1\n# v = 2\n"),
        ("x = 0x1F\n[t]\n", shift("/x", "/t/z"), "[t]\nz = 0x1F\n"),
        ("[t]\n# a\nx = 1 # c\n[u]\n", shift("/t/x", "/x"), "# a\nx = 1 # c\n\n[t]\n[u]\n"),
        ("l = [1, 2] # l\nx = 3 # c\n", shift("/x", "/l/-"), "l = [1, 2, 3] # l\n"),
        (
            "# head\n\n# t\n[t] # c\nx = 0x1F # x\n\n# u\n[t.'u']\ny = 1\n\n[z]\n",
            shift("/t", "/z/n.w"),
            "# head\n\n[z]\n\n# t\n[z.\"n.w\"] # c\nx = 0x1F # x\n\n# u\n[z.\"n.w\".'u']\ny = 1\n",
        ),
        ("[[a]]\nx = 1\n[[a]]\ny = 1\n[t]\n", shift("/a/0", "/t/z"), "[[a]]\ny = 1\n[t]\n\n[t.z]\nx = 1\n"),
        ("[[a]]\nx = 1 # c\n[[a]]\n# n\n[a.b]\n", shift("/a", "/c"), "[[c]]\nx = 1 # c\n[[c]]\n# n\n[c.b]\n"),
    ]);
}

#[test]
fn removing_the_last_entry_leaves_an_empty_collection() {
    assert_eq!(edited("a.b = 1\n", &[remove("/a/b")]).expect("it fits"), "a = {}\n");
    assert_eq!(edited("[a]\nb = 1\n", &[remove("/a/b")]).expect("it fits"), "[a]\n");
    assert_eq!(edited("[[a]]\nb = 1\n", &[remove("/a/0")]).expect("it fits"), "a = []\n");
    assert_eq!(edited("a = [1]\n", &[remove("/a/0")]).expect("it fits"), "a = []\n");
    assert_eq!(edited("[a.b]\nc = 1\n", &[remove("/a/b")]).expect("it fits"), "a = {}\n");
}

#[test]
fn values_that_toml_cannot_express_are_refused_with_their_place() {
    let cases = [("a = 1\na = 2\n", ErrorKind::DuplicateKey, (2, 1)), ("a = 1\nb = \n", ErrorKind::Syntax, (2, 5))];
    for (text, kind, place) in cases {
        let error = Document::parse(text.as_bytes(), Format::Toml).err().expect("it is refused");
        assert_eq!((error.kind(), error.line_column()), (kind, Some(place)), "{text}");
    }
    let error = edited("a = 1\n", &[set("/a", Value::Null)]).expect_err("no null");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let error = edited("a = 1\n", &[set("/b", json(r#"["x", null]"#))]).expect_err("no null");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let error = edited("a = 1\n", &[set("/a", json("[100000000000000000000]"))]).expect_err("too large");
    assert!(error.kind() == ErrorKind::Unsupported && error.message().contains("64 bits"), "{error:?}");
}

/// Checks the text after each edit.
fn hold(cases: &[(&str, Edit, &str)]) {
    for (text, edit, expected) in cases {
        let new = edited(text, std::slice::from_ref(edit)).unwrap_or_else(|error| panic!("{edit:?}: {error:?}"));
        assert_eq!(&new, expected, "{edit:?} in\n{text}");
    }
}

fn append(path: &str, value: &str) -> Edit {
    Edit::Append { path: at(path), value: json(value) }
}

fn remove(path: &str) -> Edit {
    Edit::Remove { path: at(path) }
}

#[test]
fn brackets_keep_their_lines_commas_and_spaces() {
    hold(&[
        ("l = []\n", append("/l", "1"), "l = [1]\n"),
        ("l = [ ]\n", append("/l", "1"), "l = [1]\n"),
        ("l = [ # c\n]\n", append("/l", "1"), "l = [ # c\n1]\n"),
        ("l = [1, 2,]\n", append("/l", "3"), "l = [1, 2, 3,]\n"),
        ("l = [\n  1]\n", append("/l", "2"), "l = [\n  1,\n  2]\n"),
        ("l = [\n  1\n, # c\n]\n", append("/l", "2"), "l = [\n  1\n, # c\n  2,\n]\n"),
        ("l = [\r\n  1, # c\r\n]\r\n", append("/l", "2"), "l = [\r\n  1, # c\r\n  2,\r\n]\r\n"),
        ("l = [1]\n", Edit::Add { path: at("/l/0"), value: json("1") }, "l = [1, 1]\n"),
        ("l = [\n  1, 2,\n  3,\n]\n", remove("/l/0"), "l = [\n  2,\n  3,\n]\n"),
        ("l = [\n  1, # one\n  2,\n]\n", remove("/l/0"), "l = [\n  2,\n]\n"),
        ("l = [\n  1,\n  2,\n]\n", remove("/l/1"), "l = [\n  1,\n]\n"),
        ("l = [\n  1,\n  2\n]\n", remove("/l/1"), "l = [\n  1\n]\n"),
        ("l = [\n  1\n]\n", remove("/l/0"), "l = [\n]\n"),
        ("l = [1 , 2]\n", remove("/l/1"), "l = [1]\n"),
        ("l = [1,   2,]\n", remove("/l/1"), "l = [1,]\n"),
        ("l = [ 1 ]\n", remove("/l/0"), "l = []\n"),
        ("l = [ 1 # c\n]\n", remove("/l/0"), "l = [ # c\n]\n"),
        ("in = { a = 1, b.c = 2, b.d = 3, e = 4 }\n", remove("/in/b"), "in = { a = 1, e = 4 }\n"),
        ("b.c = 1\nx = 3\nb.d = 2\n", remove("/b"), "x = 3\n"),
        ("a.b = 1\n", Edit::Rename { path: at("/a/b"), to: "c".into() }, "a.c = 1\n"),
        ("a . \"b.=\" . c = 1\n", Edit::Rename { path: at("/a/b.="), to: "d".into() }, "a . d . c = 1\n"),
        ("[ t . u ]\nx = 1\n", Edit::Rename { path: at("/t/u"), to: "v".into() }, "[ t . v ]\nx = 1\n"),
    ]);
}

#[test]
fn sections_go_with_one_of_the_separations_around_them() {
    hold(&[
        ("[a]\nx = 1\n\n[b]\n", remove("/a"), "[b]\n"),
        ("[z]\n\n[a]\nx = 1\n\n[b]\n", remove("/a"), "[z]\n\n[b]\n"),
        ("[z]\r\n\r\n[a]\r\nx = 1\r\n\r\n[b]\r\n", remove("/a"), "[z]\r\n\r\n[b]\r\n"),
        ("[z]\n[a]\nx = 1\n\n[b]\n", remove("/a"), "[z]\n\n[b]\n"),
        ("[z]\n\n[a]\nx = 1\n", remove("/a"), "[z]\n"),
        ("[z]\n\n[a]\nx = 1", remove("/a"), "[z]"),
        ("[z]\n[a]\nx = 1\n", remove("/a"), "[z]\n"),
        ("\n\n[a]\nx = 1\n", remove("/a"), "\n\n"),
        ("[a]\nx = 1\n", remove("/a"), ""),
        ("[a]\nx = 1\n\n\n", remove("/a"), ""),
        ("# c\n\n[a]\nx = 1\n\n\n", remove("/a"), "# c\n"),
        ("a = 1\n\nb = 2\n\nc = 3\n", remove("/b"), "a = 1\n\nc = 3\n"),
    ]);
}

#[test]
fn values_are_written_as_the_old_ones_were() {
    let text = |text: &str| Value::string(text);
    hold(&[
        ("x = \"v\"\n", set("/x", text("a\nb")), "x = \"\"\"\na\nb\"\"\"\n"),
        ("l = [\n\"\"\"\na\"\"\",\n]\n", set("/l/0", text("x\ny")), "l = [\n\"\"\"\nx\ny\"\"\",\n]\n"),
        ("l = [\"a\"]\n", set("/l/0", text("x\ny")), "l = [\"x\\ny\"]\n"),
        ("x = 'v'\n", set("/x", text("a\tb")), "x = 'a\tb'\n"),
        ("x = 'v'\n", set("/x", text("a\u{7f}b")), "x = \"a\\u007fb\"\n"),
        ("x = 0x1F\n", Edit::Copy { from: at("/x"), path: at("/y") }, "x = 0x1F\ny = 0x1F\n"),
        ("", set("/x", json(r#"[{"a": 1}, {"a": 2}]"#)), "[[x]]\na = 1\n\n[[x]]\na = 2\n"),
        (
            "[[a]]\nx = 1 # c\n[[a]]\ny = 2\n",
            set("/a", json(r#"[{"x": 1}, {"y": 3}]"#)),
            "[[a]]\nx = 1 # c\n[[a]]\ny = 3\n",
        ),
    ]);
}

#[test]
fn what_stays_of_a_list_or_a_table_keeps_its_text() {
    let long = "l = [ # l\n  'a', # a\n  # of b\n  'b',\n  'c' # c\n] # end\n";
    let shift = |from: &str, path: &str| Edit::Move { from: at(from), path: at(path) };
    hold(&[
        (long, set("/l", json(r#"["a", "c"]"#)), "l = [ # l\n  'a', # a\n  'c' # c\n] # end\n"),
        (
            long,
            set("/l", json(r#"["b", "a", "c", "d"]"#)),
            "l = [ # l\n  # of b\n  'b',\n  'a', # a\n  'c', # c\n  'd'\n] # end\n",
        ),
        (
            long,
            Edit::Replace { path: at("/l"), value: json(r#"["x", "b", "c"]"#) },
            "l = [ # l\n  'x',\n  # of b\n  'b',\n  'c' # c\n] # end\n",
        ),
        (long, shift("/l/0", "/l/-"), "l = [ # l\n  # of b\n  'b',\n  'c', # c\n  'a' # a\n] # end\n"),
        (long, shift("/l/2", "/l/1"), "l = [ # l\n  'a', # a\n  'c', # c\n  # of b\n  'b'\n] # end\n"),
        // A comment above an item is about that one.
        ("l = [\n  # b\n  2,\n]\n", Edit::Add { path: at("/l/0"), value: json("1") }, "l = [\n  1,\n  # b\n  2,\n]\n"),
        ("l = ['a', \"b\"] # c\n", set("/l", json(r#"["b", "c"]"#)), "l = [\"b\", \"c\"] # c\n"),
        ("l = ['a', 'b']\n", append("/l", "\"c\""), "l = ['a', 'b', 'c']\n"),
        ("l = [1979-05-27]\n", append("/l", "\"1980-05-27\""), "l = [1979-05-27, 1980-05-27]\n"),
        ("l = [0x1F, 1_000]\n", set("/l", json("[1000, 3]")), "l = [1_000, 3]\n"),
        ("m = { a = 'x', b.c = 1 }\n", set("/m", json(r#"{"a": "x", "b": {"c": 2}}"#)), "m = { a = 'x', b.c = 2 }\n"),
        ("a = 'x'\nb = 'y'\n", set("/c", Value::string("z")), "a = 'x'\nb = 'y'\nc = 'z'\n"),
        (
            "[[a]]\nid = 'x' # x\n\n[[a]]\nid = 'y' # y\nn = 'y'\n",
            set("/a", json(r#"[{"id": "y", "n": "y"}, {"id": "z"}]"#)),
            "[[a]]\nid = 'y' # y\nn = 'y'\n\n[[a]]\nid = 'z'\n",
        ),
    ]);
}

#[test]
fn a_string_that_looks_like_a_date_is_one_only_if_it_replaces_a_date() {
    for (before, after) in [
        ("a = 1\n", "a = \"2024-01-01\"\n"),
        ("a = true\n", "a = \"2024-01-01\"\n"),
        ("a = 1.5\n", "a = \"2024-01-01\"\n"),
        ("a = 1979-05-27\n", "a = 2024-01-01\n"),
        ("a = '1979-05-27'\n", "a = '2024-01-01'\n"),
        ("b = [1]\na = [1]\n", "b = [1]\na = \"2024-01-01\"\n"),
    ] {
        assert_eq!(edited(before, &[set("/a", Value::string("2024-01-01"))]).expect("it fits"), after, "{before}");
    }
    let item = edited("a = [1, 2]\n", &[set("/a/0", Value::string("10:00:00"))]).expect("it fits");
    assert_eq!(item, "a = [\"10:00:00\", 2]\n");
}

#[test]
fn adding_and_removing_a_key_of_an_implied_table_leaves_no_header() {
    for text in ["[a.b]\nx = 1\n", "# c\n[a.b]\nx = 1\n\n[a.c]\n", "t = 1\n\n[a.b.c]\nx = 1\n", "[[a.b]]\nx = 1\n"] {
        let edits = [set("/a/y", json("1")), Edit::Remove { path: at("/a/y") }];
        assert_eq!(edited(text, &edits).expect("it fits"), text);
        let added = edited(text, &edits[..1]).expect("it fits");
        assert_eq!(edited(&added, &edits[1..]).expect("it fits"), text);
    }
    // A header with a comment stays.
    let kept = edited("[a] # c\ny = 1\n\n[a.b]\nx = 1\n", &[Edit::Remove { path: at("/a/y") }]).expect("it fits");
    assert_eq!(kept, "[a] # c\n\n[a.b]\nx = 1\n");
}
