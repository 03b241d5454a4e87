//! The options of commands that edit files.

use clap::Args;

use super::commit::CommitOptions;
use super::read::ReadOptions;

/// The options of every editing command.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct EditOptions {
    /// How the file is read.
    #[command(flatten)]
    pub(crate) read: ReadOptions,
    /// Show what would change, write nothing.
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
    /// Refuse unless the encrypted file has this hash, as reported by `show --output json`.
    #[arg(long, value_name = "SHA256")]
    pub(crate) expect: Option<String>,
    /// Edit even if Authelia would reject the result.
    #[arg(long)]
    pub(crate) no_check: bool,
    /// Allow an empty file or value as the result.
    #[arg(long)]
    pub(crate) allow_empty: bool,
    /// Commit the edit (-m TEXT, --task ID).
    #[arg(long)]
    pub(crate) commit: bool,
    /// The commit message.
    #[command(flatten)]
    pub(crate) message: CommitOptions,
}
