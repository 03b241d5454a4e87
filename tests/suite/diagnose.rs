//! `diagnose` on the recorded log lines, and the story: a wrong method found and mended.

use std::fs;
use std::path::Path;

use agepatch::authelia::{causes, diagnose};
use agepatch::document::{Document, Format};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value as Json;

use crate::sandbox::Sandbox;

fn data(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/authelia").join(name);
    fs::read_to_string(path).expect("recorded")
}

#[test]
fn every_recorded_line_tells_its_cause() {
    let mut wrong = Vec::new();
    for line in data("logs.jsonl").lines() {
        let recorded: Json = serde_json::from_str(line).expect("a case");
        let registrations = data(recorded["registrations"].as_str().expect("a file"));
        let document = Document::parse(registrations.as_bytes(), Format::Yaml).expect("YAML");
        let log = recorded["log"].as_str().expect("a line");
        let as_json = serde_json::json!({ "level": "error", "msg": log }).to_string();
        for log in [log.to_owned(), format!("Nov 24 02:41:45 cloud authelia[7]: {log}"), as_json] {
            let found = causes(&log);
            let [cause] = found.as_slice() else {
                wrong.push(format!("{}: {} causes", recorded["wrong"], found.len()));
                continue;
            };
            let diagnosis = diagnose(cause.clone(), document.value());
            let said = |member: &str| recorded[member].as_str().map(str::to_owned);
            let client = if recorded["client"].is_null() { cause.client.clone() } else { diagnosis.client };
            if (client, cause.option.clone(), cause.requested.clone())
                != (said("client"), said("option"), said("requested"))
            {
                wrong.push(format!("{}: {cause:?}", recorded["wrong"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const FILE: &str = "authelia-secrets.age";
const FRAGMENT: &str = "identity_providers:
  oidc:
    hmac_secret: marker-hmac-0123456789abcdef0123456789
    clients:
      - client_id: mediamanager
        client_secret: '$plaintext$marker'
        redirect_uris: ['https://media.example.com/old']
        token_endpoint_auth_method: client_secret_post # why
";

fn story() -> String {
    let lines = data("logs.jsonl");
    let case: Json = serde_json::from_str(lines.lines().next().expect("a line")).expect("a case");
    case["log"].as_str().expect("a line").to_owned()
}

#[test]
fn the_cause_is_found_and_the_patch_applied() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let found = sandbox.agepatch(["diagnose", "--output", "json"]).write_stdin(story()).assert().success();
    let found: Json = serde_json::from_slice(&found.get_output().stdout).expect("JSON");
    let diagnosis = &found["diagnoses"][0];
    assert_eq!(diagnosis["cause"], "auth-method");
    assert_eq!(
        (&diagnosis["registered"], &diagnosis["requested"]),
        (&"client_secret_post".into(), &"client_secret_basic".into())
    );
    assert_eq!(diagnosis["patch"][1]["path"], "/identity_providers/oidc/clients/0/token_endpoint_auth_method");
    let applied = sandbox.agepatch(["diagnose", "--apply"]).write_stdin(story()).assert().success();
    applied.stdout(contains("client_secret_post → client_secret_basic").and(contains("marker").not()));
    assert_eq!(sandbox.open(FILE), FRAGMENT.replace("_post", "_basic"));
}

#[test]
fn a_log_without_a_cause_is_exit_1() {
    let sandbox = Sandbox::empty();
    let found = sandbox.agepatch(["diagnose"]).write_stdin("nothing here\n").assert().code(1);
    found.stdout(contains("no cause"));
    let json = sandbox.agepatch(["diagnose", "--output", "json"]).write_stdin("").assert().code(1);
    json.stdout("{\"diagnoses\":[]}\n");
}
