//! Options that several commands take.

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueEnum, ValueHint};

use super::complete;
use super::output_format::{AnyFormat, TextOrJson};
use crate::document::Format;
use crate::error::{Error, ErrorKind, Result};
use crate::output::{Color, Mode};
use crate::shown;

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

/// The parts of a commit message.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Commit options")]
pub(crate) struct CommitOptions {
    /// The message [default: generated from the change].
    #[arg(short, long, value_name = "TEXT")]
    pub(crate) message: Option<String>,
    /// The type (feat, fix, chore, …) [default: from the change].
    #[arg(long = "type", value_name = "TYPE", add = complete::types())]
    pub(crate) kind: Option<String>,
    /// The scope [default: from agepatch.toml, else the file's most frequent one].
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Option<String>,
    /// A task that the commit belongs to (repeatable).
    #[arg(long = "task", value_name = "ID", num_args = 1.., add = complete::tasks())]
    pub(crate) tasks: Vec<String>,
    /// How the commit relates to the tasks.
    #[arg(long, value_enum, value_name = "RELATION")]
    pub(crate) relation: Option<Relation>,
    /// Mark the change as breaking.
    #[arg(long)]
    pub(crate) breaking: bool,
    /// Leave secrets.nix, .sops.yaml, and agepatch.toml out, even if their changes concern a committed file.
    #[arg(long)]
    pub(crate) no_rules: bool,
}

impl CommitOptions {
    /// Refuses commit options if no commit is requested.
    ///
    /// # Errors
    /// `usage`, naming the first one.
    pub(crate) fn refuse_without_commit(&self, commit: bool) -> Result<()> {
        let given = [
            ("--message", self.message.is_some()),
            ("--type", self.kind.is_some()),
            ("--scope", self.scope.is_some()),
            ("--task", !self.tasks.is_empty()),
            ("--relation", self.relation.is_some()),
            ("--breaking", self.breaking),
            ("--no-rules", self.no_rules),
        ];
        match given.into_iter().find(|(_, given)| *given && !commit) {
            Some((option, _)) => Err(Error::new(ErrorKind::Usage, shown!("{} has no effect without --commit", option))
                .hint("add --commit, or commit later with `agepatch commit`")),
            None => Ok(()),
        }
    }
}

/// How a commit relates to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "PascalCase")]
pub(crate) enum Relation {
    /// It resolves the task.
    #[value(alias = "resolves")]
    Resolves,
    /// It is related to the task.
    #[value(alias = "related")]
    Related,
    /// It fixes what the task reports.
    #[value(alias = "fixes")]
    Fixes,
    /// It closes the task.
    #[value(alias = "closes")]
    Closes,
    /// It is part of the task.
    #[value(name = "Part-of", alias = "part-of")]
    PartOf,
}

/// The length of a generated value.
pub(crate) const GENERATED_LENGTH: &str = "72";

/// Where a value comes from, and how it is read.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ValueArgs {
    /// The value; not for secrets, since arguments stay in the shell's history.
    #[arg(allow_hyphen_values = true, conflicts_with_all = ["from_file", "from_env", "generate", "json_value", "from_stdin"])]
    pub(crate) value: Option<String>,
    /// Read the value from a file (`-` for stdin).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from_env", "generate", "json_value", "from_stdin"])]
    pub(crate) from_file: Option<PathBuf>,
    /// Read the value from stdin.
    #[arg(long, conflicts_with_all = ["from_env", "generate", "json_value"])]
    pub(crate) from_stdin: bool,
    /// Read the value from an environment variable.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["generate", "json_value"])]
    pub(crate) from_env: Option<String>,
    /// Generate a random, URL-safe value [default length: 72].
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
