//! The arguments of `agepatch merge-file`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::document::Format;

/// `merge-file`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch merge-file base.age ours.age theirs.age authelia-secrets.age
  agepatch merge-file --favor ours :1:x.age x.age :3:x.age x.age

After `agepatch git setup`, git runs this in merge, rebase, cherry-pick, revert,
and stash pop. BASE and THEIRS may be versions in git's index: in a conflict,
`:1:PATH` is the base, `:3:PATH` the other side.

With -o the merge goes to OUTPUT, and OURS is unchanged; `agepatch jj setup`
uses this.

Exit 0: OURS (or OUTPUT) is the merge. Exit 1: there are conflicts, and nothing
was written.")]
pub(crate) struct MergeFileArgs {
    /// The common ancestor (%O).
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) base: String,
    /// The current version, which receives the result (%A).
    pub(crate) ours: PathBuf,
    /// The other version (%B).
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) theirs: String,
    /// The file's path in the repository (%P).
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) path: String,
    /// Write the merge to this file, and leave OURS unchanged.
    #[arg(short = 'o', long, value_name = "OUTPUT", conflicts_with = "driver")]
    pub(crate) output_file: Option<PathBuf>,
    /// In a conflict take the value of this side, merge the rest, report each decision.
    #[arg(long, value_enum, value_name = "SIDE")]
    pub(crate) favor: Option<Favor>,
    /// Run by git, once per file: never ask for a passphrase.
    #[arg(long, hide = true)]
    pub(crate) driver: bool,
    /// The file's format [default: guessed from name and content].
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
}

/// Which side wins a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Favor {
    /// Ours.
    Ours,
    /// Theirs.
    Theirs,
}
