//! The options of commands that read a file.

use clap::Args;

use crate::document::Format;

/// How a file is read.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ReadOptions {
    /// The file's format [default: guessed from name and content].
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// The name to give stdin.
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) as_name: Option<String>,
    /// Read a sops file even if a value or its MAC does not verify.
    #[arg(long)]
    pub(crate) ignore_mac: bool,
}
