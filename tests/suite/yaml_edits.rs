//! The recorded edits: what the engine accepts must be right to the byte; what it cannot do yet it must refuse.

use std::fs;
use std::path::Path;

use agepatch::document::{Document, Edit, Format, Pointer, Value};
use agepatch::{Error, Kind, Result};
use serde_json::Value as Json;

/// A recorded case as it came out.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// The recorded bytes, or the recorded class of error.
    Exact,
    /// Refused as unsupported.
    Refused,
    /// Anything else.
    Wrong,
}

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

fn outcome(case: &Json) -> Outcome {
    match (run(case), case["after"].as_str(), case["error"].as_str()) {
        (Ok(bytes), Some(after), None) if bytes == after.as_bytes() => Outcome::Exact,
        (Err(error), None, Some(class)) if error.kind().name() == class => Outcome::Exact,
        (Err(error), ..) if is_refusal(&error) => Outcome::Refused,
        _ => Outcome::Wrong,
    }
}

fn is_refusal(error: &Error) -> bool {
    error.kind() == Kind::Unsupported
}

#[test]
fn no_recorded_edit_comes_out_wrong() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/yaml-edits/public.jsonl");
    let text = fs::read_to_string(path).expect("the recorded edits");
    let cases: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).expect("a case")).collect();
    assert_eq!(cases.len(), 243);
    let outcomes: Vec<(Outcome, &str)> =
        cases.iter().map(|case| (outcome(case), case["id"].as_str().unwrap())).collect();
    let of = |wanted: Outcome| {
        outcomes.iter().filter(|(outcome, _)| *outcome == wanted).map(|(_, id)| *id).collect::<Vec<_>>()
    };
    println!("exact {}, refused {}", of(Outcome::Exact).len(), of(Outcome::Refused).len());
    assert_eq!(of(Outcome::Wrong), Vec::<&str>::new());
}
