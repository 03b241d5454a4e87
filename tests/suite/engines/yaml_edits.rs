//! The recorded edits: each must have the exact result, or fail with its class of error.

use std::fs;
use std::path::Path;

use agepatch::document::{Document, Edit, Format, Pointer, Value};
use serde_json::Value as Json;

fn value(json: &Json) -> Value {
    let text = serde_json::to_string(json).expect("JSON");
    Document::parse(text.as_bytes(), Format::Json).expect("JSON is YAML").value().clone()
}

fn edit(op: &Json) -> agepatch::Result<Edit> {
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

/// An edit and its result: the text, or the class of the error.
struct Case {
    name: String,
    before: String,
    edits: Vec<Json>,
    outcome: Result<String, String>,
}

fn run(case: &Case) -> agepatch::Result<Vec<u8>> {
    let document = Document::parse(case.before.as_bytes(), Format::Yaml)?;
    let mut session = document.edit();
    for op in &case.edits {
        session.apply(&edit(op)?)?;
    }
    Ok(session.finish()?.bytes().to_vec())
}

/// The difference from the recorded result, if any.
fn difference(case: &Case) -> Option<String> {
    match (run(case), &case.outcome) {
        (Ok(bytes), Ok(after)) if bytes == after.as_bytes() => None,
        (Err(error), Err(class)) if error.kind().name() == class => None,
        (Ok(bytes), _) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        (Err(error), _) => Some(format!("{}: {}", error.kind().name(), error.message())),
    }
}

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/yaml-edits").join(name);
    fs::read_to_string(path).expect("the recorded edits")
}

/// Every text with a recorded edit, without duplicates.
pub(crate) fn documents() -> Vec<String> {
    let mut texts: Vec<String> = recorded().into_iter().chain(written()).map(|case| case.before).collect();
    texts.sort();
    texts.dedup();
    texts.retain(|text| Document::parse(text.as_bytes(), Format::Yaml).is_ok());
    texts
}

fn recorded() -> Vec<Case> {
    let case = |line: &str| {
        let case: Json = serde_json::from_str(line).expect("a case");
        let member = |name: &str| case[name].as_str().map(str::to_owned);
        Case {
            name: member("id").expect("an id"),
            before: member("before").expect("text"),
            edits: case["patch"].as_array().expect("a list").clone(),
            outcome: member("after").ok_or_else(|| member("error").expect("a class")),
        }
    };
    file("public.jsonl").lines().map(case).collect()
}

/// The cases in `cases.txt`, which describes its own format.
fn written() -> Vec<Case> {
    let text = file("cases.txt");
    let cases = text.trim_end_matches('\n').split("\n== ").skip(1);
    cases.map(|case| written_case(case.split("\n#### ").next().expect("a case"))).collect()
}

fn written_case(case: &str) -> Case {
    let (name, rest) = case.split_once('\n').expect("a name");
    let rest = format!("{rest}\n");
    let begin = if rest.starts_with("-- ") { 0 } else { rest.find("\n-- ").expect("an operation") + 1 };
    let (before, rest) = rest.split_at(begin);
    let before = as_text(before);
    let mut edits = Vec::new();
    let mut outcome = Err("no outcome".to_owned());
    let mut rest = rest;
    while let Some((line, below)) = rest.split_once('\n') {
        rest = below;
        if let Some(op) = line.strip_prefix("-- ") {
            edits.push(operation(op));
        } else if let Some(class) = line.strip_prefix("!! ") {
            outcome = Err(class.to_owned());
        } else if line == ">> same" {
            outcome = Ok(before.clone());
        } else if line == ">>" {
            outcome = Ok(as_text(below));
            break;
        }
    }
    Case { name: name.to_owned(), before, edits, outcome }
}

fn as_text(lines: &str) -> String {
    let text = lines.replace('␠', " ").replace('⇥', "\t").replace('␍', "\r").replace("<BOM>", "\u{feff}");
    text.strip_suffix("␄\n").map_or_else(|| text.clone(), str::to_owned)
}

fn operation(line: &str) -> Json {
    let (op, rest) = line.split_once(' ').expect("an operation and its place");
    let json = |text: &str| -> Json { serde_json::from_str(text).expect("JSON") };
    let two = |between: &str| rest.split_once(between).or_else(|| rest.split_once(&between[1..])).expect("two members");
    match op {
        "remove" => serde_json::json!({ "op": op, "path": rest }),
        "move" | "copy" => {
            let (from, path) = two(" -> ");
            serde_json::json!({ "op": op, "from": from, "path": path })
        }
        "rename" => {
            let (path, to) = two(" -> ");
            serde_json::json!({ "op": op, "path": path, "to": json(to) })
        }
        _ => {
            let (path, value) = two(" = ");
            serde_json::json!({ "op": op, "path": path, "value": json(value) })
        }
    }
}

fn all_come_out(cases: &[Case]) {
    let differ = |case: &Case| difference(case).map(|found| format!("{}\n{found}", case.name));
    let wrong: Vec<String> = cases.iter().filter_map(differ).collect();
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n----\n"));
}

#[test]
fn every_recorded_edit_is_byte_exact() {
    let cases = recorded();
    assert_eq!(cases.len(), 243);
    all_come_out(&cases);
}

#[test]
fn every_sentence_of_the_policy_holds_in_every_position() {
    let cases = written();
    assert!(cases.len() > 400, "{} cases", cases.len());
    all_come_out(&cases);
}
