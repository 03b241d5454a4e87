//! Arguments of `client` and `diagnose`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::complete;
use super::edit::{EditOptions, ReadOptions};

/// `diagnose`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch diagnose --log authelia.log
  journalctl -u authelia-main -o cat | agepatch diagnose
  agepatch diagnose --log authelia.log --apply --commit --task task-118
  agepatch diagnose --log authelia.log --apply --client media --cause scope
  agepatch diagnose --url 'https://auth.example.com/api/oidc/authorization?client_id=media&redirect_uri=https%3A%2F%2Fmedia.example.com%2Fcallback'

Exit 0 if a cause was found, 1 if not.")]
pub struct DiagnoseArgs {
    /// The Authelia file [default: the one of secrets.nix that is one].
    #[arg(add = complete::files())]
    pub file: Option<String>,
    /// Authelia's log (`-`: stdin, the default).
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    pub log: Option<PathBuf>,
    /// The authorization URL from the browser's address bar.
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Only findings about this client (repeatable).
    #[arg(long, value_name = "ID")]
    pub client: Vec<String>,
    /// Only findings of this cause, such as redirect-uri (repeatable).
    #[arg(long, value_name = "NAME")]
    pub cause: Vec<String>,
    /// Apply the patch; one that widens what Authelia accepts needs --client and --cause as well.
    #[arg(long)]
    pub apply: bool,
    /// What every editing command takes.
    #[command(flatten)]
    pub options: EditOptions,
}

/// `client`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch client list
  agepatch client add --profile grafana --url https://grafana.example.com --secret-to grafana-env.age#OIDC_SECRET
  agepatch client rotate mediamanager --commit")]
pub struct ClientArgs {
    /// The Authelia file [default: the one of secrets.nix that is one].
    #[arg(short, long, value_name = "FILE", global = true)]
    #[arg(add = complete::files())]
    pub file: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: ClientCommand,
}

/// The commands below `client`.
#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    /// List the clients.
    #[command(after_help = "\
Examples:
  agepatch client list
  agepatch client list --output json
  agepatch client list configuration.yml")]
    List {
        /// The file, as --file.
        #[arg(value_name = "FILE")]
        name: Option<String>,
        /// How the file is read.
        #[command(flatten)]
        read: ReadOptions,
    },
    /// Show one client, redacted.
    #[command(after_help = "\
Examples:
  agepatch client show mediamanager")]
    Show {
        /// Its `client_id`.
        #[arg(add = complete::clients())]
        id: String,
        /// How the file is read.
        #[command(flatten)]
        read: ReadOptions,
    },
    /// Add a client, as the application needs it.
    Add(AddArgs),
    /// Set options of a client: KEY=VALUE, LIST+=VALUE, LIST-=VALUE.
    #[command(after_help = "\
Examples:
  agepatch client set mediamanager token_endpoint_auth_method=client_secret_basic
  agepatch client set mediamanager scopes+=groups redirect_uris-=https://old.example.com/callback --commit")]
    Set {
        /// Its `client_id`.
        #[arg(add = complete::clients())]
        id: String,
        /// The assignments.
        #[arg(required = true, value_name = "KEY=VALUE")]
        assignments: Vec<String>,
        /// What every editing command takes.
        #[command(flatten)]
        options: EditOptions,
    },
    /// Remove a client.
    #[command(after_help = "\
Examples:
  agepatch client remove mediamanager --commit")]
    Remove {
        /// Its `client_id`.
        #[arg(add = complete::clients())]
        id: String,
        /// What every editing command takes.
        #[command(flatten)]
        options: EditOptions,
    },
    /// Make a new secret: its digest here, the secret itself where the relying party reads it.
    #[command(after_help = "\
Examples:
  agepatch client rotate mediamanager --commit
  agepatch client rotate mediamanager --secret-to media-env.age#OIDC_CLIENT_SECRET")]
    Rotate {
        /// Its `client_id`.
        #[arg(add = complete::clients())]
        id: String,
        /// Where the relying party reads the secret (FILE#PATH) [default: as agepatch.toml says].
        #[arg(long, value_name = "FILE#PATH")]
        secret_to: Option<String>,
        /// What every editing command takes.
        #[command(flatten)]
        options: EditOptions,
    },
    /// Prove that both halves of the secret agree.
    #[command(after_help = "\
Examples:
  agepatch client verify
  agepatch client verify mediamanager --secret-from media-env.age#OIDC_CLIENT_SECRET")]
    Verify {
        /// Its `client_id` [default: every client of agepatch.toml].
        #[arg(add = complete::clients())]
        id: Option<String>,
        /// Where the relying party reads the secret (FILE#PATH) [default: as agepatch.toml says].
        #[arg(long, value_name = "FILE#PATH")]
        secret_from: Option<String>,
        /// How the file is read.
        #[command(flatten)]
        read: ReadOptions,
    },
    /// Ask the running Authelia whether client, secret and method are accepted.
    Probe(ProbeArgs),
    /// List the applications whose registration is known.
    #[command(after_help = "\
Examples:
  agepatch client profiles
  agepatch client profiles media")]
    Profiles {
        /// A part of the name.
        search: Option<String>,
    },
}

/// `client add`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch client profiles
  agepatch client add --profile grafana --url https://grafana.example.com --secret-to grafana-env.age#OIDC_SECRET
  agepatch client add notes --redirect-uri https://notes.example.com/callback --public")]
pub struct AddArgs {
    /// The new `client_id` [default: the profile's].
    #[arg(add = complete::clients())]
    pub id: Option<String>,
    /// The application.
    #[arg(long, value_name = "APP")]
    #[arg(add = complete::profiles())]
    pub profile: Option<String>,
    /// Where the application is.
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Where the relying party reads the secret (FILE#PATH) [default: as agepatch.toml says].
    #[arg(long, value_name = "FILE#PATH")]
    pub secret_to: Option<String>,
    /// A redirect URI, where no profile is given (repeatable).
    #[arg(long = "redirect-uri", value_name = "URI")]
    pub redirect_uris: Vec<String>,
    /// A public client: no secret.
    #[arg(long)]
    pub public: bool,
    /// The authorization policy.
    #[arg(long, value_name = "POLICY")]
    pub policy: Option<String>,
    /// What every editing command takes.
    #[command(flatten)]
    pub options: EditOptions,
}

/// `client probe`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch client probe mediamanager --issuer https://auth.example.com
  agepatch client probe mediamanager --issuer https://auth.example.com --secret-from media-env.age#OIDC_CLIENT_SECRET

Exit 0 where the client is accepted, 1 where not.")]
pub struct ProbeArgs {
    /// The `client_id`.
    #[arg(add = complete::clients())]
    pub id: String,
    /// The running Authelia.
    #[arg(long, value_name = "URL")]
    pub issuer: String,
    /// A further certificate authority to trust, as PEM.
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Where the relying party reads the secret (FILE#PATH) [default: as agepatch.toml says].
    #[arg(long, value_name = "FILE#PATH")]
    pub secret_from: Option<String>,
    /// How many seconds to wait for an answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub timeout: u64,
    /// How the file is read.
    #[command(flatten)]
    pub read: ReadOptions,
}
