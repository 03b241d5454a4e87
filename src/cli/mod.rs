//! The command line: its flags are documented where they are defined; help, manual and completions are made from them.

mod agenix;
mod authelia;
mod complete;
mod edit;
mod git;
mod history;
pub mod reference;
mod repository;
mod shell;
mod trust;
mod validation;

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueHint};

pub use agenix::AgenixArgs;
pub use authelia::{AddArgs as ClientAddArgs, ClientArgs, ClientCommand, DiagnoseArgs, ProbeArgs};
pub use edit::{
    AddArgs, ApplyArgs, CommitOptions, EditArgs, EditOptions, GetArgs, ReadOptions, RemoveArgs, SetArgs, ShowArgs,
    UnsetArgs, ValueSource, WriteArgs,
};
pub use git::{Favor, GitArgs, GitCommand, GitSetupArgs, MergeFileArgs, TextconvArgs};
pub use history::{BlameArgs, DiffArgs, DiffOutput, LogArgs, RestoreArgs};
pub use repository::{
    CommitArgs, CompletionsArgs, DemoArgs, DoctorArgs, ManArgs, RecipientsArgs, RekeyArgs, Relation, SchemaArgs,
};
pub use shell::Shell;
pub use trust::TrustArgs;
pub use validation::{CheckArgs, CheckOutput, ExplainArgs};

use crate::output::{Color, Mode};

/// Edit age-encrypted configuration in place: structured patches, semantic diffs, Authelia's own checks, conventional commits.
#[derive(Debug, Parser)]
#[command(name = "agepatch", version, propagate_version = true, infer_subcommands = false, max_term_width = 100)]
#[command(after_help = "\
Examples:
  agepatch
  agepatch show authelia-secrets
  agepatch set authelia-secrets 'identity_providers.oidc.clients[media].client_name' Media --commit
  agepatch check
  agepatch diagnose --log authelia.log

Without a command agepatch tells where one stands: repository, rules, identities, files.")]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// agenix's options, in place of a command.
    #[command(flatten)]
    pub agenix: AgenixArgs,
    /// The command; without one, agepatch tells where one stands.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Run as if started in DIR.
    #[arg(short = 'C', long, value_name = "DIR", global = true)]
    pub directory: Option<PathBuf>,
    /// The file that says who may read each secret [default: secrets.nix, searched upwards and in secrets/].
    // An empty variable is one that is not set, as the shell scripts of agenix have it.
    #[arg(long, value_name = "FILE", env = "RULES", hide_env_values = true, global = true, value_hint = ValueHint::FilePath,
          value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub rules: Option<PathBuf>,
    /// The agepatch.toml to use, in place of the one beside the rules, the user's, and the system's.
    #[arg(long, value_name = "FILE", global = true, value_hint = ValueHint::FilePath)]
    pub settings: Option<PathBuf>,
    /// A private key to decrypt with (repeatable) [env: `AGEPATCH_IDENTITIES`, colon-separated].
    #[arg(short, long = "identity", value_name = "FILE", global = true)]
    pub identities: Vec<PathBuf>,
    /// What to print: text for people, json for programs; check, doctor and diff know more.
    #[arg(long, value_name = "FORMAT", global = true)]
    pub output: Option<String>,
    /// Show secrets.
    #[arg(long, global = true)]
    pub reveal: bool,
    /// When to use colours.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t, global = true)]
    pub color: Color,
    /// Say only what went wrong, and what was asked for.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say where, by which keys, for whom, and how long it takes (on stderr, never a secret).
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

impl Global {
    /// Text or JSON; formats that only one command knows count as text here.
    pub fn mode(&self) -> Mode {
        if self.output.as_deref() == Some("json") { Mode::Json } else { Mode::Text }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print a file with its secrets redacted, or a part of it.
    Show(ShowArgs),
    /// Print one value.
    Get(GetArgs),
    /// Add or replace one value.
    Set(SetArgs),
    /// Remove values.
    Unset(UnsetArgs),
    /// Append to a list what it does not hold yet.
    Add(AddArgs),
    /// Take a value out of a list.
    Remove(RemoveArgs),
    /// Apply patches: RFC 6902, RFC 7386, or a patch set over several files.
    Apply(ApplyArgs),
    /// Replace the whole content with stdin, without decrypting the old one.
    Write(WriteArgs),
    /// Open a file in an editor, on a copy in memory-backed storage.
    Edit(EditArgs),
    /// Show what changed, by meaning and redacted.
    Diff(DiffArgs),
    /// List the commits that changed a file or a value in it.
    Log(LogArgs),
    /// Tell for each value which commit last set it.
    Blame(BlameArgs),
    /// Set a file, or a value in it, back to what it was at a revision.
    Restore(RestoreArgs),
    /// Say what Authelia would say of the configuration.
    Check(CheckArgs),
    /// Tell what a rule means, why, and how to mend it.
    Explain(ExplainArgs),
    /// The OIDC clients of an Authelia file.
    Client(ClientArgs),
    /// Find out from Authelia's log or an authorization URL why login fails.
    Diagnose(DiagnoseArgs),
    /// Check every file of secrets.nix.
    Doctor(DoctorArgs),
    /// Re-encrypt what drifted from the rules.
    Rekey(RekeyArgs),
    /// Show who can read a file: by the rules, by its header, and the difference.
    Recipients(RecipientsArgs),
    /// Commit what changed as a conventional commit.
    Commit(CommitArgs),
    /// Make git show and merge encrypted files by meaning.
    Git(GitArgs),
    /// Print a file redacted, for git diff and git log (what git calls).
    Textconv(TextconvArgs),
    /// Merge three versions of a file by meaning (what git calls).
    MergeFile(MergeFileArgs),
    /// Allow this repository's settings to run programs and to reach outside of it.
    Trust(TrustArgs),
    /// Play the whole story in a throwaway repository.
    Demo(DemoArgs),
    /// Print a completion script for a shell.
    Completions(CompletionsArgs),
    /// Print the manual page, or write all of them into a folder.
    Man(ManArgs),
    /// Print the JSON Schema of a command's JSON output.
    Schema(SchemaArgs),
}
