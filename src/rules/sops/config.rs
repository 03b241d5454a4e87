//! The format of `.sops.yaml`.

use serde::{Deserialize, Deserializer};
use serde_yaml::Value;

use super::keys::{KeyList, RawKeyGroup};
use super::selectors::Selectors;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::DataError;

/// The file. What sops ignores, such as `keys`, is ignored here, too.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct SopsConfig {
    pub(super) creation_rules: Option<Vec<CreationRule>>,
    pub(super) stores: Option<Stores>,
}

impl SopsConfig {
    /// Parses a text.
    ///
    /// # Errors
    /// `rules`, with line and column if they are known.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let text = text.trim_start_matches('\u{feff}');
        let first = serde_yaml::Deserializer::from_str(text).next();
        let Some(first) = first else { return Ok(Self::default()) };
        // Deserialize a value first, which rejects duplicate keys and merges `<<`.
        let mut value = Value::deserialize(first).map_err(|error| wrong(&error))?;
        value.apply_merge().map_err(|error| wrong(&error))?;
        if value.is_null() {
            return Ok(Self::default());
        }
        serde_yaml::from_value(value).map_err(|error| wrong(&error))
    }
}

/// A rule, as it is written.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub(super) struct CreationRule {
    #[serde(deserialize_with = "text")]
    pub(super) path_regex: Option<String>,
    pub(super) key_groups: Option<Vec<RawKeyGroup>>,
    pub(super) age: Option<KeyList>,
    pub(super) pgp: Option<KeyList>,
    pub(super) kms: Option<KeyList>,
    pub(super) gcp_kms: Option<KeyList>,
    pub(super) hckms: Option<Vec<String>>,
    pub(super) azure_keyvault: Option<KeyList>,
    pub(super) hc_vault_transit_uri: Option<KeyList>,
    pub(super) shamir_threshold: Option<i64>,
    #[serde(deserialize_with = "text")]
    unencrypted_suffix: Option<String>,
    #[serde(deserialize_with = "text")]
    encrypted_suffix: Option<String>,
    #[serde(deserialize_with = "text")]
    unencrypted_regex: Option<String>,
    #[serde(deserialize_with = "text")]
    encrypted_regex: Option<String>,
    #[serde(deserialize_with = "text")]
    unencrypted_comment_regex: Option<String>,
    #[serde(deserialize_with = "text")]
    encrypted_comment_regex: Option<String>,
    #[serde(deserialize_with = "truth")]
    pub(super) mac_only_encrypted: Option<bool>,
}

impl CreationRule {
    pub(super) fn selectors(&self) -> Selectors {
        let set = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Selectors {
            unencrypted_suffix: set(&self.unencrypted_suffix),
            encrypted_suffix: set(&self.encrypted_suffix),
            unencrypted_regex: set(&self.unencrypted_regex),
            encrypted_regex: set(&self.encrypted_regex),
            unencrypted_comment_regex: set(&self.unencrypted_comment_regex),
            encrypted_comment_regex: set(&self.encrypted_comment_regex),
        }
    }
}

/// The layout of new files.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub(super) struct Stores {
    yaml: Option<Indentation>,
    json: Option<Indentation>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Indentation {
    indent: Option<i64>,
}

impl Stores {
    pub(super) fn yaml(&self) -> Option<usize> {
        Self::blanks(self.yaml.as_ref()).filter(|blanks| *blanks > 0)
    }

    pub(super) fn json(&self) -> Option<usize> {
        Self::blanks(self.json.as_ref())
    }

    /// A larger number is a mistake.
    fn blanks(store: Option<&Indentation>) -> Option<usize> {
        usize::try_from(store?.indent?).ok().filter(|blanks| *blanks <= 16)
    }
}

/// A text. As in Go, an integer or a boolean counts as the text that it is written as.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Bool(value) => Ok(Some(value.to_string())),
        Value::Number(number) if number.is_i64() || number.is_u64() => Ok(Some(number.to_string())),
        _ => Err(serde::de::Error::custom("not a text")),
    }
}

/// A boolean, also in YAML 1.1's notation, which Go accepts here.
fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::Bool(value) => Ok(Some(value)),
        Value::String(text) => match text.as_str() {
            "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Ok(Some(true)),
            "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Ok(Some(false)),
            _ => Err(serde::de::Error::custom("not a boolean")),
        },
        _ => Err(serde::de::Error::custom("not a boolean")),
    }
}

fn wrong(error: &serde_yaml::Error) -> Error {
    let located = error.location();
    // The position is printed with the file.
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let error = Error::new(ErrorKind::Rules, shown!("the sops rules cannot be read: {}", DataError::shown(message)))
        .hint("correct .sops.yaml there, or name another file with SOPS_CONFIG");
    match located {
        Some(at) => error.at(at.line(), at.column()),
        None => error,
    }
}
