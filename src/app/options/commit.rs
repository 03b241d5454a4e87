//! The options of commands that commit.

use clap::Args;

use crate::app::complete;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;

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
    #[arg(long, value_name = "SCOPE", add = complete::scopes())]
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
