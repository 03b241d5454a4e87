//! `agepatch unset`: values and list items by their paths.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::support::fragment::{CLIENT, FILE, fragment, sandbox};

#[test]
fn removing_a_key_removes_only_its_line() {
    let sandbox = sandbox();
    let unset = sandbox.agepatch(["unset", FILE, &format!("{CLIENT}.client_name")]).assert().success();
    unset.stdout(contains("client_name").and(contains("marker").not()));
    assert_eq!(sandbox.open(FILE), fragment().replace("        client_name: \"MediaManager\"\n", ""));
}

#[test]
fn one_missing_path_leaves_the_file_as_it_is() {
    let sandbox = sandbox();
    let before = sandbox.read(FILE);
    let name = format!("{CLIENT}.client_name");
    sandbox.agepatch(["unset", FILE, &name, "nowhere"]).assert().code(5).stderr(contains("nowhere"));
    assert_eq!(sandbox.read(FILE), before);
}
