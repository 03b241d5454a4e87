//! Arguments of the commands about what files were before.

use clap::Args;

use super::complete;

/// What `diff` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum DiffOutput {
    /// For people.
    #[default]
    Text,
    /// The contract's JSON.
    Json,
    /// RFC 6902.
    JsonPatch,
    /// For a pull request's description.
    Markdown,
    /// A line diff of the redacted text.
    Unified,
}

/// `diff`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch diff
  agepatch diff HEAD~3 authelia-secrets
  agepatch diff main..topic --output markdown
  agepatch diff HEAD~1..HEAD --output json-patch --reveal
  agepatch diff --exit-code

List items are matched by their identity (client_id, key_id, id, name).")]
pub struct DiffArgs {
    /// A revision or range (`REV`, `REV..REV`), then files.
    #[arg(value_name = "REV|FILE")]
    pub arguments: Vec<String>,
    /// Files, where a name could be a revision too.
    #[arg(last = true, value_name = "FILE")]
    #[arg(add = complete::files())]
    pub files: Vec<String>,
    /// Exit 1 if there are differences.
    #[arg(long)]
    pub exit_code: bool,
    /// Read sops files even if a value or their MAC does not verify.
    #[arg(long)]
    pub ignore_mac: bool,
}

/// `log`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch log authelia-secrets
  agepatch log authelia-secrets 'identity_providers.oidc.clients[mediamanager].redirect_uris'
  agepatch log media-env OIDC_CLIENT_SECRET

Renames of the file, and of the item in its list, are followed.")]
pub struct LogArgs {
    /// The file.
    #[arg(add = complete::files())]
    pub file: String,
    /// The value whose history is meant.
    #[arg(add = complete::paths())]
    pub path: Option<String>,
}

/// `blame`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch blame authelia-secrets
  agepatch blame authelia-secrets --output json")]
pub struct BlameArgs {
    /// The file.
    #[arg(add = complete::files())]
    pub file: String,
}

/// `restore`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch restore authelia-secrets --source HEAD~1
  agepatch restore authelia-secrets 'identity_providers.oidc.clients[mediamanager]' --source HEAD~1 --commit
  agepatch restore media-env OIDC_CLIENT_SECRET --source main -n")]
pub struct RestoreArgs {
    /// The file.
    #[arg(add = complete::files())]
    pub file: String,
    /// The part to set back [default: the whole].
    #[arg(add = complete::paths())]
    pub path: Option<String>,
    /// The revision it is set back to.
    #[arg(long, value_name = "REV", required = true)]
    #[arg(add = complete::revisions())]
    pub source: String,
    /// What every editing command takes.
    #[command(flatten)]
    pub options: super::EditOptions,
}
