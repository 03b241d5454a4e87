//! Compares `check` with the real Authelia 4.39.20 for some 600 configurations.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use agepatch::check::{self, Options, Severity, Source};
use agepatch::document::Format;
use agepatch::shown::Shown;
use serde_json::Value;

fn data(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/authelia").join(name);
    fs::read_to_string(path).expect("the recorded data is there")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

fn pair(severity: &str, path: &str) -> String {
    format!("{severity} {path}")
}

/// Authelia's verdict: severity and path of each error and warning.
fn expected(case: &Value) -> BTreeSet<String> {
    let findings = case["expect"].as_array().expect("a list");
    findings.iter().map(|finding| pair(text(&finding["severity"]), text(&finding["path"]))).collect()
}

fn found(case: &Value, base: &str) -> BTreeSet<String> {
    let mut texts = vec![base];
    texts.extend(case["with"].as_array().into_iter().flatten().map(text));
    texts.push(text(&case["yaml"]));
    let documents: Vec<_> = texts.iter().map(|text| check::parse(text.as_bytes(), Format::Yaml)).collect();
    let sources: Vec<Source<'_>> = documents
        .iter()
        .map(|document| Source::new(Shown::fixed("file"), document.as_ref().map_err(Clone::clone)))
        .collect();
    check::run(&sources, &Options::default())
        .into_iter()
        .filter(|finding| finding.severity != Severity::Advice)
        .map(|finding| pair(finding.severity.name(), finding.path.as_str()))
        .collect()
}

/// Compares every case of a file with `check`; returns the number of cases.
fn disagreements(name: &str) -> (usize, Vec<String>) {
    let base = data("base.yml");
    let mut wrong = Vec::new();
    let mut cases = 0;
    for line in data(name).lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let (expected, found) = (expected(&case), found(&case, &base));
        let agrees = match case["stops"].as_bool() {
            Some(true) => expected.is_subset(&found),
            _ => expected == found,
        };
        cases += 1;
        if !agrees {
            let missing: Vec<_> = expected.difference(&found).collect();
            let extra: Vec<_> = found.difference(&expected).collect();
            wrong.push(format!("{}: missing {missing:?}, not said by Authelia {extra:?}", case["id"]));
        }
    }
    (cases, wrong)
}

#[test]
fn check_agrees_with_authelia() {
    let (cases, wrong) = disagreements("verdicts.jsonl");
    assert!(cases > 500, "the recorded data is complete");
    assert!(wrong.is_empty(), "{} of {cases} disagree:\n{}", wrong.len(), wrong.join("\n"));
}

/// Edge cases of Go's yaml library and of Authelia's decoder that the other file does not contain.
#[test]
fn check_reads_scalars_as_go_does() {
    let (cases, wrong) = disagreements("further.jsonl");
    assert!(cases >= 50, "the recorded data is complete");
    assert!(wrong.is_empty(), "{} of {cases} disagree:\n{}", wrong.len(), wrong.join("\n"));
}
