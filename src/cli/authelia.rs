//! Arguments of `client` and `diagnose`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::edit::{EditOptions, ReadOptions};

/// `diagnose`
#[derive(Debug, Args)]
pub struct DiagnoseArgs {
    /// The Authelia file [default: the one of secrets.nix that is one].
    pub file: Option<String>,
    /// Authelia's log (`-`: stdin, the default).
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    pub log: Option<PathBuf>,
    /// The authorization URL from the browser's address bar.
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Apply the patch that mends it.
    #[arg(long)]
    pub apply: bool,
    /// What every editing command takes.
    #[command(flatten)]
    pub options: EditOptions,
}

/// `client`
#[derive(Debug, Args)]
pub struct ClientArgs {
    /// The Authelia file [default: the one of secrets.nix that is one].
    #[arg(short, long, value_name = "FILE", global = true)]
    pub file: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: ClientCommand,
}

/// The commands below `client`.
#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    /// List the clients.
    List {
        /// The file, as --file.
        #[arg(value_name = "FILE")]
        name: Option<String>,
        /// How the file is read.
        #[command(flatten)]
        read: ReadOptions,
    },
    /// Show one client, redacted.
    Show {
        /// Its `client_id`.
        id: String,
        /// How the file is read.
        #[command(flatten)]
        read: ReadOptions,
    },
    /// Add a client, as the application needs it.
    Add(AddArgs),
    /// Set options of a client: KEY=VALUE, LIST+=VALUE, LIST-=VALUE.
    Set {
        /// Its `client_id`.
        id: String,
        /// The assignments.
        #[arg(required = true, value_name = "KEY=VALUE")]
        assignments: Vec<String>,
        /// What every editing command takes.
        #[command(flatten)]
        options: EditOptions,
    },
    /// Remove a client.
    Remove {
        /// Its `client_id`.
        id: String,
        /// What every editing command takes.
        #[command(flatten)]
        options: EditOptions,
    },
    /// Make a new secret: its digest here, the secret itself where the relying party reads it.
    Rotate {
        /// Its `client_id`.
        id: String,
        /// Where the relying party reads the secret (FILE#PATH) [default: as agepatch.toml says].
        #[arg(long, value_name = "FILE#PATH")]
        secret_to: Option<String>,
        /// What every editing command takes.
        #[command(flatten)]
        options: EditOptions,
    },
    /// Prove that both halves of the secret agree.
    Verify {
        /// Its `client_id` [default: every client of agepatch.toml].
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
    Profiles {
        /// A part of the name.
        search: Option<String>,
    },
}

/// `client add`
#[derive(Debug, Args)]
pub struct AddArgs {
    /// The new `client_id` [default: the profile's].
    pub id: Option<String>,
    /// The application.
    #[arg(long, value_name = "APP")]
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
pub struct ProbeArgs {
    /// The `client_id`.
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
