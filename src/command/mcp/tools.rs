//! The tools: their names, arguments, and results, and whether they write.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::arguments::{
    ApplyPatch, Arguments, Check, ClientAdd, ClientRotate, ClientSet, ClientVerify, Commit, Diagnose, Diff, Doctor,
    Explain, ListFiles, PreviewPatch, Show,
};
use super::invocation::Invocation;
use crate::command::schema;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::DataError;

/// A tool and its command.
pub(super) struct ToolSpec {
    pub(super) name: &'static str,
    description: &'static str,
    /// The name of its output in `agepatch schema`.
    output: &'static str,
    /// Whether it changes files or commits.
    pub(super) writes: bool,
    /// The tool whose dry run this is.
    pub(super) previews: Option<&'static str>,
    input: fn() -> JsonObject,
    /// The command line for these arguments.
    pub(super) invocation: fn(JsonObject) -> Result<Invocation>,
}

const fn reading<A: Arguments>(name: &'static str, output: &'static str, description: &'static str) -> ToolSpec {
    let (input, invocation) = (input::<A>, invocation::<A>);
    ToolSpec { name, description, output, writes: false, previews: None, input, invocation }
}

const fn writing<A: Arguments>(name: &'static str, output: &'static str, description: &'static str) -> ToolSpec {
    ToolSpec { writes: true, ..reading::<A>(name, output, description) }
}

/// Every tool, in the order in which a session uses them.
pub(super) const TOOLS: [ToolSpec; 14] = [
    reading::<ListFiles>("list_files", "status", "List the repository's encrypted files, its rules, and its settings."),
    reading::<Show>("show", "show", "Show a file, or a part of it. Secrets are null."),
    reading::<Diff>("diff", "diff", "Show what changed between revisions, or since HEAD. Secrets are null."),
    reading::<Check>("check", "check", "Check Authelia configuration: the findings that Authelia itself would report."),
    reading::<Explain>("explain", "explain", "Explain a rule of `check`: what it means, why it exists, how to fix it."),
    ToolSpec {
        previews: Some("apply_patch"),
        ..reading::<PreviewPatch>("preview_patch", "apply", "Report what a patch would change, and write nothing.")
    },
    writing::<ApplyPatch>("apply_patch", "apply", "Apply a patch to encrypted files."),
    writing::<ClientAdd>(
        "client_add",
        "client add",
        "Register an OIDC client in the Authelia file. Its secret is generated and stored where the application reads it.",
    ),
    writing::<ClientSet>("client_set", "client set", "Change public options of an OIDC client."),
    writing::<ClientRotate>(
        "client_rotate",
        "client rotate",
        "Generate a new secret for an OIDC client: the digest in its entry, the secret where the application reads it.",
    ),
    reading::<ClientVerify>(
        "client_verify",
        "client verify",
        "Prove that an application's secret matches the digest of its OIDC client.",
    ),
    reading::<Diagnose>(
        "diagnose",
        "diagnose",
        "Find out from Authelia's log, or from an authorization URL, why a login fails, and return the patch that fixes it.",
    ),
    reading::<Doctor>(
        "doctor",
        "doctor",
        "Check every encrypted file of the repository: recipients, content, plaintext where ciphertext is expected.",
    ),
    writing::<Commit>("commit", "commit", "Commit changed encrypted files with a conventional message."),
];

/// The tool's arguments, as JSON Schema.
fn input<A: Arguments>() -> JsonObject {
    let generator = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true).into_generator();
    match generator.into_root_schema_for::<A>().to_value() {
        Value::Object(mut schema) => {
            // Rust's type names and comments are useless to a client.
            schema.remove("title");
            schema.remove("description");
            schema
        }
        _ => JsonObject::new(),
    }
}

fn invocation<A: Arguments>(arguments: JsonObject) -> Result<Invocation> {
    let arguments: A = serde_json::from_value(Value::Object(arguments)).map_err(|error| {
        Error::new(
            ErrorKind::Usage,
            shown!("the arguments do not fit the tool: {}", DataError::shown(error.to_string())),
        )
        .hint("see its input schema")
    })?;
    arguments.invocation()
}

impl ToolSpec {
    /// The tool as a client sees it; with `confirm`, a tool that writes takes the token of its dry run.
    ///
    /// # Errors
    /// `unsupported` if a schema is broken.
    pub(super) fn tool(&self, confirm: bool) -> Result<Tool> {
        let mut input = (self.input)();
        let mut output = object(schema::of_output(self.output)?);
        let mut description = self.description.to_owned();
        let returns_token = confirm && (self.writes || self.previews.is_some());
        if confirm && self.writes {
            description += " Without `confirm` this is a dry run that returns a token; call again with the same arguments \
                            and the token to write.";
            property(&mut input, "confirm", json!({ "type": "string", "description": "The token of the dry run" }));
        }
        if returns_token && let Some(output) = &mut output {
            let token = json!({ "type": "string", "description": "The token that confirms this dry run" });
            property(output, "confirm", token);
        }
        let annotations = ToolAnnotations::new().read_only(!self.writes).destructive(self.writes).open_world(false);
        let mut tool = Tool::new(self.name, description, Arc::new(input)).with_annotations(annotations);
        tool.output_schema = output.map(Arc::new);
        Ok(tool)
    }
}

/// The schema, if it describes objects, since the protocol allows no other results.
fn object(schema: Value) -> Option<JsonObject> {
    match schema {
        Value::Object(schema) if schema.get("type").is_some_and(|kind| kind == "object") => Some(schema),
        _ => None,
    }
}

fn property(schema: &mut JsonObject, name: &str, property: Value) {
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    if let Value::Object(properties) = properties {
        properties.insert(name.to_owned(), property);
    }
}
