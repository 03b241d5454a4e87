//! The arguments of the tools that edit and commit files.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::Value;

use super::{Arguments, names, words};
use crate::command::mcp::invocation::Invocation;
use crate::command::mcp::names::FileName;
use crate::command::mcp::patch;
use crate::error::Result;

/// Arguments of `preview_patch`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::command::mcp) struct PreviewPatch {
    /// The file that the patch is for; a patch set names its files itself
    file: Option<FileName>,
    #[schemars(schema_with = "patch_schema")]
    patch: Value,
    /// The patch is a merge patch (RFC 7386)
    #[serde(default)]
    merge: bool,
}

impl Arguments for PreviewPatch {
    fn invocation(self) -> Result<Invocation> {
        Ok(apply(self.file.as_ref(), &self.patch, self.merge)?.flag("dry-run", true))
    }
}

fn patch_schema(_: &mut SchemaGenerator) -> Schema {
    schemars::json_schema!({
        "description": "A list of operations; a patch set {\"agepatch\": 1, \"files\": {FILE: [operation, …]}}, applied \
            atomically; or, with `merge`, a map. To set a secret, use value_from {\"generate\": LENGTH}; to store the digest \
            of a secret, value_from {\"digest_of\": {\"file\": FILE, \"path\": PATH}}.",
        "type": ["array", "object"],
        "items": {
            "type": "object",
            "properties": {
                "op": {
                    "enum": ["add", "remove", "replace", "move", "copy", "test", "set", "append", "rename"],
                    "description": "As in RFC 6902; `set` adds or replaces, `append` adds to a list what it lacks, \
                        `rename` changes a key",
                },
                "path": { "type": "string", "description": "A path such as a.b[id].c, or a JSON Pointer" },
                "value": {},
                "value_from": { "type": "object" },
                "from": { "type": "string" },
                "to": { "type": "string" },
            },
            "required": ["op", "path"],
        },
    })
}

fn apply(file: Option<&FileName>, patch: &Value, merge: bool) -> Result<Invocation> {
    if !merge {
        patch::refuse_outside(patch)?;
    }
    let line = Invocation::new("apply").flag("merge", merge).positionals(file.map(FileName::as_str));
    Ok(line.stdin(patch.to_string().into_bytes()))
}

/// Arguments of `apply_patch`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::command::mcp) struct ApplyPatch {
    /// The file that the patch is for; a patch set names its files itself
    file: Option<FileName>,
    #[schemars(schema_with = "patch_schema")]
    patch: Value,
    /// The patch is a merge patch (RFC 7386)
    #[serde(default)]
    merge: bool,
    /// Commit the edit; `{}` for a message that describes the change
    commit: Option<CommitOptions>,
}

impl Arguments for ApplyPatch {
    fn invocation(self) -> Result<Invocation> {
        Ok(edit(apply(self.file.as_ref(), &self.patch, self.merge)?, false, self.commit.as_ref()))
    }
}

/// The commit for an edit.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(in crate::command::mcp) struct CommitOptions {
    /// The subject; without it, one that describes the change
    message: Option<String>,
    /// The conventional type, such as feat, fix, chore
    #[serde(rename = "type")]
    kind: Option<String>,
    /// The scope
    scope: Option<String>,
    /// IDs of the tasks that the commit belongs to
    #[serde(default)]
    tasks: Vec<String>,
    /// How it belongs to them
    relation: Option<Relation>,
}

/// How a commit belongs to a task.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[schemars(inline)]
enum Relation {
    Resolves,
    Related,
    Fixes,
    Closes,
    #[serde(rename = "Part-of")]
    PartOf,
}

impl CommitOptions {
    fn add_to(&self, line: Invocation) -> Invocation {
        let relation = self.relation.map(|relation| match relation {
            Relation::Resolves => "Resolves",
            Relation::Related => "Related",
            Relation::Fixes => "Fixes",
            Relation::Closes => "Closes",
            Relation::PartOf => "Part-of",
        });
        line.option("message", self.message.as_deref())
            .option("type", self.kind.as_deref())
            .option("scope", self.scope.as_deref())
            .options("task", words(&self.tasks))
            .option("relation", relation)
    }
}

/// The options of every tool that edits: a dry run, a commit.
pub(super) fn edit(line: Invocation, dry_run: bool, commit: Option<&CommitOptions>) -> Invocation {
    let line = line.flag("dry-run", dry_run);
    match commit {
        Some(options) => options.add_to(line.flag("commit", true)),
        None => line,
    }
}

/// Arguments of `commit`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::command::mcp) struct Commit {
    /// The files to commit; without them, all secrets that changed
    #[serde(default)]
    files: Vec<FileName>,
    /// The message; without it, one that describes the change
    #[serde(rename = "commit")]
    options: Option<CommitOptions>,
    /// Report the message, and commit nothing
    #[serde(default)]
    dry_run: bool,
}

impl Arguments for Commit {
    fn invocation(self) -> Result<Invocation> {
        let line = Invocation::new("commit").flag("dry-run", self.dry_run);
        Ok(self.options.unwrap_or_default().add_to(line).positionals(names(&self.files)))
    }
}
