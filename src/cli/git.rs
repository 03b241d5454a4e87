//! Arguments of the commands that git calls, and of the one that tells it to.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::document::Format;

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
