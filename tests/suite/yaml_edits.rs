//! The recorded edits: each must come out to the byte, or fail with its class of error.

use std::fs;
use std::path::Path;

use agepatch::Result;
use agepatch::document::{Document, Edit, Format, Pointer, Value};
use serde_json::Value as Json;

fn value(json: &Json) -> Value {
    let text = serde_json::to_string(json).expect("JSON");
    Document::parse(text.as_bytes(), Format::Json).expect("JSON is YAML").value().clone()
}

fn edit(op: &Json) -> Result<Edit> {
    let pointer = |member: &str| Pointer::parse(op[member].as_str().expect("a pointer"));
    let path = pointer("path")?;
    Ok(match op["op"].as_str().expect("an op") {
        "add" => Edit::Add { path, value: value(&op["value"]) },
        "remove" => Edit::Remove { path },
        "replace" => Edit::Replace { path, value: value(&op["value"]) },
        "move" => Edit::Move { from: pointer("from")?, path },
        "copy" => Edit::Copy { from: pointer("from")?, path },
        "test" => Edit::Test { path, value: value(&op["value"]) },
        "set" => Edit::Set { path, value: value(&op["value"]) },
        "rename" => Edit::Rename { path, to: op["to"].as_str().expect("a key").to_owned() },
        other => panic!("an unknown op {other}"),
    })
}

fn run(case: &Json) -> Result<Vec<u8>> {
    let document = Document::parse(case["before"].as_str().expect("text").as_bytes(), Format::Yaml)?;
    let mut session = document.edit();
    for op in case["patch"].as_array().expect("a list") {
        session.apply(&edit(op)?)?;
    }
    Ok(session.finish()?.bytes().to_vec())
}

/// What differs from the recorded outcome; nothing when it came out exactly.
fn difference(case: &Json) -> Option<String> {
    match (run(case), case["after"].as_str(), case["error"].as_str()) {
        (Ok(bytes), Some(after), None) if bytes == after.as_bytes() => None,
        (Err(error), None, Some(class)) if error.kind().name() == class => None,
        (Ok(bytes), ..) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        (Err(error), ..) => Some(format!("{}: {}", error.kind().name(), error.message())),
    }
}

#[test]
fn every_recorded_edit_comes_out_to_the_byte() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/yaml-edits/public.jsonl");
    let text = fs::read_to_string(path).expect("the recorded edits");
    let cases: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).expect("a case")).collect();
    assert_eq!(cases.len(), 243);
    let differ = |case: &Json| difference(case).map(|found| format!("{}\n{found}", case["id"]));
    let wrong: Vec<String> = cases.iter().filter_map(differ).collect();
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n----\n"));
}
