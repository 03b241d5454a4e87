//! The arguments of each tool, and their command lines.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::Value;

use super::invocation::Invocation;
use super::names::{FileName, Revision};
use super::patch;
use crate::document::Pointer;
use crate::error::{Error, Kind, Result};
use crate::schema;

/// Arguments that can be turned into a command line.
pub(super) trait Arguments: JsonSchema + for<'de> Deserialize<'de> {
    /// The command line.
    ///
    /// # Errors
    /// `usage`, `patch`, or `secret-on-command-line` for arguments that are not allowed.
    fn invocation(self) -> Result<Invocation>;
}

fn names(files: &[FileName]) -> impl Iterator<Item = &str> {
    files.iter().map(FileName::as_str)
}

fn words(values: &[String]) -> impl Iterator<Item = &str> {
    values.iter().map(String::as_str)
}

/// No arguments.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListFiles {}

impl Arguments for ListFiles {
    fn invocation(self) -> Result<Invocation> {
        Ok(Invocation::new(""))
    }
}

/// Arguments of `show`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Show {
    file: FileName,
    /// The part to show, such as `identity_providers.oidc.clients[mediamanager]`; without it, the entire file
    path: Option<String>,
}

impl Arguments for Show {
    fn invocation(self) -> Result<Invocation> {
        Ok(Invocation::new("show").positionals([self.file.as_str()]).positionals(self.path.as_deref()))
    }
}

/// Arguments of `diff`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Diff {
    /// A revision to compare with the working tree, or a range such as `HEAD~3..HEAD`; without it, HEAD
    revision: Option<Revision>,
    /// The files to compare; without them, all
    #[serde(default)]
    files: Vec<FileName>,
}

impl Arguments for Diff {
    fn invocation(self) -> Result<Invocation> {
        let revision = self.revision.as_ref().map(Revision::as_str);
        Ok(Invocation::new("diff").word(revision).positionals(names(&self.files)))
    }
}

/// Arguments of `check`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Check {
    /// The files to check; without them, every file that is recognized as Authelia's
    #[serde(default)]
    files: Vec<FileName>,
    /// Further configuration files that Authelia reads, in its order
    #[serde(default)]
    with: Vec<FileName>,
    /// The version of Authelia whose rules apply, such as 4.39
    authelia: Option<String>,
}

impl Arguments for Check {
    fn invocation(self) -> Result<Invocation> {
        let line = Invocation::new("check").options("with", names(&self.with));
        Ok(line.option("authelia", self.authelia.as_deref()).positionals(names(&self.files)))
    }
}

/// Arguments of `explain`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Explain {
    /// The rule, as findings name it; without it, the list of all rules
    rule: Option<String>,
}

impl Arguments for Explain {
    fn invocation(self) -> Result<Invocation> {
        Ok(Invocation::new("explain").positionals(self.rule.as_deref()))
    }
}

/// Arguments of `preview_patch`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PreviewPatch {
    /// The file that the patch is for; a patch set names its files itself
    file: Option<FileName>,
    #[schemars(schema_with = "patch_schema")]
    patch: Value,
    /// The patch is a merge patch (RFC 7386)
    #[serde(default)]
    merge: bool,
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

impl Arguments for PreviewPatch {
    fn invocation(self) -> Result<Invocation> {
        Ok(apply(self.file.as_ref(), &self.patch, self.merge)?.flag("dry-run", true))
    }
}

/// The commit for an edit.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(super) struct CommitOptions {
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
fn edit(line: Invocation, dry_run: bool, commit: Option<&CommitOptions>) -> Invocation {
    let line = line.flag("dry-run", dry_run);
    match commit {
        Some(options) => options.add_to(line.flag("commit", true)),
        None => line,
    }
}

/// Arguments of `apply_patch`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ApplyPatch {
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

/// Arguments of `client_add`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientAdd {
    /// The new `client_id`; without it, the profile's
    id: Option<String>,
    /// The application, if its registration is known, such as grafana
    profile: Option<String>,
    /// The application's URL
    url: Option<String>,
    /// Where the application reads its secret: FILE#PATH; without it, as agepatch.toml defines it
    secret_to: Option<FileName>,
    /// Redirect URIs, without a profile
    #[serde(default)]
    redirect_uris: Vec<String>,
    /// A public client, without a secret
    #[serde(default)]
    public: bool,
    /// The authorization policy
    policy: Option<String>,
    /// The Authelia file; without it, the one that there is
    file: Option<FileName>,
    /// Report what would change, and write nothing
    #[serde(default)]
    dry_run: bool,
    /// Commit the edit; `{}` for a message that describes the change
    commit: Option<CommitOptions>,
}

fn client(command: &str, file: Option<&FileName>) -> Invocation {
    Invocation::new("client").option("file", file.map(FileName::as_str)).word(Some(command))
}

impl Arguments for ClientAdd {
    fn invocation(self) -> Result<Invocation> {
        let line = client("add", self.file.as_ref())
            .option("profile", self.profile.as_deref())
            .option("url", self.url.as_deref())
            .option("secret-to", self.secret_to.as_ref().map(FileName::as_str))
            .options("redirect-uri", words(&self.redirect_uris))
            .flag("public", self.public)
            .option("policy", self.policy.as_deref());
        Ok(edit(line, self.dry_run, self.commit.as_ref()).positionals(self.id.as_deref()))
    }
}

/// Arguments of `client_set`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientSet {
    /// Its `client_id`
    id: String,
    /// KEY=VALUE, LIST+=VALUE, or LIST-=VALUE, such as `token_endpoint_auth_method=client_secret_basic`
    assignments: Vec<String>,
    /// The Authelia file; without it, the one that there is
    file: Option<FileName>,
    /// Report what would change, and write nothing
    #[serde(default)]
    dry_run: bool,
    /// Commit the edit; `{}` for a message that describes the change
    commit: Option<CommitOptions>,
}

impl Arguments for ClientSet {
    fn invocation(self) -> Result<Invocation> {
        self.assignments.iter().try_for_each(|assignment| refuse_secret(assignment))?;
        let line = edit(client("set", self.file.as_ref()), self.dry_run, self.commit.as_ref());
        Ok(line.positionals([self.id.as_str()]).positionals(words(&self.assignments)))
    }
}

/// Rejects a secret option, since other users of the machine can read command lines.
fn refuse_secret(assignment: &str) -> Result<()> {
    let key = assignment.split('=').next().unwrap_or_default().trim_end_matches(['+', '-']);
    let place = ["identity_providers", "oidc", "clients", "0"].into_iter().chain(key.split('.'));
    let place = Pointer::new(place);
    let public = |pointer: &Pointer| schema::Schema::Authelia.is_public(pointer);
    if public(&place) || public(&place.child("0")) {
        return Ok(());
    }
    Err(Error::new(Kind::SecretOnCommandLine, "`client_set` sets public options only")
        .hint("`client_rotate` generates a new secret; `apply_patch` sets anything else"))
}

/// Arguments of `client_rotate`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientRotate {
    /// Its `client_id`
    id: String,
    /// Where the application reads its secret: FILE#PATH; without it, as agepatch.toml defines it
    secret_to: Option<FileName>,
    /// The Authelia file; without it, the one that there is
    file: Option<FileName>,
    /// Report what would change, and write nothing
    #[serde(default)]
    dry_run: bool,
    /// Commit the edit; `{}` for a message that describes the change
    commit: Option<CommitOptions>,
}

impl Arguments for ClientRotate {
    fn invocation(self) -> Result<Invocation> {
        let secret_to = self.secret_to.as_ref().map(FileName::as_str);
        let line = client("rotate", self.file.as_ref()).option("secret-to", secret_to);
        Ok(edit(line, self.dry_run, self.commit.as_ref()).positionals([self.id.as_str()]))
    }
}

/// Arguments of `client_verify`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientVerify {
    /// Its `client_id`; without it, every client of agepatch.toml
    id: Option<String>,
    /// Where the application reads its secret: FILE#PATH; without it, as agepatch.toml defines it
    secret_from: Option<FileName>,
    /// The Authelia file; without it, the one that there is
    file: Option<FileName>,
}

impl Arguments for ClientVerify {
    fn invocation(self) -> Result<Invocation> {
        let secret_from = self.secret_from.as_ref().map(FileName::as_str);
        let line = client("verify", self.file.as_ref()).option("secret-from", secret_from);
        Ok(line.positionals(self.id.as_deref()))
    }
}

/// Arguments of `diagnose`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Diagnose {
    /// Lines of Authelia's log
    log: Option<String>,
    /// The authorization URL from the browser's address bar, instead of `log`
    url: Option<String>,
    /// The Authelia file; without it, the one that there is
    file: Option<FileName>,
    /// Only findings about these clients
    #[serde(default)]
    clients: Vec<String>,
}

impl Arguments for Diagnose {
    fn invocation(self) -> Result<Invocation> {
        let (option, text) = match (self.log, self.url) {
            (Some(log), None) => ("log", log),
            (None, Some(url)) => ("url", url),
            _ => return Err(Error::new(Kind::Usage, "`diagnose` takes exactly one of `log` and `url`")),
        };
        let line = Invocation::new("diagnose").option(option, Some("-")).options("client", words(&self.clients));
        Ok(line.positionals(self.file.as_ref().map(FileName::as_str)).stdin(text.into_bytes()))
    }
}

/// Arguments of `doctor`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Doctor {
    /// Look at headers only: no key is needed
    #[serde(default)]
    no_decrypt: bool,
}

impl Arguments for Doctor {
    fn invocation(self) -> Result<Invocation> {
        Ok(Invocation::new("doctor").flag("no-decrypt", self.no_decrypt))
    }
}

/// Arguments of `commit`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Commit {
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
