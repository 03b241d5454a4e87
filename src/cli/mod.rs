//! The command line: its flags are documented where they are defined; help, manual and completions are made from them.

mod completion;
pub mod reference;
mod run;
mod usage;

use clap::{Parser, Subcommand};

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
use crate::command::explain::ExplainArgs;
use crate::command::get::GetArgs;
use crate::command::git::GitArgs;
use crate::command::jj::JjArgs;
use crate::command::log::LogArgs;
use crate::command::man::ManArgs;
#[cfg(feature = "mcp")]
use crate::command::mcp::McpArgs;
use crate::command::merge_file::MergeFileArgs;
use crate::command::recipients::RecipientsArgs;
use crate::command::rekey::RekeyArgs;
use crate::command::remove::RemoveArgs;
use crate::command::restore::RestoreArgs;
use crate::command::schema::SchemaArgs;
use crate::command::set::SetArgs;
use crate::command::show::ShowArgs;
use crate::command::textconv::TextconvArgs;
use crate::command::trust::TrustArgs;
use crate::command::unset::UnsetArgs;
use crate::command::write::WriteArgs;

pub(crate) use run::run;

/// Edit age-encrypted configuration in place: structured patches, semantic diffs, Authelia's own checks, conventional commits.
#[derive(Debug, Parser)]
#[command(name = "agepatch", version = env!("AGEPATCH_VERSION"), propagate_version = true, infer_subcommands = false, max_term_width = 100)]
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
    pub(crate) global: Global,
    /// agenix's options, in place of a command.
    #[command(flatten)]
    pub(crate) agenix: AgenixArgs,
    /// The command; without one, agepatch tells where one stands.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
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
    /// Check every file of secrets.nix and .sops.yaml.
    Doctor(DoctorArgs),
    /// Re-encrypt what drifted from the rules.
    Rekey(RekeyArgs),
    /// Convert age files into sops files, or the other way round.
    Convert(ConvertArgs),
    /// Show who can read a file: by the rules, by its header, and the difference.
    Recipients(RecipientsArgs),
    /// Commit what changed as a conventional commit.
    Commit(CommitArgs),
    /// Make git show and merge encrypted files by meaning.
    Git(GitArgs),
    /// Make Jujutsu show and merge encrypted files.
    Jj(JjArgs),
    /// Print a file redacted, for git diff and git log (what git calls).
    Textconv(TextconvArgs),
    /// Merge three versions of a file by meaning (what git calls).
    MergeFile(MergeFileArgs),
    /// Allow this repository's settings to run programs and to reach outside of it.
    Trust(TrustArgs),
    /// Serve coding agents by the Model Context Protocol on stdin and stdout.
    #[cfg(feature = "mcp")]
    Mcp(McpArgs),
    /// Play the whole story in a throwaway repository.
    Demo(DemoArgs),
    /// Print a completion script for a shell.
    Completions(CompletionsArgs),
    /// Print the manual page, or write all of them into a folder.
    Man(ManArgs),
    /// Print the JSON Schema of a command's JSON output.
    Schema(SchemaArgs),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::schema::OUTPUTS;

    /// The words of every command that has none below it.
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
        // What `mcp` prints is the protocol's.
        let known = |command: &String| command == "mcp" || OUTPUTS.iter().any(|(known, _)| known == command);
        let all = commands(&<Cli as clap::CommandFactory>::command(), "");
        assert!(all.len() > 30);
        assert_eq!(all.into_iter().filter(|command| !known(command)).collect::<Vec<_>>(), Vec::<String>::new());
    }
}
