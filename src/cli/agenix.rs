//! What agenix's users have in their fingers: `alias agenix=agepatch` works.

use clap::{ArgGroup, Args};

use super::complete;
use crate::document::Format;

/// agenix's own options, in place of a command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "As agenix has it", group(ArgGroup::new("agenix_file").args(["edit", "decrypt"])))]
pub struct AgenixArgs {
    /// Edit FILE: in $EDITOR, or with stdin as its new content where stdin is no terminal.
    #[arg(short, long, value_name = "FILE", add = complete::files(), conflicts_with_all = ["decrypt", "rekey"])]
    pub edit: Option<String>,
    /// The format of FILE [default: guessed from its name and content].
    #[arg(long, value_enum, requires = "agenix_file", hide_possible_values = false)]
    pub format: Option<Format>,
    /// Decrypt FILE to stdout.
    #[arg(short, long, value_name = "FILE", add = complete::files(), conflicts_with = "rekey")]
    pub decrypt: Option<String>,
    /// Re-encrypt every file of secrets.nix, whether it drifted or not.
    #[arg(short, long)]
    pub rekey: bool,
}

impl AgenixArgs {
    /// The option that stands for a command, if one was given.
    pub fn given(&self) -> Option<&'static str> {
        let edit = self.edit.as_ref().map(|_| "--edit");
        edit.or(self.decrypt.as_ref().map(|_| "--decrypt")).or(self.rekey.then_some("--rekey"))
    }
}
