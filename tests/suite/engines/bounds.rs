//! Hostile and huge inputs: each is either processed or rejected with an error, within limits.

use std::io::Write;
use std::process::{Command, Stdio};

use agepatch::ErrorKind;
use agepatch::document::{Document, Edit, Format, Pointer, Value};
use proptest::prelude::*;

use crate::random_edits::deterministic;

/// Runs the program on `input` with limited memory, in KiB.
#[cfg(unix)]
fn limited(memory: usize, arguments: &str, input: &[u8]) -> std::process::Output {
    let program = env!("CARGO_BIN_EXE_agepatch");
    let mut child = Command::new("sh")
        .args(["-c", &format!("ulimit -v {memory} && exec {program} {arguments}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("sh runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("the writer ends");
    output
}

#[cfg(unix)]
#[test]
fn ten_megabytes_on_one_line_are_edited_within_a_bound() {
    let long = "x".repeat(10_000_000);
    let cases = [
        ("yaml", format!("a: {long}\nb: 1\n")),
        ("yaml", format!("a: \"{long}\"\nb: 1\n")),
        ("yaml", format!("a: [{}1]\nb: 1\n", "1, ".repeat(1_000_000))),
        ("yaml", format!("# {long}\nb: 1\n")),
        ("json", format!("{{\"a\": \"{long}\", \"b\": 1}}\n")),
        ("dotenv", format!("a={long}\nb=1\n")),
        ("toml", format!("a = \"{long}\"\nb = 1\n")),
    ];
    for (format, text) in cases {
        let output = limited(3_000_000, &format!("set - b 2 --public --format {format} --quiet"), text.as_bytes());
        let expected = text.replacen("b: 1", "b: 2", 1).replacen("\"b\": 1", "\"b\": 2", 1);
        let expected = expected.replacen("b=1", "b=2", 1).replacen("b = 1", "b = 2", 1);
        assert!(output.status.success(), "{format}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout == expected.as_bytes(), "{format}: the rest did not stay as it was");
    }
}

#[test]
fn depth_is_refused_with_a_place() {
    let cases = [
        (Format::Yaml, "[".repeat(100_000)),
        (Format::Yaml, "{a: ".repeat(100_000)),
        (Format::Yaml, "- ".repeat(100_000)),
        (Format::Yaml, (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect()),
        (Format::Json, "[".repeat(100_000)),
        (Format::Json, format!("{}{}", "[".repeat(5_000), "]".repeat(5_000))),
        (Format::Toml, format!("a = {}{}", "[".repeat(5_000), "]".repeat(5_000))),
    ];
    for (format, text) in cases {
        let error =
            Document::parse(text.as_bytes(), format).err().unwrap_or_else(|| panic!("{} is read", format.name()));
        assert!(error.line_column().is_some(), "{}: {}", format.name(), error.message());
    }
}

#[test]
fn aliases_do_not_explode() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        text += &format!("a{level}: &a{level} [{items}]\n");
    }
    let refused = match Document::parse(text.as_bytes(), Format::Yaml) {
        Err(error) => error.kind(),
        Ok(document) => document.tree().expect_err("10^20 nodes").kind(),
    };
    assert_eq!(refused, ErrorKind::Unsupported);
    let around = Document::parse(b"a: &a [*a]\n", Format::Yaml).err().map(|error| error.kind());
    assert!(around.is_some(), "an alias within its own anchor");
}

/// Random bytes, and texts that resemble something.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..120),
        "[-a-c:#?\\[\\]{}, \n\t'\"|>&*!%=.0-9\\\\$]{0,120}".prop_map(String::into_bytes),
        "(\\[{1,2}[a-c.]{1,4}\\]{1,2}\n|[a-c.]{1,4} = [0-9'\"\\[\\]{},a]{0,6}\n){0,6}".prop_map(String::into_bytes),
        "((export )?[A-C]{1,2}=['\"]?[a-z\\\\$ ]{0,6}['\"]?\n|#x\n){0,6}".prop_map(String::into_bytes),
    ]
}

#[test]
fn noise_is_read_or_refused_and_edited_or_refused() {
    let mut runner = deterministic(4_000);
    let formats = [Format::Yaml, Format::Json, Format::Dotenv, Format::Toml, Format::Raw];
    let outcome = runner.run(&(noise(), 0..5_usize), |(bytes, which)| {
        let Ok(document) = Document::parse(&bytes, formats[which]) else { return Ok(()) };
        let same = document.edit().finish().expect("nothing was edited");
        prop_assert_eq!(same.bytes(), &bytes[..]);
        let keys: Vec<String> = match document.value() {
            Value::Map(map) => map.iter().map(|(key, _)| key.text().to_owned()).collect(),
            Value::List(items) => (0..items.len()).map(|index| index.to_string()).collect(),
            _ => Vec::new(),
        };
        for key in keys.into_iter().chain(["zz".to_owned()]) {
            let path = Pointer::new([key]);
            let edits = [
                Edit::Remove { path: path.clone() },
                Edit::Set { path: path.clone(), value: Value::string("some text") },
                Edit::Set { path: path.child("zz"), value: Value::Bool(true) },
                Edit::Append { path: path.clone(), value: Value::string("x") },
                Edit::Rename { path: path.clone(), to: "QQ".to_owned() },
                Edit::Copy { from: path.clone(), path: Pointer::new(["CC"]) },
                Edit::Move { from: path, path: Pointer::new(["MM"]) },
            ];
            for edit in edits {
                let mut session = document.edit();
                // What is accepted has been parsed again and compared; nothing may panic.
                drop(session.apply(&edit).and_then(|()| session.finish()));
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
