//! Arguments of the reading and editing commands.

use std::path::PathBuf;

use clap::Args;

use super::complete;
use super::repository::Relation;
use crate::document::Format;

/// How a file is read.
#[derive(Debug, Clone, Default, Args)]
pub struct ReadOptions {
    /// The file's format [default: guessed from its name and content].
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// The name under which stdin is read.
    #[arg(long = "as", value_name = "NAME")]
    pub as_name: Option<String>,
    /// Read a sops file even if a value or its MAC does not verify; nothing can be written then.
    #[arg(long)]
    pub ignore_mac: bool,
}

/// What every editing command takes.
#[derive(Debug, Clone, Default, Args)]
pub struct EditOptions {
    /// How the file is read.
    #[command(flatten)]
    pub read: ReadOptions,
    /// Show what would change, and write nothing.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Refuse unless the ciphertext that was read has this SHA-256 (as `show --output json` gives it).
    #[arg(long, value_name = "SHA256")]
    pub expect: Option<String>,
    /// Edit even if the edit introduces an error that Authelia would refuse.
    #[arg(long)]
    pub no_check: bool,
    /// Allow a result that is empty.
    #[arg(long)]
    pub allow_empty: bool,
    /// Commit the edit.
    #[arg(long)]
    pub commit: bool,
    /// What the commit says.
    #[command(flatten)]
    pub message: CommitOptions,
}

/// What a commit says.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Commit options")]
pub struct CommitOptions {
    /// What was done, instead of a subject made from the change; further paragraphs and trailers are kept.
    #[arg(short, long, value_name = "TEXT")]
    pub message: Option<String>,
    /// The conventional type (feat, fix, chore, …), instead of the one that follows from the change.
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    /// The scope, instead of agepatch.toml's or the one most used for the file.
    #[arg(long, value_name = "SCOPE")]
    pub scope: Option<String>,
    /// A task the commit belongs to (repeatable).
    #[arg(long = "task", value_name = "ID", num_args = 1..)]
    pub tasks: Vec<String>,
    /// How it belongs to the tasks.
    #[arg(long, value_enum, value_name = "RELATION")]
    pub relation: Option<Relation>,
    /// Mark the change as breaking.
    #[arg(long)]
    pub breaking: bool,
}

/// `show`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch show authelia-secrets
  agepatch show authelia-secrets 'identity_providers.oidc.clients[mediamanager]'
  agepatch show media-env --reveal
  agepatch show authelia-secrets --output json

Secrets stand as `…` unless --reveal. A value is shown only where the file's schema names its option as
public, a comment never.")]
pub struct ShowArgs {
    /// The file: a path, a name in secrets.nix, or `-`.
    #[arg(add = complete::files())]
    pub file: String,
    /// The part to show.
    #[arg(add = complete::paths())]
    pub path: Option<String>,
    /// How the file is read.
    #[command(flatten)]
    pub read: ReadOptions,
}

/// `get`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch get authelia-secrets 'identity_providers.oidc.clients[mediamanager].scopes'
  agepatch get media-env OIDC_CLIENT_SECRET --reveal
  agepatch get authelia-secrets /identity_providers/oidc/clients/0/client_id

A scalar is printed as it is, anything else as JSON.")]
pub struct GetArgs {
    /// The file: a path, a name in secrets.nix, or `-`.
    #[arg(add = complete::files())]
    pub file: String,
    /// The value's path.
    #[arg(add = complete::paths())]
    pub path: String,
    /// How the file is read.
    #[command(flatten)]
    pub read: ReadOptions,
}

/// `set`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch set authelia-secrets 'identity_providers.oidc.clients[media].client_name' Media
  agepatch set authelia-secrets identity_providers.oidc.hmac_secret --generate
  pass show media | agepatch set media-env OIDC_CLIENT_SECRET --from-stdin --commit
  agepatch set - port 8080 --public < plain.yaml > edited.yaml

The type is that of the option in the file's schema, else that of the value replaced, else what
YAML reads (from files, stdin and the environment: a string). Without a value, a person at a
terminal is asked for it.")]
pub struct SetArgs {
    /// The file: a path, a name in secrets.nix, or `-`.
    #[arg(add = complete::files())]
    pub file: String,
    /// The value's path.
    #[arg(add = complete::paths())]
    pub path: String,
    /// Where the value comes from.
    #[command(flatten)]
    pub value: ValueSource,
    /// What every editing command takes.
    #[command(flatten)]
    pub options: EditOptions,
}

/// Where a value comes from, and how it is read.
#[derive(Debug, Clone, Default, Args)]
pub struct ValueSource {
    /// The value. Secrets do not belong here: arguments stay in the shell's history.
    #[arg(allow_hyphen_values = true, conflicts_with_all = ["from_file", "from_env", "generate", "json_value", "from_stdin"])]
    pub value: Option<String>,
    /// Take the value from a file (`-`: stdin).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from_env", "generate", "json_value", "from_stdin"])]
    pub from_file: Option<PathBuf>,
    /// Take the value from stdin.
    #[arg(long, conflicts_with_all = ["from_env", "generate", "json_value"])]
    pub from_stdin: bool,
    /// Take the value from an environment variable.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["generate", "json_value"])]
    pub from_env: Option<String>,
    /// Generate a random, URL-safe value [default length: 72].
    #[arg(long, value_name = "LENGTH", num_args = 0..=1, default_missing_value = "72", conflicts_with = "json_value")]
    pub generate: Option<usize>,
    /// The value as JSON.
    #[arg(long, value_name = "JSON", allow_hyphen_values = true)]
    pub json_value: Option<String>,
    /// The value is a string, whatever it looks like.
    #[arg(long)]
    pub string: bool,
    /// The value is not a secret, so it may be an argument where nothing says that the place is public.
    #[arg(long)]
    pub public: bool,
}

/// `unset`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch unset authelia-secrets 'identity_providers.oidc.clients[media].audience'
  agepatch unset media-env OLD_NAME OTHER_OLD_NAME

All paths mean places in the file as it is now; they are removed all or none.")]
pub struct UnsetArgs {
    /// The file: a path, a name in secrets.nix, or `-`.
    #[arg(add = complete::files())]
    pub file: String,
    /// The paths to remove.
    #[arg(required = true)]
    #[arg(add = complete::paths())]
    pub paths: Vec<String>,
    /// What every editing command takes.
    #[command(flatten)]
    pub options: EditOptions,
}

/// `add`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch add authelia-secrets 'identity_providers.oidc.clients[media].scopes' groups
  agepatch add authelia-secrets 'identity_providers.oidc.clients[media].redirect_uris' https://media.example.com/callback

What the list holds already is not added again.")]
pub struct AddArgs {
    /// The file: a path, a name in secrets.nix, or `-`.
    #[arg(add = complete::files())]
    pub file: String,
    /// The list's path.
    #[arg(add = complete::paths())]
    pub path: String,
    /// Where the value comes from.
    #[command(flatten)]
    pub value: ValueSource,
    /// What every editing command takes.
    #[command(flatten)]
    pub options: EditOptions,
}

/// `remove`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch remove authelia-secrets 'identity_providers.oidc.clients[media].scopes' groups
  agepatch remove authelia-secrets identity_providers.oidc.clients media

Items are known by their value, or by their identity (client_id, key_id, id, name).")]
pub struct RemoveArgs {
    /// The file: a path, a name in secrets.nix, or `-`.
    #[arg(add = complete::files())]
    pub file: String,
    /// The list's path.
    #[arg(add = complete::paths())]
    pub path: String,
    /// Where the value comes from.
    #[command(flatten)]
    pub value: ValueSource,
    /// What every editing command takes.
    #[command(flatten)]
    pub options: EditOptions,
}

/// `apply`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch apply authelia-secrets -p patch.json
  agepatch apply authelia-secrets --merge -p merge.yaml -n
  agepatch apply -p patch-set.yaml --commit
  agepatch diagnose --output json < authelia.log | jq '.diagnoses[0].patch' | agepatch apply authelia-secrets

An operation is { op, path, value | value_from | from | to }; there are add, remove, replace, move,
copy, test, set, append and rename. A patch set names its files itself:
  agepatch: 1
  files:
    authelia-secrets.age:
      - { op: set, path: 'identity_providers.oidc.clients[media].public', value: false }
    media-env.age:
      - { op: set, path: OIDC_CLIENT_SECRET, value_from: { generate: 72 } }")]
pub struct ApplyArgs {
    /// The file the patches are for; a patch set names its files itself.
    #[arg(add = complete::files())]
    pub file: Option<String>,
    /// A patch document (`-`: stdin, the default when stdin is no terminal); several apply in order as one.
    #[arg(short, long = "patch", value_name = "PATCH")]
    pub patches: Vec<PathBuf>,
    /// The patches are RFC 7386 merge patches.
    #[arg(long)]
    pub merge: bool,
    /// What every editing command takes.
    #[command(flatten)]
    pub options: EditOptions,
}

/// `write`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch write media-env < plaintext.env
  pass show media | agepatch write media-token --commit

The old content need not be readable: no key is needed. An empty stdin is refused.")]
pub struct WriteArgs {
    /// The file: a path, or a name in secrets.nix.
    #[arg(add = complete::files())]
    pub file: String,
    /// What every editing command takes.
    #[command(flatten)]
    pub options: EditOptions,
}

/// `edit`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch edit authelia-secrets
  EDITOR='code --wait' agepatch edit authelia-secrets --commit --task task-118

The copy for $VISUAL or $EDITOR stands in memory-backed storage and is wiped afterwards. A result that
cannot be parsed, or that Authelia would refuse, can be opened again. Unchanged means untouched.")]
pub struct EditArgs {
    /// The file: a path, or a name in secrets.nix.
    #[arg(add = complete::files())]
    pub file: String,
    /// Put the copy on disk if there is no memory-backed storage.
    #[arg(long)]
    pub allow_disk: bool,
    /// What every editing command takes.
    #[command(flatten)]
    pub options: EditOptions,
}
