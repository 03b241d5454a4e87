//! The arguments of `agepatch diagnose`.

use std::path::PathBuf;

use clap::Args;

use crate::app::complete;
use crate::app::options::EditOptions;
use crate::authelia;

/// `diagnose`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch diagnose --log authelia.log
  journalctl -u authelia-main -o cat | agepatch diagnose
  agepatch diagnose --log authelia.log --apply --commit --task task-118
  agepatch diagnose --log authelia.log --apply --client grafana --cause scope
  agepatch diagnose --url 'https://auth.example.com/api/oidc/authorization?…'

Exit 0 if a cause was found, 1 if not.")]
pub(crate) struct DiagnoseArgs {
    /// The Authelia file [default: the only one in the repository].
    #[arg(add = complete::files())]
    pub(crate) file: Option<String>,
    /// Authelia's log [default: `-`, stdin].
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    pub(crate) log: Option<PathBuf>,
    /// The URL from the browser's address bar (`-`: stdin).
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Report only this client (repeatable).
    #[arg(long, value_name = "ID", add = complete::client_ids())]
    pub(crate) client: Vec<String>,
    /// Report only this cause, such as redirect-uri (repeatable).
    #[arg(long, value_name = "NAME", add = complete::one_of(causes))]
    pub(crate) cause: Vec<String>,
    /// Apply the patch. One that makes Authelia accept more also needs --client and --cause.
    #[arg(long)]
    pub(crate) apply: bool,
    /// The options of every editing command.
    #[command(flatten)]
    pub(crate) options: EditOptions,
}

/// The causes that `--cause` completes.
fn causes() -> Vec<String> {
    authelia::cause_names().into_iter().map(str::to_owned).collect()
}
