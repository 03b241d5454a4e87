//! The formats of files, and how a file's format is guessed.

/// A document's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Format {
    /// YAML 1.2.
    Yaml,
    /// JSON.
    Json,
    /// `KEY=value` lines, as systemd's `EnvironmentFile=` and docker read them.
    Dotenv,
    /// TOML.
    Toml,
    /// Anything: one value, the whole content.
    Raw,
}

impl Format {
    /// The name used on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::Dotenv => "dotenv",
            Self::Toml => "toml",
            Self::Raw => "raw",
        }
    }
}
