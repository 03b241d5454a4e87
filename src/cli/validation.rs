//! Arguments of `check` and `explain`.

use std::path::PathBuf;

use clap::Args;

use super::complete;
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
#[command(after_help = "\
Examples:
  agepatch check
  agepatch check authelia-secrets --with configuration.yml
  agepatch check --fix
  agepatch check --output sarif > findings.sarif
  agepatch check - --as authelia.yml < configuration.yml

Exit 1 where Authelia would refuse the configuration. `agepatch explain RULE` tells more of each finding.")]
pub struct CheckArgs {
    /// The files [default: every file with a schema].
    #[arg(add = complete::files())]
    pub files: Vec<String>,
    /// A further Authelia configuration file or directory, in the order in which Authelia gets them (repeatable).
    #[arg(long, value_name = "FILE")]
    pub with: Vec<PathBuf>,
    /// The Authelia version whose rules apply.
    #[arg(long, value_name = "VERSION")]
    pub authelia: Option<String>,
    /// The filters that Authelia applies to its files (`X_AUTHELIA_CONFIG_FILTERS`): template, expand-env.
    #[arg(long, value_name = "FILTERS", value_delimiter = ',')]
    pub filters: Option<Vec<String>>,
    /// More of the configuration is in the environment or in secret files: do not report missing options as errors.
    #[arg(long)]
    pub part: bool,
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
#[command(after_help = "\
Examples:
  agepatch explain
  agepatch explain token-endpoint-auth-method")]
pub struct ExplainArgs {
    /// The rule [default: list them].
    #[arg(add = complete::rules())]
    pub rule: Option<String>,
}
