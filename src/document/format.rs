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
    /// The format that a file's name tells, with `.age` taken off: its ending, or the word `env` as its last part.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
        let name = name.strip_suffix(".age").unwrap_or(&name);
        match name.rsplit_once(['.', '-', '_']).map(|(_, last)| last) {
            Some("json") => Some(Self::Json),
            Some("yaml" | "yml") => Some(Self::Yaml),
            Some("toml") => Some(Self::Toml),
            Some("env" | "dotenv") => Some(Self::Dotenv),
            Some(ending @ ("pem" | "key" | "crt" | "txt")) if name.ends_with(&format!(".{ending}")) => Some(Self::Raw),
            _ if name == "env" => Some(Self::Dotenv),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_format() {
        let cases = [
            ("authelia-secrets.age", None),
            ("secrets/x.json.age", Some(Format::Json)),
            ("mediamanager-env.age", Some(Format::Dotenv)),
            ("env.age", Some(Format::Dotenv)),
            (".env", Some(Format::Dotenv)),
            ("a.toml", Some(Format::Toml)),
            ("x.yaml.age", Some(Format::Yaml)),
            ("json", None),
            ("ssh-key.age", None),
        ];
        for (name, format) in cases {
            assert_eq!(Format::of_name(name), format, "{name}");
        }
    }
}
