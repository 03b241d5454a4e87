//! `agepatch explain`: the rules of `check`, one by one.

use assert_cmd::Command;
use predicates::str::contains;

#[test]
fn explain_lists_and_explains() {
    let explain = |arguments: &[&str]| {
        Command::cargo_bin("agepatch").expect("it is built").arg("explain").args(arguments).assert()
    };
    explain(&[]).code(0).stdout(contains("token-endpoint-auth-method"));
    explain(&["redirect-uris"]).code(0).stdout(contains("To fix it"));
    explain(&["redirect-uri"]).code(2).stderr(contains("redirect-uri"));
}
