//! Arguments of the commands about the repository.

use std::path::PathBuf;

use clap::Args;

use super::complete;
use super::edit::CommitOptions;
use super::shell::Shell;

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

/// `doctor`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch doctor
  agepatch doctor --fix
  agepatch doctor --no-decrypt --output github   # in CI, without any key

Exit 1 when something is wrong, as `check` has it.")]
pub struct DoctorArgs {
    /// Look at headers only: no key is needed.
    #[arg(long)]
    pub no_decrypt: bool,
    /// Remove temporary files that a killed run left behind.
    #[arg(long)]
    pub fix: bool,
}

/// `rekey`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch rekey -n
  agepatch rekey --commit
  agepatch rekey --all
  agepatch rekey authelia-secrets
  agepatch rekey --rotate secrets/galactica.yaml

Every file is opened and encrypted anew before the first is replaced: one that is damaged stops them all.")]
pub struct RekeyArgs {
    /// The files [default: all that drifted].
    #[arg(add = complete::files())]
    pub files: Vec<String>,
    /// Re-encrypt everything, drifted or not.
    #[arg(long)]
    pub all: bool,
    /// Generate a new data key for sops files and encrypt every value again.
    #[arg(long)]
    pub rotate: bool,
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
