//! The table of formats, and how a file's name implies one.

use super::content::Content;
use super::dotenv::DOTENV;
use super::engine::{Engine, FormatInfo, Paths};
use super::ini::{INI, SOPS_DOTENV, SOPS_INI};
use super::path::Path;
use super::pointer::Pointer;
use super::raw::RAW;
use super::toml::TOML;
use super::value::Value;
use super::yaml::{JSON, YAML, has_json_comments};
use crate::error::{Error, ErrorKind, Result};
use crate::shown::KeyName;

macro_rules! formats {
    (
        named { $($(#[$doc:meta])* $named:ident = $info:ident,)* }
        unnamed { $($(#[$other_doc:meta])* $other:ident = $other_info:ident,)* }
    ) => {
        /// A document's format.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Format {
            $($(#[$doc])* $named,)*
            $($(#[$other_doc])* $other,)*
        }

        impl Format {
            /// The formats that a user can name.
            pub const NAMED: &'static [Self] = &[$(Self::$named,)*];

            fn info(self) -> &'static FormatInfo {
                match self {
                    $(Self::$named => &$info,)*
                    $(Self::$other => &$other_info,)*
                }
            }
        }
    };
}

formats! {
    named {
        /// YAML 1.2.
        Yaml = YAML,
        /// JSON.
        Json = JSON,
        /// `KEY=value` lines, as systemd's `EnvironmentFile=` and docker read them.
        Dotenv = DOTENV,
        /// TOML.
        Toml = TOML,
        /// `key = value` lines in `[sections]`.
        Ini = INI,
        /// Anything else: the complete content is one value.
        Raw = RAW,
    }
    unnamed {
        /// sops' own `.env` store, which has no quotes; the sops container chooses it.
        SopsDotenv = SOPS_DOTENV,
        /// sops' own ini store; the sops container chooses it.
        SopsIni = SOPS_INI,
    }
}

impl Format {
    /// The name used on the command line and in JSON.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The description on the command line.
    pub fn help(self) -> &'static str {
        self.info().help
    }

    /// The extension of a new file's name, without its dot; empty for a format without one.
    pub fn extension(self) -> &'static str {
        self.info().extension
    }

    /// Whether every scalar is text, whatever it looks like.
    pub fn is_text_only(self) -> bool {
        self.info().text_only
    }

    /// Whether it is a flat list of variables, whose names are taken literally.
    pub fn is_variables(self) -> bool {
        self.info().paths == Paths::Names
    }

    /// Whether the complete content is one value, of any bytes.
    pub fn is_opaque(self) -> bool {
        self.info().paths == Paths::Root
    }

    /// The characters that start a comment; none for a format without comments.
    pub fn comment_signs(self) -> &'static [char] {
        self.info().comments
    }

    /// Whether a value can be repeated elsewhere by its anchor.
    pub fn has_anchors(self) -> bool {
        self.info().anchors
    }

    /// The format of this name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().copied().find(|format| format.name().eq_ignore_ascii_case(name))
    }

    /// The format of a file by its name without `.age`: by its extension, or by the word `env` as its last part.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
        let name = name.strip_suffix(".age").unwrap_or(&name);
        let word = name.rsplit_once(['.', '-', '_']).map(|(_, last)| last);
        Self::NAMED.iter().copied().find(|format| (format.info().is_named)(name, word))
    }

    /// The position of `path` in `root`, a document of this format; `resolve` is [`Path::resolve`] or
    /// [`Path::resolve_new`].
    ///
    /// # Errors
    /// Errors of `resolve`. In dotenv files a path is the name of a variable; raw files have only the root.
    pub fn locate(self, path: &str, root: &Value, resolve: fn(&Path, &Value) -> Result<Pointer>) -> Result<Pointer> {
        let is_root = path.is_empty() || path == ".";
        match self.info().paths {
            Paths::Names if !is_root && !path.starts_with('/') => Ok(Pointer::new([path])),
            Paths::Root if !is_root => {
                let hint = match root.as_str() {
                    Some(text) if has_json_comments(text) => {
                        "it is JSON with comments, whose entries cannot be edited: remove the comments, or replace the text, whose path is `.`"
                    }
                    _ => "its path is `.`",
                };
                Err(Error::new(ErrorKind::Path, "a raw file is one value").at_path(KeyName::shown(path)).hint(hint))
            }
            _ => resolve(&Path::parse(path)?, root).map_err(|error| error.at_path(KeyName::shown(path))),
        }
    }

    /// Parses a text.
    pub(super) fn parse(self, content: Content<'_>) -> Result<Box<dyn Engine>> {
        (self.info().parse)(content)
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
