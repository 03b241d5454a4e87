//! `agepatch check` as a program: input, output, exit codes.

use crate::sandbox::Sandbox;
use std::fs;

use assert_cmd::Command;
use predicates::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

const FRAGMENT: &str = "\
identity_providers:
  oidc:
    hmac_secret: 'not-to-be-seen'
    clients:
      - client_id: 'media'
        client_name: 'Media'
        client_secret: '$6$salt$key'
        authorization_policy: 'admins'
        scopes: ['openid', 'openid']
        token_endpoint_auth_method: 'basic'
";

const BASE: &str = "\
session:
  name: 'x'
identity_providers:
  oidc:
    authorization_policies:
      admins:
        rules:
          - { policy: 'one_factor', subject: 'group:admins' }
";

fn folder() -> TempDir {
    let folder = TempDir::new().expect("the test can be set up");
    fs::write(folder.path().join("auth.yml"), FRAGMENT).expect("the test can be set up");
    fs::write(folder.path().join("base.yml"), BASE).expect("the test can be set up");
    folder
}

fn check(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("agepatch").expect("the test can be set up");
    command.current_dir(folder.path()).env_clear().arg("check").args(arguments);
    command
}

fn findings(command: &mut Command) -> Vec<Value> {
    let output = command.output().expect("the test can be set up");
    let json: Value = serde_json::from_slice(&output.stdout).expect("the test can be set up");
    json["findings"].as_array().expect("the test can be set up").clone()
}

#[test]
fn errors_exit_1_and_are_printed_as_json() {
    let folder = folder();
    check(&folder, &["auth.yml"]).assert().code(1).stdout(predicate::str::contains("not-to-be-seen").not());
    let found = findings(&mut check(&folder, &["auth.yml", "--output", "json"]));
    let method = found.iter().find(|finding| finding["rule"] == "token-endpoint-auth-method").unwrap();
    assert_eq!(method["severity"], "error");
    assert_eq!(method["file"], "auth.yml");
    assert_eq!(method["line"], 10);
    assert_eq!(method["pointer"], "/identity_providers/oidc/clients/0/token_endpoint_auth_method");
    assert_eq!(method["fix"][0]["op"], "set");
    assert_eq!(method["fix"][0]["value"], "client_secret_basic");
}

#[test]
fn the_other_half_is_given_with_with() {
    let folder = folder();
    let policy = |arguments: &[&str]| {
        let found = findings(&mut check(&folder, arguments));
        found
            .into_iter()
            .find(|finding| finding["rule"] == "authorization-policy")
            .map(|finding| finding["severity"].clone())
    };
    assert_eq!(policy(&["auth.yml", "--output", "json"]), Some("advice".into()));
    assert_eq!(policy(&["auth.yml", "--with", "base.yml", "--output", "json"]), None);
}

#[test]
fn less_severe_findings_can_be_left_out() {
    let folder = folder();
    let found = findings(&mut check(&folder, &["auth.yml", "--min-severity", "error", "--output", "json"]));
    assert!(!found.is_empty() && found.iter().all(|finding| finding["severity"] == "error"));
}

#[test]
fn stdin_is_read_under_the_name_given() {
    let folder = folder();
    let mut command = check(&folder, &["-", "--as", "authelia.yml", "--output", "github"]);
    command.write_stdin(FRAGMENT).assert().code(1).stdout(predicate::str::contains("file=authelia.yml,line=10"));
}

#[test]
fn safe_fixes_change_nothing_else() {
    let folder = folder();
    check(&folder, &["auth.yml", "--fix", "--min-severity", "error"]).assert().code(0);
    let fixed = fs::read_to_string(folder.path().join("auth.yml")).unwrap();
    let expected = FRAGMENT.replace("['openid', 'openid']", "['openid']").replace("'basic'", "'client_secret_basic'");
    assert_eq!(fixed, expected);
}

#[test]
fn a_dry_run_shows_the_fixes_and_writes_nothing() {
    let folder = folder();
    let fixes = check(&folder, &["auth.yml", "--fix", "-n", "--min-severity", "error"]).assert().code(0);
    fixes.stdout(
        predicate::str::contains("auth.yml (dry run, nothing written)\n")
            .and(predicate::str::contains("basic → client_secret_basic")),
    );
    assert_eq!(fs::read_to_string(folder.path().join("auth.yml")).unwrap(), FRAGMENT);
    check(&folder, &["auth.yml", "-n"]).assert().code(2).stderr(predicate::str::contains("--fix"));
}

#[test]
fn the_report_says_what_was_not_checked() {
    let sandbox = Sandbox::empty();
    sandbox.write("authelia.yml", "theme: dark\nserver:\n  address: tcp://:9091/\n");
    let note = "outside of OpenID Connect, only names and types of options were checked\n";
    sandbox.agepatch(["check", "authelia.yml"]).assert().success().stdout("nothing to report\n").stderr(note);
    sandbox.agepatch(["check", "authelia.yml", "--quiet"]).assert().success().stderr("");
    sandbox.agepatch(["check", "authelia.yml", "--output", "github"]).assert().success().stderr("");
    sandbox.write("oidc.yml", FRAGMENT);
    sandbox.agepatch(["check", "oidc.yml"]).assert().stderr("");
}

#[test]
fn an_unknown_version_or_form_is_a_usage_error() {
    let folder = folder();
    check(&folder, &["auth.yml", "--authelia", "4.12"]).assert().code(2);
    check(&folder, &["auth.yml", "--output", "xml"]).assert().code(2);
}

#[test]
fn keys_may_be_in_another_part() {
    let sandbox = Sandbox::empty();
    sandbox.write("base.yml", "theme: dark\n");
    sandbox.write("oidc.yml", "identity_providers:\n  oidc:\n    clients: []\n");
    let check = ["check", "oidc.yml", "--with", "base.yml"];
    sandbox.agepatch(check).assert().code(1).stdout(predicates::str::contains("error[issuer-keys]"));
    sandbox
        .agepatch(check.into_iter().chain(["--part"]))
        .assert()
        .stdout(predicates::str::contains("advice[issuer-keys]"));
}

#[test]
fn a_fix_leaves_what_authelia_does_not_read() {
    let sandbox = Sandbox::empty();
    let first = "identity_providers:\n  oidc:\n    clients:\n      - client_id: 'a'#c\n        token_endpoint_auth_method: basic\n";
    for text in [format!("{first}---\nsecond: 1\n"), first.to_owned()] {
        sandbox.write("authelia.yml", &text);
        let output = sandbox.agepatch(["check", "authelia.yml", "--fix"]).output().expect("it runs");
        assert!(!output.status.success());
        assert_eq!(String::from_utf8(sandbox.read("authelia.yml")).expect("text"), text);
    }
}
