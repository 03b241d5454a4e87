//! `agepatch` without a command, and the errors of the command line itself.

use predicates::str::contains;

use crate::sandbox::Sandbox;

#[test]
fn without_a_command_it_tells_where_one_stands() {
    let sandbox = Sandbox::with_files(&[("a-env.age", "KEY=marker-secret\n")]);
    assert_eq!(sandbox.open("a-env.age"), "KEY=marker-secret\n");
    let told = sandbox.agepatch::<&str>([]).assert().code(0);
    told.stdout(contains("secrets.nix")).stdout(contains("keys.txt"));
}

#[test]
fn a_wrong_option_is_a_usage_error_in_json_too() {
    let sandbox = Sandbox::empty();
    let refused = sandbox.agepatch(["check", "--outptu", "json", "--output", "json"]).assert().code(2);
    refused.stderr(contains(r#"{"error":{"kind":"usage""#));
}

#[test]
fn a_rules_file_that_is_named_must_exist() {
    let sandbox = Sandbox::empty();
    sandbox.agepatch(["--rules", "nowhere.nix"]).assert().code(6).stderr(contains("nowhere.nix does not exist"));
}
