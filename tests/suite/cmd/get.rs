//! Encrypted files are opened in memory, checked like any other, and never written as plaintext.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const FILE: &str = "authelia-secrets.age";
const FRAGMENT: &str = "identity_providers:
  oidc:
    hmac_secret: marker-hmac-0123456789abcdef0123456789 # marker-comment
    clients:
      - client_id: mediamanager
        client_name: MediaManager
        client_secret: '$plaintext$marker-client'
        redirect_uris: ['https://media.example.com/callback']
        token_endpoint_auth_method: basic
";

#[test]
fn check_opens_an_encrypted_file_and_shows_no_secret() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let found = sandbox.agepatch(["check", FILE]).assert().code(1);
    found.stdout(contains("token_endpoint_auth_method").and(contains("marker").not())).stderr(contains("marker").not());
}

#[test]
fn fix_never_puts_plaintext_in_place_of_ciphertext() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let fixed = sandbox.agepatch(["check", "--fix", FILE]).assert().success();
    fixed.stdout(contains("marker").not()).stderr(contains("marker").not());
    assert!(sandbox.read(FILE).starts_with(b"age-encryption.org/v1\n"));
    assert_eq!(sandbox.open(FILE), FRAGMENT.replace(": basic", ": client_secret_basic"));
}

#[test]
fn without_a_key_it_says_so() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    std::fs::remove_file(sandbox.home().join(".config/age/keys.txt")).unwrap();
    sandbox.agepatch(["check", FILE, "--output", "json"]).assert().code(3).stderr(contains(r#""kind":"no-identity""#));
}

#[test]
fn plaintext_named_age_is_refused() {
    let sandbox = Sandbox::with_files(&[]);
    sandbox.write(FILE, FRAGMENT);
    sandbox.agepatch(["check", FILE]).assert().code(3).stderr(contains("no age file").and(contains("marker").not()));
}

#[test]
fn get_prints_public_values_and_keeps_secret_ones() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let get = |path: &str, more: &[&str]| sandbox.agepatch([&["get", FILE, path], more].concat()).assert();
    let client = "identity_providers.oidc.clients[mediamanager]";
    get(&format!("{client}.token_endpoint_auth_method"), &[]).code(0).stdout("basic\n");
    get(&format!("{client}.redirect_uris"), &[]).code(0).stdout("[\"https://media.example.com/callback\"]\n");
    get(&format!("{client}.client_secret"), &[]).code(4).stdout("").stderr(contains("marker").not());
    get(&format!("{client}.client_secret"), &["--reveal"]).code(0).stdout("$plaintext$marker-client\n");
    get("identity_providers.oidc.clients[mediamanger]", &[]).code(5).stderr(contains("`mediamanager`"));
}
