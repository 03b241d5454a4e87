//! Arguments of `trust`.

use clap::Args;

/// `trust`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch trust
  agepatch trust --undo
  agepatch trust --list

It applies to this repository and to what its agepatch.toml and secrets.nix say now, and is kept in
$XDG_STATE_HOME/agepatch. Nothing is run by a dry run (-n), by textconv, or by the merge driver, trusted or not.")]
pub struct TrustArgs {
    /// Take the consent back.
    #[arg(long, conflicts_with = "list")]
    pub undo: bool,
    /// List the repositories that are trusted.
    #[arg(long)]
    pub list: bool,
}
