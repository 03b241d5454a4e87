//! `agepatch schema`: all JSON Schemas, or one of them.

use std::path::Path;

use serde_json::Value as Json;

use crate::sandbox::Sandbox;

#[test]
fn one_schema_can_be_printed_alone() {
    let sandbox = Sandbox::empty();
    for words in [&["schema", "client", "list"][..], &["schema", "client-list"]] {
        let printed = sandbox.agepatch(words).assert().success();
        let schema: Json = serde_json::from_slice(&printed.get_output().stdout).expect("JSON");
        assert_eq!(schema["$id"], "urn:agepatch:schema:client-list");
    }
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/client-list.json").is_file());
    sandbox.agepatch(["schema", "client", "lits"]).assert().code(2).stderr(predicates::str::contains("client list"));
}
