//! Arguments of `check` and `explain`.

use std::path::PathBuf;

use clap::Args;

use super::edit::ReadOptions;
use crate::check::Severity;

/// What `check` and `doctor` print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum CheckOutput {
    /// For people.
    #[default]
    Text,
    /// The contract's JSON.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// GitHub annotations.
    Github,
}

/// `check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The files [default: every file with a schema].
    pub files: Vec<String>,
    /// A further Authelia configuration file, in the order in which Authelia gets them (repeatable).
    #[arg(long, value_name = "FILE")]
    pub with: Vec<PathBuf>,
    /// The Authelia version whose rules apply.
    #[arg(long, value_name = "VERSION")]
    pub authelia: Option<String>,
    /// Apply the fixes that are safe.
    #[arg(long)]
    pub fix: bool,
    /// The least severity to report.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub min_severity: Option<Severity>,
    /// How the files are read.
    #[command(flatten)]
    pub read: ReadOptions,
}

/// `explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The rule [default: list them].
    pub rule: Option<String>,
}
