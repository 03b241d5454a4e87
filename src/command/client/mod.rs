//! `agepatch client`: the OIDC clients of an Authelia file, by `client_id`.

mod add;
mod find;
mod halves;
mod handover;
pub(crate) mod list;
#[cfg(feature = "probe")]
pub(crate) mod probe;
pub(crate) mod profiles;
mod remove;
mod rotate;
mod secret;
mod set;
pub(crate) mod show;
pub(crate) mod verify;

use std::process::ExitCode;

use crate::app::Context;
use crate::app::reading::authelia_file;
use crate::error::Result;

use crate::app::complete;
use clap::{Args, Subcommand};
pub(super) use halves::{Halves, compare, contract, digest_of, halves, read, within};

/// `client`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch client list
  agepatch client add --profile grafana --url https://grafana.example.com \\
    --secret-to grafana-env.age#GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET
  agepatch client rotate grafana --commit")]
pub(crate) struct ClientArgs {
    /// The Authelia file [default: the only one in the repository].
    #[arg(short, long, value_name = "FILE", global = true)]
    #[arg(add = complete::files())]
    pub(crate) file: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: ClientCommand,
}

/// The commands below `client`.
#[derive(Debug, Subcommand)]
pub(crate) enum ClientCommand {
    /// List the clients.
    List(list::ListArgs),
    /// Show one client, redacted.
    Show(show::ShowArgs),
    /// Register an application, by its profile or by its redirect URIs.
    Add(add::AddArgs),
    /// Set options of a client: KEY=VALUE, LIST+=VALUE, LIST-=VALUE.
    Set(set::SetArgs),
    /// Remove a client.
    Remove(remove::RemoveArgs),
    /// Generate a new secret, for Authelia and for the application.
    Rotate(rotate::RotateArgs),
    /// Check that the application's secret matches the registered digest.
    Verify(verify::VerifyArgs),
    /// Ask the running Authelia whether it accepts a client.
    #[cfg(feature = "probe")]
    Probe(probe::ProbeArgs),
    /// List the known applications, or show what one is registered with.
    Profiles(profiles::ProfilesArgs),
}

impl ClientArgs {
    /// Whether the command changes no file.
    pub(crate) fn only_reads(&self) -> bool {
        matches!(self.command, ClientCommand::List(_) | ClientCommand::Show(_) | ClientCommand::Verify(_))
    }
}

/// Runs the command below `client`.
pub(crate) fn run(args: &ClientArgs, context: &mut Context) -> Result<ExitCode> {
    let file = |context: &Context| authelia_file(args.file.as_deref(), context);
    match &args.command {
        ClientCommand::Profiles(args) => profiles::run(args, context),
        ClientCommand::List(list) if list.name.is_some() => {
            list::run(&authelia_file(list.name.as_deref(), context)?, list, context)
        }
        ClientCommand::List(args) => list::run(&file(context)?, args, context),
        ClientCommand::Show(args) => show::run(&file(context)?, args, context),
        ClientCommand::Add(args) => add::run(&file(context)?, args, context),
        ClientCommand::Set(args) => set::run(&file(context)?, args, context),
        ClientCommand::Remove(args) => remove::run(&file(context)?, args, context),
        ClientCommand::Rotate(args) => rotate::run(&file(context)?, args, context),
        ClientCommand::Verify(args) => verify::run(&file(context)?, args, context),
        #[cfg(feature = "probe")]
        ClientCommand::Probe(args) => probe::run(&file(context)?, args, context),
    }
}
