//! The arguments of `agepatch convert`.

use clap::Args;

use crate::app::complete;
use crate::container::{self, ContainerKind};

/// `convert`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch convert app-config.age --to sops
  agepatch convert wifi.age media-env.age --to sops --into galactica.yaml
  agepatch convert galactica.yaml#media-env --to age
  agepatch convert galactica.yaml --to age --remove

The rules must name the new file. Comments and layout stay, and both files are
compared before the old one is removed. The output lists what to change in the
NixOS configuration.")]
pub(crate) struct ConvertArgs {
    /// The files, or values of files (`FILE#PATH`).
    #[arg(required = true, add = complete::files())]
    pub(crate) files: Vec<String>,
    /// The kind of the new file.
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) to: TargetKind,
    /// The new file; a sops file receives each FILE as a value [default: named after FILE].
    #[arg(long, value_name = "FILE", add = complete::files())]
    pub(crate) into: Option<String>,
    /// Remove the old files, once the new ones hold the same.
    #[arg(long)]
    pub(crate) remove: bool,
    /// Allow values that the selectors of the creation rule leave in plaintext.
    #[arg(long)]
    pub(crate) allow_plaintext: bool,
    /// Show what would be done, and write nothing.
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
}

/// The kinds of encrypted files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum TargetKind {
    /// A sops file, for the recipients in .sops.yaml.
    Sops,
    /// An age file, for the recipients in secrets.nix.
    Age,
}

impl TargetKind {
    /// Whether the bytes are a file of this kind.
    pub(super) fn includes(self, name: &str, bytes: &[u8]) -> bool {
        let kind = match self {
            Self::Sops => ContainerKind::Sops,
            Self::Age => ContainerKind::Age,
        };
        container::detect(name, bytes).kind() == kind
    }
}
