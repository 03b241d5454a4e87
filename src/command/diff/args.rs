//! The arguments of `agepatch diff`.

use clap::Args;

use super::format::DiffFormat;
use crate::app::{Context, complete, output_format};
use crate::workspace::Target;

/// `diff`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch diff
  agepatch diff HEAD~3 authelia-secrets
  agepatch diff main..topic --output markdown
  agepatch diff HEAD~1..HEAD --output json-patch --reveal
  agepatch diff --exit-code
  agepatch diff old/ new/       # two folders, or two files

List items are matched by their client_id, key_id, id, or name.")]
#[command(mut_arg(output_format::ID, output_format::of::<DiffFormat>))]
pub(crate) struct DiffArgs {
    /// A revision or range (`REV`, `REV..REV`), then files.
    #[arg(value_name = "REV|FILE", add = complete::revisions_and_files())]
    pub(crate) arguments: Vec<String>,
    /// Files, after `--`.
    #[arg(last = true, value_name = "FILE")]
    #[arg(add = complete::files())]
    pub(crate) files: Vec<String>,
    /// Compare two files or folders with each other, whatever a repository says (the default for two folders, and for files
    /// outside of the repository).
    #[arg(long)]
    pub(crate) no_index: bool,
    /// Exit 1 if there are differences.
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Read sops files even if a value or their MAC does not verify.
    #[arg(long)]
    pub(crate) ignore_mac: bool,
}

impl DiffArgs {
    /// The files that are named and exist; none if all files are compared.
    pub(crate) fn named_files(&self, context: &Context) -> Vec<Target> {
        self.arguments.iter().chain(&self.files).filter_map(|name| context.existing(name)).collect()
    }
}
