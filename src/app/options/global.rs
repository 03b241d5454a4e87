//! The options of every command.

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueEnum, ValueHint};

use crate::app::output_format::{AnyFormat, TextOrJson};
use crate::output::{Color, Mode};

/// Options of every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Run as if started in DIR.
    #[arg(short = 'C', long, value_name = "DIR", global = true)]
    pub(crate) directory: Option<PathBuf>,
    /// The secrets.nix to use [default: searched upwards and in secrets/].
    // The shell scripts of agenix treat an empty variable as unset, so it is unset here, too.
    #[arg(long, value_name = "FILE", env = "RULES", hide_env_values = true, global = true, value_hint = ValueHint::FilePath,
          value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(crate) rules: Option<PathBuf>,
    /// The agepatch.toml to use instead of the one beside the rules, the user's, and the system's.
    #[arg(long, value_name = "FILE", global = true, value_hint = ValueHint::FilePath)]
    pub(crate) settings: Option<PathBuf>,
    /// A private key to decrypt with (repeatable) [env: `AGEPATCH_IDENTITIES`, colon-separated].
    #[arg(short, long = "identity", value_name = "FILE", global = true)]
    pub(crate) identities: Vec<PathBuf>,
    /// What to print; check, doctor, and diff have more formats.
    #[arg(long, value_name = "FORMAT", global = true, value_parser = AnyFormat)]
    pub(crate) output: Option<String>,
    /// Print secrets.
    #[arg(long, global = true)]
    pub(crate) reveal: bool,
    /// When to use colours.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t, global = true)]
    pub(crate) color: Color,
    /// Print only errors and requested output.
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Log paths, keys, recipients, and timings to stderr, never a secret.
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

impl Global {
    /// The requested format, by the enum of the command's formats.
    pub(crate) fn format<F: ValueEnum + Default>(&self) -> F {
        self.output.as_deref().and_then(|word| F::from_str(word, false).ok()).unwrap_or_default()
    }

    /// Text or JSON; formats of a single command count as text here.
    pub(crate) fn mode(&self) -> Mode {
        match self.format() {
            TextOrJson::Json => Mode::Json,
            TextOrJson::Text => Mode::Text,
        }
    }
}
