//! `agepatch add`: items of lists.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;
use crate::support::fragment::{CLIENT, FILE, fragment, sandbox};

const URI: &str = "https://media.example.com/other";

#[test]
fn an_item_is_appended_and_nothing_else_changes() {
    let sandbox = sandbox();
    let added = sandbox.agepatch(["add", FILE, &format!("{CLIENT}.redirect_uris"), URI]).assert().success();
    added.stdout(contains(URI).and(contains("marker").not()));
    assert_eq!(sandbox.open(FILE), fragment().replace("/callback']", &format!("/callback', {URI}]")));
}

#[test]
fn only_lists_take_items() {
    let sandbox = Sandbox::with_files(&[("note.age", "a: 1\nitems: [x]\n")]);
    let before = sandbox.read("note.age");
    sandbox.agepatch(["add", "--public", "note", "a", "y"]).assert().code(5).stderr(contains("list"));
    assert_eq!(sandbox.read("note.age"), before);
    let client = crate::support::fragment::sandbox();
    let refused = client.agepatch(["add", FILE, &format!("{CLIENT}.client_name"), "x"]).assert().code(5);
    refused.stderr(contains("only a list can be appended to").and(contains("`agepatch set` replaces the value")));
}
