//! The formats of files, and how a file's format is guessed.

/// A document's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// YAML 1.2.
    Yaml,
    /// JSON.
    Json,
    /// `KEY=value` lines, as systemd's `EnvironmentFile=` and docker read them.
    Dotenv,
    /// TOML.
    Toml,
    /// `key = value` lines in `[sections]`.
    Ini,
    /// Anything else: the complete content is one value.
    Raw,
    /// sops' own `.env` store, which has no quotes; the sops container chooses it.
    SopsDotenv,
    /// sops' own ini store; the sops container chooses it.
    SopsIni,
}

impl Format {
    /// The formats that a user can name.
    pub const NAMED: [Self; 6] = [Self::Yaml, Self::Json, Self::Dotenv, Self::Toml, Self::Ini, Self::Raw];

    /// The name used on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::Dotenv | Self::SopsDotenv => "dotenv",
            Self::Toml => "toml",
            Self::Ini | Self::SopsIni => "ini",
            Self::Raw => "raw",
        }
    }

    /// Whether every scalar is text, whatever it looks like.
    pub fn is_text_only(self) -> bool {
        matches!(self, Self::Dotenv | Self::SopsDotenv | Self::Ini | Self::SopsIni | Self::Raw)
    }

    /// Whether it is a flat list of variables, whose names are taken literally.
    pub fn is_variables(self) -> bool {
        matches!(self, Self::Dotenv | Self::SopsDotenv)
    }

    /// The format of this name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|format| format.name().eq_ignore_ascii_case(name))
    }

    /// The format of a file by its name without `.age`: by its extension, or by the word `env` as its last part.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
        let name = name.strip_suffix(".age").unwrap_or(&name);
        match name.rsplit_once(['.', '-', '_']).map(|(_, last)| last) {
            Some("json") => Some(Self::Json),
            Some("yaml" | "yml") => Some(Self::Yaml),
            Some("toml") => Some(Self::Toml),
            Some("ini" | "nmconnection") if name.contains('.') => Some(Self::Ini),
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
    fn names_decide_the_format() {
        let cases = [
            ("authelia-secrets.age", None),
            ("secrets/x.json.age", Some(Format::Json)),
            ("mediamanager-env.age", Some(Format::Dotenv)),
            ("env.age", Some(Format::Dotenv)),
            (".env", Some(Format::Dotenv)),
            ("a.toml", Some(Format::Toml)),
            ("wifi.nmconnection.age", Some(Format::Ini)),
            ("x.ini", Some(Format::Ini)),
            ("ini", None),
            ("x.yaml.age", Some(Format::Yaml)),
            ("json", None),
            ("ssh-key.age", None),
        ];
        for (name, format) in cases {
            assert_eq!(Format::of_name(name), format, "{name}");
        }
    }
}
