//! `agepatch get`: one value, unless it is secret.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;
use crate::support::fragment::{FILE, MISSPELLED_METHOD as FRAGMENT};

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
