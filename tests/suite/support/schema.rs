//! Validates documents against the JSON Schemas that the program prints.

use serde_json::Value as Json;

use crate::sandbox::Sandbox;

/// Every schema, by the name of its output.
pub(crate) fn all(sandbox: &Sandbox) -> serde_json::Map<String, Json> {
    let printed = sandbox.agepatch(["schema", "--output", "json"]).assert().success();
    serde_json::from_slice(&printed.get_output().stdout).expect("JSON")
}

/// The document's violations of the schema.
pub(crate) fn complaints(schema: &Json, document: &Json) -> Vec<String> {
    let validator = jsonschema::draft202012::new(schema).expect("a schema");
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}
