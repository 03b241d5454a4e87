//! `agepatch remove`: items of lists.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const TEXT: &str = "items:\n  - x # marker-comment\n  - y\na: 1\n";

#[test]
fn an_item_is_removed_by_its_value() {
    let sandbox = Sandbox::with_files(&[("note.age", TEXT)]);
    let removed = sandbox.agepatch(["remove", "--public", "note", "items", "y"]).assert().success();
    removed.stdout(contains("items").and(contains("marker").not()));
    assert_eq!(sandbox.open("note.age"), TEXT.replace("  - y\n", ""));
}

#[test]
fn values_can_only_be_removed_from_a_list() {
    let sandbox = Sandbox::with_files(&[("note.age", TEXT)]);
    let before = sandbox.read("note.age");
    sandbox.agepatch(["remove", "--public", "note", "a", "1"]).assert().code(5).stderr(contains("list"));
    assert_eq!(sandbox.read("note.age"), before);
}
