//! The command line. Help, manual, and completions are generated from it.

mod completion;
mod deferred;
pub mod help;
pub mod reference;
mod run;
mod usage;

use clap::{CommandFactory, Parser, Subcommand};

use crate::app::options::Global;
use crate::command::add::AddArgs;
use crate::command::agenix::AgenixArgs;
use crate::command::apply::ApplyArgs;
use crate::command::blame::BlameArgs;
use crate::command::check::CheckArgs;
use crate::command::client::ClientArgs;
use crate::command::commit::CommitArgs;
use crate::command::completions::CompletionsArgs;
use crate::command::convert::ConvertArgs;
use crate::command::demo::DemoArgs;
use crate::command::diagnose::DiagnoseArgs;
use crate::command::diff::DiffArgs;
use crate::command::doctor::DoctorArgs;
use crate::command::edit::EditArgs;
use crate::command::exec::ExecArgs;
use crate::command::explain::ExplainArgs;
use crate::command::get::GetArgs;
use crate::command::git::GitArgs;
use crate::command::jj::JjArgs;
use crate::command::log::LogArgs;
use crate::command::man::ManArgs;
#[cfg(feature = "mcp")]
use crate::command::mcp::McpArgs;
use crate::command::merge_file::MergeFileArgs;
use crate::command::new::NewArgs;
use crate::command::recipients::RecipientsArgs;
use crate::command::rekey::RekeyArgs;
use crate::command::remove::RemoveArgs;
use crate::command::restore::RestoreArgs;
use crate::command::schema::SchemaArgs;
use crate::command::set::SetArgs;
use crate::command::show::ShowArgs;
use crate::command::status::StatusArgs;
use crate::command::textconv::TextconvArgs;
use crate::command::trust::TrustArgs;
use crate::command::unset::UnsetArgs;
use crate::command::write::WriteArgs;

pub(crate) use deferred::Deferred;
pub(crate) use run::run;

/// Edit encrypted files in git (agenix, ragenix, sops-nix) in place, review them redacted, commit them.
#[derive(Debug, Parser)]
#[command(name = "agepatch", version = env!("AGEPATCH_VERSION"), infer_subcommands = false, max_term_width = 100)]
#[command(after_help = "\
Examples:
  agepatch                  # what is here, and what to do next
  agepatch show app-env     # its keys; --reveal shows the values
  agepatch set app-env API_TOKEN --generate --commit
  agepatch diff

`agepatch help COMMAND` explains a command, `agepatch help agents` is for coding
agents. --help lists the options of every command.")]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub(crate) global: Global,
    /// agenix's options, in place of a command.
    #[command(flatten)]
    pub(crate) agenix: AgenixArgs,
    /// The command [default: status].
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// The command line's definition. Each command has its arguments after [`clap::Command::build`].
pub fn definition() -> clap::Command {
    <Cli as CommandFactory>::command()
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what is here, what changed, and what to do next.
    Status(Deferred<StatusArgs>),
    /// Print a file or a part of it, secrets hidden.
    Show(Deferred<ShowArgs>),
    /// Print one value.
    Get(Deferred<GetArgs>),
    /// Add or replace one value.
    Set(Deferred<SetArgs>),
    /// Remove values.
    Unset(Deferred<UnsetArgs>),
    /// Add a value to a list.
    Add(Deferred<AddArgs>),
    /// Remove a value from a list.
    Remove(Deferred<RemoveArgs>),
    /// Apply patches, to one file or atomically to several.
    Apply(Deferred<ApplyArgs>),
    /// Replace a file's content with stdin.
    Write(Deferred<WriteArgs>),
    /// Edit a file in your editor, on a copy that stays off the disk.
    Edit(Deferred<EditArgs>),
    /// Create a file, and add its rule to secrets.nix.
    New(Deferred<NewArgs>),
    /// Run a program with variables from encrypted files.
    Exec(Deferred<ExecArgs>),
    /// Show which values changed, secrets hidden.
    Diff(Deferred<DiffArgs>),
    /// List the commits that changed a file or a value in it.
    Log(Deferred<LogArgs>),
    /// Show which commit last set each value.
    Blame(Deferred<BlameArgs>),
    /// Restore a file, or a value in it, from a revision.
    Restore(Deferred<RestoreArgs>),
    /// Report what Authelia would reject or warn about.
    Check(Deferred<CheckArgs>),
    /// Explain a rule of `check`, and how to fix a violation.
    Explain(Deferred<ExplainArgs>),
    /// Manage the OIDC clients of an Authelia file.
    Client(Deferred<ClientArgs>),
    /// Find out from Authelia's log or a URL why a login fails.
    Diagnose(Deferred<DiagnoseArgs>),
    /// Check every file that the rules name.
    Doctor(Deferred<DoctorArgs>),
    /// Re-encrypt the files whose recipients drifted from the rules.
    Rekey(Deferred<RekeyArgs>),
    /// Convert age files to sops files, or the other way round.
    Convert(Deferred<ConvertArgs>),
    /// Show who can read a file, by the rules and by the file itself.
    Recipients(Deferred<RecipientsArgs>),
    /// Commit changed files, with a message generated from the change.
    Commit(Deferred<CommitArgs>),
    /// Set up git to show and merge encrypted files.
    Git(Deferred<GitArgs>),
    /// Set up Jujutsu to show and merge encrypted files.
    Jj(Deferred<JjArgs>),
    /// Print a file redacted; called by git diff and git log.
    Textconv(Deferred<TextconvArgs>),
    /// Merge three versions of a file; called by git merge.
    MergeFile(Deferred<MergeFileArgs>),
    /// Let this repository's settings run programs and read files outside.
    Trust(Deferred<TrustArgs>),
    /// Serve coding agents by the Model Context Protocol, over stdio.
    #[cfg(feature = "mcp")]
    Mcp(Deferred<McpArgs>),
    /// Walk through a complete example in a throwaway repository.
    Demo(Deferred<DemoArgs>),
    /// Print a completion script for a shell.
    Completions(Deferred<CompletionsArgs>),
    /// Print the manual page, or write all pages to a folder.
    Man(Deferred<ManArgs>),
    /// Print the JSON Schema of a command's JSON output.
    Schema(Deferred<SchemaArgs>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::schema::OUTPUTS;

    /// The names of all commands without subcommands.
    fn commands(of: &clap::Command, before: &str) -> Vec<String> {
        let below = of.get_subcommands().filter(|command| command.get_name() != "help");
        let words = |command: &clap::Command| format!("{before} {}", command.get_name()).trim().to_owned();
        below
            .flat_map(|command| match commands(command, &words(command)) {
                none if none.is_empty() => vec![words(command)],
                some => some,
            })
            .collect()
    }

    #[test]
    fn every_command_has_a_schema() {
        // The output of `mcp` is the protocol's, and that of `exec` the command's.
        let known = |command: &String| {
            ["mcp", "exec"].contains(&command.as_str()) || OUTPUTS.iter().any(|(known, _)| known == command)
        };
        let mut definition = definition();
        definition.build();
        let all = commands(&definition, "");
        assert!(all.len() > 30);
        assert_eq!(all.into_iter().filter(|command| !known(command)).collect::<Vec<_>>(), Vec::<String>::new());
    }
}
