//! The programs in `record/` agree with the recorded facts, and detect differences.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn record(root: &Path, program: &str) -> Output {
    let mut command = Command::new("python3");
    command.arg("-B").arg(root.join("record").join(program)).output().expect("Python runs")
}

/// A copy of the recorders, with this file of recorded facts.
fn copy(name: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("record")).expect("made");
    for entry in fs::read_dir(root().join("record")).expect("the recorders").flatten() {
        if entry.path().extension().is_some_and(|end| end == "py") {
            fs::copy(entry.path(), folder.path().join("record").join(entry.file_name())).expect("copied");
        }
    }
    let path = folder.path().join("tests/data").join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, text).expect("written");
    folder
}

#[test_with::executable(python3, nix-instantiate)]
fn nix_evaluates_the_recorded_rules_as_recorded() {
    let ran = record(root(), "rules.py");
    let text = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && text.contains("35 cases, 0 differ"), "{text}");
    let recorded = fs::read_to_string(root().join("tests/data/rules/rules.jsonl")).expect("the facts");
    let changed = recorded.replacen("\"armor\": true", "\"armor\": false", 1);
    assert_ne!(changed, recorded);
    let ran = record(copy("rules/rules.jsonl", &changed).path(), "rules.py");
    let text = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.code() == Some(1) && text.contains("1 differ"), "{text}");
}

#[test_with::executable(python3, sops)]
fn sops_reads_the_recorded_files_as_recorded() {
    let ran = record(root(), "sops.py");
    let text = String::from_utf8_lossy(&ran.stdout);
    for expected in
        ["cases.jsonl: 204 cases, 0 differ", "nested.jsonl: 32 cases, 0 differ", "rules.jsonl: 46 cases, 0 differ"]
    {
        assert!(ran.status.success() && text.contains(expected), "{text}");
    }
    let recorded = fs::read_to_string(root().join("tests/data/sops/rules.jsonl")).expect("the facts");
    let changed = recorded.replacen("\"threshold\": 0", "\"threshold\": 3", 1);
    assert_ne!(changed, recorded);
    let copy = copy("sops/rules.jsonl", &changed);
    for name in ["cases.jsonl", "nested.jsonl"] {
        fs::write(copy.path().join("tests/data/sops").join(name), "").expect("written");
    }
    let ran = record(copy.path(), "sops.py");
    let text = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.code() == Some(1) && text.contains("rules.jsonl: 46 cases, 1 differ"), "{text}");
}

/// The options that Authelia's messages are about, according to its sources.
#[test_with::executable(python3)]
fn messages_of_authelia_name_their_options() {
    let script = r#"
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from verdict_paths import option_paths
provider = "identity_providers.oidc"
for message, clients, expected in [
    ("identity_providers: oidc: clients: client 'a': option 'scopes' only expects", ["a"], ["clients[a].scopes"]),
    ("identity_providers: oidc: clients: client '': option 'scopes' only expects", ["a", None], ["clients[#2].scopes"]),
    ("identity_providers: oidc: clients: option 'id' is required but was absent on the clients in positions #1, #3", [], ["clients[#1].client_id", "clients[#3].client_id"]),
    ("identity_providers: oidc: clients: client 'a': consent: option 'mode' must be one of", ["a"], ["clients[a].consent_mode"]),
    ("identity_providers: oidc: clients: client 'a': jwks: key #2 with key id 'k': option 'use' must", ["a"], ["clients[a].jwks[1].use"]),
    ("identity_providers: oidc: cors: option 'allowed_origins' contains", [], ["cors.allowed_origins"]),
    ("error occurred: decoding failed due to the following error(s):\n\n'identity_providers.oidc.clients[0].public' cannot parse", ["a"], ["clients[a].public"]),
    ("configuration key not expected: identity_providers.oidc.client", [], ["client"]),
]:
    found = option_paths(message, clients)
    assert found == [f"{provider}.{path}" for path in expected], (message, found)
"#;
    let ran = Command::new("python3").args(["-c", script]).arg(root().join("record")).output().expect("Python runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test_with::executable(python3)]
fn words_of_log_lines_are_looked_for_in_the_sources() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = "package x\n\nvar a = \"the authorization grant type is not supported \" +\n\t\"by this client\"\n";
    fs::write(folder.path().join("a.go"), source).expect("written");
    let mut command = Command::new("python3");
    command.arg("-B").arg(root().join("record/messages.py")).arg(folder.path());
    let ran = command.output().expect("Python runs");
    let text = String::from_utf8_lossy(&ran.stdout);
    let missing = text.lines().filter(|line| line.contains(": ")).count();
    assert!(ran.status.code() == Some(1) && missing > 100, "{text}");
    assert!(text.contains("grant-type-unknown: requested grant type '"), "{text}");
    assert!(!text.contains("authorization grant type is not supported"), "{text}");
    fs::remove_file(folder.path().join("a.go")).expect("removed");
    let ran = command.output().expect("Python runs");
    assert!(!ran.status.success() && String::from_utf8_lossy(&ran.stderr).contains("nothing to compare"));
}
