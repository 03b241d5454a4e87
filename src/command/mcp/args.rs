//! The arguments of `agepatch mcp`.

use clap::Args;

/// `mcp`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch mcp
  agepatch mcp --read-only
  agepatch -C ~/nixos mcp --confirm

An agent's host starts this program and speaks JSON-RPC on its stdin and stdout.
In a host's settings:
  { \"mcpServers\": { \"agepatch\": { \"command\": \"agepatch\",
    \"args\": [\"-C\", \"/home/me/nixos\", \"mcp\", \"--confirm\"] } } }

The tools return what the commands print with --output json. None returns a
secret.")]
pub(crate) struct McpArgs {
    /// Write only after a dry run: a call must repeat the token that its dry run returned.
    #[arg(long)]
    pub(crate) confirm: bool,
    /// Offer only the tools that write nothing.
    #[arg(long, conflicts_with = "confirm")]
    pub(crate) read_only: bool,
}
