//! Options that several commands take.

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueHint};

use crate::document::Format;
use crate::error::{Error, Kind, Result};
use crate::output::{Color, Mode};

/// Options of every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Run as if started in DIR.
    #[arg(short = 'C', long, value_name = "DIR", global = true)]
    pub(crate) directory: Option<PathBuf>,
    /// The secrets.nix to use [default: searched upwards and in secrets/]; `SOPS_CONFIG` names another .sops.yaml.
    // An empty variable is one that is not set, as the shell scripts of agenix have it.
    #[arg(long, value_name = "FILE", env = "RULES", hide_env_values = true, global = true, value_hint = ValueHint::FilePath,
          value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(crate) rules: Option<PathBuf>,
    /// The agepatch.toml to use, in place of the one beside the rules, the user's, and the system's.
    #[arg(long, value_name = "FILE", global = true, value_hint = ValueHint::FilePath)]
    pub(crate) settings: Option<PathBuf>,
    /// A private key to decrypt with (repeatable) [env: `AGEPATCH_IDENTITIES`, colon-separated].
    #[arg(short, long = "identity", value_name = "FILE", global = true)]
    pub(crate) identities: Vec<PathBuf>,
    /// What to print: text for people, json for programs; check, doctor and diff know more.
    #[arg(long, value_name = "FORMAT", global = true)]
    pub(crate) output: Option<String>,
    /// Show secrets.
    #[arg(long, global = true)]
    pub(crate) reveal: bool,
    /// When to use colours.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t, global = true)]
    pub(crate) color: Color,
    /// Say only what went wrong, and what was asked for.
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say where, by which keys, for whom, and how long it takes (on stderr, never a secret).
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

impl Global {
    /// Text or JSON; formats that only one command knows count as text here.
    pub(crate) fn mode(&self) -> Mode {
        if self.output.as_deref() == Some("json") { Mode::Json } else { Mode::Text }
    }
}

/// How a file is read.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ReadOptions {
    /// The file's format [default: guessed from its name and content].
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// The name under which stdin is read.
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) as_name: Option<String>,
    /// Read a sops file even if a value or its MAC does not verify; nothing can be written then.
    #[arg(long)]
    pub(crate) ignore_mac: bool,
}

/// What every editing command takes.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct EditOptions {
    /// How the file is read.
    #[command(flatten)]
    pub(crate) read: ReadOptions,
    /// Show what would change, and write nothing.
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
    /// Refuse unless the ciphertext that was read has this SHA-256 (as `show --output json` gives it).
    #[arg(long, value_name = "SHA256")]
    pub(crate) expect: Option<String>,
    /// Edit even if the edit introduces an error that Authelia would refuse.
    #[arg(long)]
    pub(crate) no_check: bool,
    /// Allow a result that is empty.
    #[arg(long)]
    pub(crate) allow_empty: bool,
    /// Commit the edit.
    #[arg(long)]
    pub(crate) commit: bool,
    /// What the commit says.
    #[command(flatten)]
    pub(crate) message: CommitOptions,
}

/// What a commit says.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Commit options")]
pub(crate) struct CommitOptions {
    /// What was done, instead of a subject made from the change; further paragraphs and trailers are kept.
    #[arg(short, long, value_name = "TEXT")]
    pub(crate) message: Option<String>,
    /// The conventional type (feat, fix, chore, …), instead of the one that follows from the change.
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) kind: Option<String>,
    /// The scope, instead of agepatch.toml's or the one most used for the file.
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Option<String>,
    /// A task the commit belongs to (repeatable).
    #[arg(long = "task", value_name = "ID", num_args = 1..)]
    pub(crate) tasks: Vec<String>,
    /// How it belongs to the tasks.
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
    /// Refuses options of a commit where none is made.
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
            Some((option, _)) => Err(Error::new(Kind::Usage, format!("{option} has no effect without --commit"))
                .hint("add --commit, or commit later with `agepatch commit`")),
            None => Ok(()),
        }
    }
}

/// How a commit belongs to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "PascalCase")]
pub(crate) enum Relation {
    /// The task is done with it.
    #[value(alias = "resolves")]
    Resolves,
    /// It has to do with the task.
    #[value(alias = "related")]
    Related,
    /// It mends what the task reports.
    #[value(alias = "fixes")]
    Fixes,
    /// The task is closed with it.
    #[value(alias = "closes")]
    Closes,
    /// It is a part of the task.
    #[value(name = "Part-of", alias = "part-of")]
    PartOf,
}

/// Where a value comes from, and how it is read.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ValueArgs {
    /// The value. Secrets do not belong here: arguments stay in the shell's history.
    #[arg(allow_hyphen_values = true, conflicts_with_all = ["from_file", "from_env", "generate", "json_value", "from_stdin"])]
    pub(crate) value: Option<String>,
    /// Take the value from a file (`-`: stdin).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from_env", "generate", "json_value", "from_stdin"])]
    pub(crate) from_file: Option<PathBuf>,
    /// Take the value from stdin.
    #[arg(long, conflicts_with_all = ["from_env", "generate", "json_value"])]
    pub(crate) from_stdin: bool,
    /// Take the value from an environment variable.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["generate", "json_value"])]
    pub(crate) from_env: Option<String>,
    /// Generate a random, URL-safe value [default length: 72].
    #[arg(long, value_name = "LENGTH", num_args = 0..=1, default_missing_value = "72", conflicts_with = "json_value")]
    pub(crate) generate: Option<usize>,
    /// The value as JSON.
    #[arg(long, value_name = "JSON", allow_hyphen_values = true)]
    pub(crate) json_value: Option<String>,
    /// The value is a string, whatever it looks like.
    #[arg(long)]
    pub(crate) string: bool,
    /// The value is not a secret, so it may be an argument where nothing says that the place is public.
    #[arg(long)]
    pub(crate) public: bool,
}

/// What `check` and `doctor` print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum CheckOutput {
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
