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

impl Format {
    /// Guesses a file's format from its name, with `.age` taken off: its ending, or the word `env` as its last part.
    pub fn guess(name: &str) -> Self {
        let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
        let name = name.strip_suffix(".age").unwrap_or(&name);
        match name.rsplit(['.', '-', '_']).next() {
            Some("json") => Self::Json,
            Some("toml") => Self::Toml,
            Some("env" | "dotenv") => Self::Dotenv,
            _ => Self::Yaml,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_format() {
        let cases = [
            ("authelia-secrets.age", Format::Yaml),
            ("secrets/x.json.age", Format::Json),
            ("mediamanager-env.age", Format::Dotenv),
            (".env", Format::Dotenv),
            ("a.toml", Format::Toml),
            ("x.yaml.age", Format::Yaml),
        ];
        for (name, format) in cases {
            assert_eq!(Format::guess(name), format, "{name}");
        }
    }
}
