//! `agepatch.toml`.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use serde::Deserialize;

use super::document_name::{splits, steps};
use super::target::Inner;
use crate::document::Path;
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::lines;
use crate::shown;
use crate::shown::{Setting, Shown};

pub(super) const FILE_NAME: &str = "agepatch.toml";

/// The settings beside secrets.nix. Relative paths in them are relative to its folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    #[serde(skip)]
    pub folder: PathBuf,
    /// The version of Authelia to check for.
    pub authelia: Option<String>,
    /// The filters that Authelia applies to its files.
    pub filters: Vec<String>,
    /// Private keys to decrypt with.
    pub identities: Vec<String>,
    /// Whether secrets may be printed: `always`, `terminal`, or `never`.
    pub reveal: Option<String>,
    /// The `[commit]` table.
    pub commit: CommitSettings,
    /// Settings by file name, as written in secrets.nix.
    pub files: BTreeMap<String, FileSettings>,
    /// The applications that log in through Authelia, with their side of the registration.
    #[serde(rename = "relying-party")]
    pub relying_parties: Vec<RelyingParty>,
}

/// `[commit]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CommitSettings {
    /// The scope of conventional commits.
    pub scope: Option<String>,
    /// The relation to tasks.
    pub relation: Option<String>,
    /// The folder of Backlog.md.
    pub tasks: Option<String>,
    /// What the message mentions: `values`, `keys`, or `none`.
    pub detail: Option<String>,
    /// A template for the message.
    pub template: Option<String>,
}

/// `[files."…"]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FileSettings {
    /// The file's schema.
    pub schema: Option<String>,
    /// The file's format.
    pub format: Option<String>,
    /// Files that Authelia reads before this one, in order.
    pub with: Vec<String>,
    /// A command whose output comes before this file, too.
    pub with_command: Vec<String>,
    /// Globs for names and paths of values that may be shown.
    pub public: Vec<String>,
}

/// `[[relying-party]]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RelyingParty {
    /// The `client_id`.
    pub client: String,
    /// The URL of the application.
    pub url: Option<String>,
    /// The paths below `url` that Authelia redirects to.
    pub redirect_paths: Vec<String>,
    /// How the application authenticates at the token endpoint.
    pub token_endpoint_auth_method: Option<String>,
    /// The place of the application's secret.
    pub secret: Option<SecretPlace>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SecretPlace {
    /// The file, as written in secrets.nix.
    pub file: String,
    pub path: String,
}

impl Config {
    /// Reads the file; returns defaults if it does not exist.
    ///
    /// # Errors
    /// `rules`, with line and column, if it is not TOML, has an unknown key, or a value of a wrong type.
    pub(crate) fn load(path: &std::path::Path) -> Result<Self> {
        let folder = path.parent().unwrap_or(std::path::Path::new("")).to_owned();
        let text = match input::read_text(path, Limit::Settings) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self { folder, ..Self::default() }),
            Err(error) => return Err(Error::io(shown!("cannot read {}", path.display()), &error)),
        };
        let config = Self::parse(&text).map_err(|error| error.in_file(path.display()))?;
        Ok(Self { folder, ..config })
    }

    /// Reads the settings from TOML text.
    ///
    /// # Errors
    /// See [`Config::load`].
    pub(crate) fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| located(text, &error))
    }

    /// The identity files in the settings, as absolute paths.
    pub(crate) fn identity_paths(&self) -> Vec<PathBuf> {
        let expanded = |path: &String| match (path.strip_prefix("~/"), std::env::home_dir()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(path),
        };
        self.identities.iter().map(|path| self.folder.join(expanded(path))).collect()
    }

    /// The settings of a file, by its name in secrets.nix.
    pub(crate) fn file(&self, name: &str) -> Option<&FileSettings> {
        self.files.get(name).or_else(|| self.files.get(&format!("{name}.age")))
    }

    /// The settings of a document inside a value, by its file and the path to it.
    pub(crate) fn value(&self, is_file: impl Fn(&str) -> bool, inner: &[Inner]) -> Option<&FileSettings> {
        let same = |(written, inner): (&&str, &Inner)| {
            *written == inner.path || Path::parse(written).ok() == Path::parse(&inner.path).ok()
        };
        let means_it = |key: &str| {
            splits(key).any(|(file, rest)| {
                let written = steps(rest);
                written.len() == inner.len() && is_file(file) && written.iter().zip(inner).all(same)
            })
        };
        self.files.iter().find(|(key, _)| means_it(key)).map(|(_, settings)| settings)
    }

    /// The relying party of a client.
    pub(crate) fn relying_party(&self, client: &str) -> Option<&RelyingParty> {
        self.relying_parties.iter().find(|party| party.client == client)
    }
}

fn located(text: &str, error: &toml::de::Error) -> Error {
    let (line, column) = lines::line_column(text, error.span().map_or(0, |span| span.start));
    match unknown_key(error.message()) {
        Some((key, known)) => refuse_key(key, &known).at(line, column),
        None => Error::new(ErrorKind::Rules, Setting::shown(error.message())).at(line, column),
    }
}

/// The unknown key that a message of serde names, and the keys that are known there: ``unknown field `scop`, expected one
/// of `scope`, `relation` ``.
fn unknown_key(message: &str) -> Option<(&str, Vec<&str>)> {
    let (key, expected) = message.strip_prefix("unknown field `")?.rsplit_once("`, expected ")?;
    Some((key, expected.split('`').skip(1).step_by(2).collect()))
}

fn refuse_key(key: &str, known: &[&str]) -> Error {
    let unknown = Setting::shown(key);
    let message = shown!("unknown key `{}` in agepatch.toml", unknown);
    let error = Error::new(ErrorKind::Rules, message).at_path(unknown);
    let nearest =
        known.iter().max_by(|left, right| strsim::jaro_winkler(left, key).total_cmp(&strsim::jaro_winkler(right, key)));
    let list: Vec<Shown> = known.iter().map(|key| Setting::shown(*key)).collect();
    match nearest {
        Some(nearest) => {
            error.hint(shown!("did you mean `{}`? known keys: {}", Setting::shown(*nearest), Shown::join(&list, ", ")))
        }
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = r#"
authelia = "4.39"
identities = ["~/.ssh/id_ed25519"]
reveal = "terminal"
[commit]
scope = "cloud"
relation = "Resolves"
tasks = "backlog"
detail = "values"
[files."authelia-secrets.age"]
schema = "authelia"
with = ["authelia-base.yml"]
[[relying-party]]
client = "mediamanager"
url = "https://media.example.com"
redirect_paths = ["/api/v1/auth/oauth/callback"]
token_endpoint_auth_method = "client_secret_basic"
secret = { file = "mediamanager-env.age", path = "OIDC_CLIENT_SECRET" }
"#;

    #[test]
    fn reads_the_documented_example() {
        let config = Config::parse(EXAMPLE).expect("the example is valid");
        assert_eq!(config.commit.scope.as_deref(), Some("cloud"));
        assert_eq!(config.file("authelia-secrets").expect("named").with, ["authelia-base.yml"]);
        let party = config.relying_party("mediamanager").expect("named");
        assert_eq!(party.secret.as_ref().expect("named").path, "OIDC_CLIENT_SECRET");
    }

    #[test]
    fn unknown_keys_name_the_nearest_known_one() {
        let cases = [
            ("autelia = \"4.39\"\n", "authelia", (1, 1)),
            ("[commit]\nscop = \"x\"\n", "scope", (2, 1)),
            ("[files.\"x.age\"]\n  shema = \"authelia\"\n", "schema", (2, 3)),
            ("[[relying-party]]\nsecret = { fil = \"x\" }\n", "file", (2, 12)),
        ];
        for (text, nearest, place) in cases {
            let error = Config::parse(text).expect_err("an unknown key");
            assert_eq!(error.kind(), ErrorKind::Rules);
            assert!(error.hint_text().expect("a hint").contains(&format!("`{nearest}`")), "{text}");
            assert_eq!(error.line_column(), Some(place), "{text}");
        }
    }

    #[test]
    fn the_page_of_settings_lists_every_key_in_its_table() {
        let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/settings.md")).expect("the page");
        let tables = [
            ("Top level", "x = 1"),
            ("`[commit]`", "commit = { x = 1 }"),
            ("`[files.\"NAME\"]`", "files.a = { x = 1 }"),
            ("`[[relying-party]]`", "relying-party = [{ x = 1 }]"),
            ("`secret` of a relying party", "relying-party = [{ secret = { x = 1 } }]"),
        ];
        let tables = tables.map(|(heading, text)| {
            let error = toml::from_str::<Config>(text).expect_err("an unknown key");
            let (_, known) = unknown_key(error.message()).expect("the keys");
            (heading, known.into_iter().map(str::to_owned).collect::<Vec<_>>())
        });
        for (heading, known) in &tables {
            let (_, section) = page.split_once(&format!("\n## {heading}\n")).expect(heading);
            let section = section.split("\n## ").next().unwrap_or_default();
            let listed: Vec<&str> =
                section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
            assert_eq!(listed, *known, "{heading}");
        }
        let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
        let config = Config::parse(example).expect("the example is valid");
        for (heading, key) in tables.iter().flat_map(|(heading, keys)| keys.iter().map(move |key| (heading, key))) {
            assert!(example.contains(key.as_str()), "the example leaves out `{key}` of {heading}");
        }
        assert!(config.relying_party("mediamanager").is_some());
    }

    #[test]
    fn wrong_types_have_a_place() {
        let error = Config::parse("authelia = \"4.39\"\nidentities = 3\n").expect_err("a wrong type");
        assert_eq!(error.line_column(), Some((2, 14)));
    }
}
