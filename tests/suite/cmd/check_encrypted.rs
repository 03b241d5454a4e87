//! `agepatch check` opens encrypted files in memory and never writes plaintext.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;
use crate::support::fragment::{FILE, MISSPELLED_METHOD as FRAGMENT, fragment, json};

#[test]
fn check_opens_an_encrypted_file_and_shows_no_secret() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let found = sandbox.agepatch(["check", FILE]).assert().code(1);
    found.stdout(contains("token_endpoint_auth_method").and(contains("marker").not())).stderr(contains("marker").not());
}

#[test]
fn fix_never_replaces_ciphertext_with_plaintext() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let fixed = sandbox.agepatch(["check", "--fix", FILE]).assert().success();
    fixed.stdout(contains("marker").not()).stderr(contains("marker").not());
    assert!(sandbox.read(FILE).starts_with(b"age-encryption.org/v1\n"));
    assert_eq!(sandbox.open(FILE), FRAGMENT.replace(": basic", ": client_secret_basic"));
}

#[test]
fn a_dry_run_of_fixes_writes_nothing() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let before = sandbox.read(FILE);
    let fixes = sandbox.agepatch(["check", "--fix", "-n", FILE]).assert().success();
    fixes.stdout(contains("(dry run, nothing written)").and(contains("basic → client_secret_basic")));
    assert!(sandbox.read(FILE) == before);
}

#[test]
fn without_a_key_it_is_an_error() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    std::fs::remove_file(sandbox.home().join(".config/age/keys.txt")).unwrap();
    sandbox.agepatch(["check", FILE, "--output", "json"]).assert().code(3).stderr(contains(r#""kind":"no-identity""#));
}

#[test]
fn plaintext_named_age_is_refused() {
    let sandbox = Sandbox::with_files(&[]);
    sandbox.write(FILE, FRAGMENT);
    sandbox
        .agepatch(["check", FILE])
        .assert()
        .code(3)
        .stderr(contains("not an age file").and(contains("marker").not()));
}

#[test]
fn fixes_are_applied_to_encrypted_files() {
    let text = fragment().replace(
        "        redirect_uris: ['https://media.example.com/callback']\n",
        "        redirect_uris: ['https://media.example.com/callback', 'https://media.example.com/callback']\n",
    );
    let sandbox = Sandbox::with_files(&[(FILE, &text)]);
    let check = sandbox.agepatch(["check", "--fix", FILE, "--output", "json"]).assert();
    let report = json(check.get_output());
    assert!(!report.to_string().contains("redirect-uris-unique"), "{report}");
    assert_eq!(sandbox.open(FILE), fragment());
}
