//! The arguments of the tools for OIDC clients.

use schemars::JsonSchema;
use serde::Deserialize;

use super::editing::{CommitOptions, edit};
use super::{Arguments, words};
use crate::command::mcp::invocation::Invocation;
use crate::command::mcp::names::FileName;
use crate::document::Pointer;
use crate::error::{Error, ErrorKind, Result};
use crate::schema;

/// Arguments of `client_add`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::command::mcp) struct ClientAdd {
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
pub(in crate::command::mcp) struct ClientSet {
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

/// Arguments of `client_rotate`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::command::mcp) struct ClientRotate {
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
pub(in crate::command::mcp) struct ClientVerify {
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

fn client(command: &str, file: Option<&FileName>) -> Invocation {
    Invocation::new("client").option("file", file.map(FileName::as_str)).word(Some(command))
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
    Err(Error::new(ErrorKind::SecretOnCommandLine, "`client_set` sets public options only")
        .hint("`client_rotate` generates a new secret; `apply_patch` sets anything else"))
}
