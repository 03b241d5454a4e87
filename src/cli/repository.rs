//! Arguments of the commands about the repository and its history.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::complete;
use super::edit::CommitOptions;
use super::shell::Shell;
use crate::document::Format;

/// How a commit belongs to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "PascalCase")]
pub enum Relation {
    /// The task is done with it.
    #[value(alias = "resolves")]
    Resolves,
    /// It has to do with the task.
    #[value(alias = "related")]
    Related,
    /// It mends what the task reports.
    #[value(alias = "fixes")]
    Fixes,
    /// The task is closed with it.
    #[value(alias = "closes")]
    Closes,
    /// It is a part of the task.
    #[value(name = "Part-of", alias = "part-of")]
    PartOf,
}

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

/// `doctor`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch doctor
  agepatch doctor --no-decrypt --output github   # in CI, without any key

Exit 1 when something is wrong, as `check` has it.")]
pub struct DoctorArgs {
    /// Look at headers only: no key is needed.
    #[arg(long)]
    pub no_decrypt: bool,
}

/// `rekey`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch rekey -n
  agepatch rekey --commit
  agepatch rekey --all
  agepatch rekey authelia-secrets

Every file is opened and encrypted anew before the first is replaced: one that is damaged stops them all.")]
pub struct RekeyArgs {
    /// The files [default: all that drifted].
    #[arg(add = complete::files())]
    pub files: Vec<String>,
    /// Re-encrypt everything, drifted or not.
    #[arg(long)]
    pub all: bool,
    /// Show what would be done, and write nothing.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Commit the result.
    #[arg(long)]
    pub commit: bool,
    /// What the commit says.
    #[command(flatten)]
    pub message: CommitOptions,
}

/// `recipients`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch recipients
  agepatch recipients authelia-secrets
  agepatch recipients --output json

It reads headers only: no key is needed.")]
pub struct RecipientsArgs {
    /// The files [default: every file of the rules].
    #[arg(add = complete::files())]
    pub files: Vec<String>,
}

/// `commit`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch commit -n
  agepatch commit authelia-secrets --task task-118
  agepatch commit --type fix --scope cloud -m 'send MediaManager back to its new address'

Only the files named, or the secrets that changed, go in, whatever else is staged.")]
pub struct CommitArgs {
    /// The files [default: all secrets that changed].
    #[arg(add = complete::files())]
    pub files: Vec<String>,
    /// Show the message, and commit nothing.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Add the change to the task's implementation notes (Backlog.md).
    #[arg(long)]
    pub note: bool,
    /// What the commit says.
    #[command(flatten)]
    pub message: CommitOptions,
}

/// `git`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch git setup
  agepatch git setup --check")]
pub struct GitArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: GitCommand,
}

/// The commands below `git`.
#[derive(Debug, Subcommand)]
pub enum GitCommand {
    /// Register the textual view and the merge driver in this repository.
    Setup(GitSetupArgs),
}

/// `git setup`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch git setup
  agepatch git setup --check
  agepatch git setup --undo

.gitattributes is committed with the repository; the commands behind it are set up once in each clone.")]
pub struct GitSetupArgs {
    /// Take out what setup wrote.
    #[arg(long, conflicts_with = "check")]
    pub undo: bool,
    /// Say whether it is set up (exit 1 if not), and write nothing.
    #[arg(long)]
    pub check: bool,
}

/// `textconv`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch textconv authelia-secrets.age

`agepatch git setup` registers it.")]
pub struct TextconvArgs {
    /// The file git gives.
    pub file: PathBuf,
}

/// `merge-file`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch merge-file base.age ours.age theirs.age authelia-secrets.age
  agepatch merge-file --favor ours :1:x.age x.age :3:x.age x.age   # in a conflict of git

`agepatch git setup` makes git run this in merge, rebase, cherry-pick, revert and stash pop. BASE and THEIRS
may be versions in git's index (`:1:PATH` is the base of a conflict, `:3:PATH` the other side).

Exit 0: OURS holds the merge. Exit 1: the sides are in conflict, and OURS is as it was.")]
pub struct MergeFileArgs {
    /// The common ancestor (%O).
    pub base: String,
    /// The current version, which receives the result (%A).
    pub ours: PathBuf,
    /// The other version (%B).
    pub theirs: String,
    /// The file's path in the repository (%P).
    pub path: String,
    /// In a conflict take the value of that side, merge the rest, and say what was decided.
    #[arg(long, value_enum, value_name = "SIDE")]
    pub favor: Option<Favor>,
    /// Run by git, once a file: nobody is asked for a passphrase.
    #[arg(long, hide = true)]
    pub driver: bool,
    /// The file's format [default: guessed from its name and content].
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

/// The side that has its way in a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Favor {
    /// Ours.
    Ours,
    /// Theirs.
    Theirs,
}

/// `demo`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch demo
  agepatch demo ~/agepatch-demo

It needs git, and touches nothing of yours.")]
pub struct DemoArgs {
    /// Where to make the repository, and leave it [default: a temporary folder, removed at the end].
    pub dir: Option<PathBuf>,
}

/// `completions`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch completions bash > ~/.local/share/bash-completion/completions/agepatch
  agepatch completions zsh > ~/.zfunc/_agepatch
  agepatch completions fish > ~/.config/fish/completions/agepatch.fish
  agepatch completions elvish >> ~/.config/elvish/rc.elv
  agepatch completions nushell > ~/.config/nushell/autoload/agepatch.nu

Files, paths and clients are offered too: the shell asks agepatch, which opens the file in memory with a key that
asks for nothing, and offers names only.")]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    pub shell: Shell,
}

/// `man`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch man | man -l -
  agepatch man ~/.local/share/man/man1")]
pub struct ManArgs {
    /// Where to write all pages [default: the main page, to stdout].
    pub dir: Option<PathBuf>,
}

/// `schema`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch schema
  agepatch schema client list
  agepatch schema error
  agepatch schema --output json > schemas.json

`error` is what every command prints on stderr when it fails, `status` what agepatch prints without a command.")]
pub struct SchemaArgs {
    /// The command [default: list them].
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}
