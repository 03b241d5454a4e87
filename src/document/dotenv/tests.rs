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

fn edit(text: &str, edits: &[Edit]) -> Result<String> {
    let mut session = Document::parse(text.as_bytes(), Format::Dotenv)?.edit();
    edits.iter().try_for_each(|edit| session.apply(edit))?;
    Ok(String::from_utf8(session.finish()?.bytes().to_vec()).expect("text"))
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
fn edits_touch_their_own_bytes_only() {
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
        (Edit::Remove { path: Pointer::new(["C"]) }, TEXT.replace("; old\n# older\nC='it # is'\n", "")),
        (Edit::Remove { path: Pointer::new(["B"]) }, TEXT.replace("B = two words  \n", "")),
        (Edit::Rename { path: Pointer::new(["A"]), to: "Z".to_owned() }, TEXT.replace("export A", "export Z")),
    ];
    for (one, expected) in cases {
        assert_eq!(edit(TEXT, std::slice::from_ref(&one)).expect("it fits"), expected, "{one:?}");
    }
    assert_eq!(edit("A=1", &[set("B", "2")]).expect("it fits"), "A=1\nB=2");
    assert_eq!(edit("A=1\r\n", &[set("A", "2"), set("B", "2")]).expect("it fits"), "A=2\r\nB=2\r\n");
    assert_eq!(edit("", &[set("B", "2")]).expect("it fits"), "B=2\n");
}

#[test]
fn what_cannot_be_is_refused() {
    let kind = |text: &str, edits: &[Edit]| edit(text, edits).expect_err(text).kind();
    assert_eq!(kind("A=1\nA=2\n", &[]), Kind::DuplicateKey);
    assert_eq!(kind("hello\n", &[]), Kind::Syntax);
    assert_eq!(kind("A=\"x\n", &[]), Kind::Syntax);
    assert_eq!(kind("A=1\n", &[set("not a name", "x")]), Kind::Path);
    assert_eq!(
        kind("A=1\n", &[Edit::Set { path: Pointer::new(["A"]), value: Value::List(Vec::new()) }]),
        Kind::Unsupported
    );
}
