//! The options of commands that take a value.

use std::path::PathBuf;

use clap::Args;

use crate::app::complete;

/// The length of a generated value.
pub(crate) const GENERATED_LENGTH: &str = "72";

/// Where a value comes from, and how it is read.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ValueArgs {
    /// The value; not for secrets: arguments stay in the shell's history.
    #[arg(allow_hyphen_values = true, conflicts_with_all = ["from_file", "from_env", "generate", "json_value", "from_stdin"])]
    pub(crate) value: Option<String>,
    /// Read the value from a file (`-` for stdin).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from_env", "generate", "json_value", "from_stdin"])]
    pub(crate) from_file: Option<PathBuf>,
    /// Read the value from stdin.
    #[arg(long, conflicts_with_all = ["from_env", "generate", "json_value"])]
    pub(crate) from_stdin: bool,
    /// Read the value from an environment variable.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["generate", "json_value"], add = complete::variables())]
    pub(crate) from_env: Option<String>,
    /// Generate a random value [default length: 72].
    #[arg(long, value_name = "LENGTH", num_args = 0..=1, default_missing_value = GENERATED_LENGTH, conflicts_with = "json_value")]
    pub(crate) generate: Option<usize>,
    /// The value as JSON.
    #[arg(long, value_name = "JSON", allow_hyphen_values = true)]
    pub(crate) json_value: Option<String>,
    /// Treat the value as a string, whatever it looks like.
    #[arg(long)]
    pub(crate) string: bool,
    /// The value is not a secret, so it may be an argument.
    #[arg(long)]
    pub(crate) public: bool,
}
