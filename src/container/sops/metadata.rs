//! The `sops` metadata of a file: who can decrypt the data key, which values are encrypted, and the MAC.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::flat;
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Selectors;
use crate::rules::sops::ServiceKey;

/// The maximum number of recipients and groups; real files have tens.
const MOST_KEYS: usize = 4096;
/// The number of a share is one byte, starting at one.
const MOST_GROUPS: usize = 255;

/// The metadata of a file, from any of the formats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// The key groups, in the order of the shares of the data key. There is at least one.
    pub groups: Vec<Group>,
    /// Whether they are written as `key_groups`, which is possible for a single group.
    pub grouped: bool,
    /// `shamir_threshold`, if it is set and not zero.
    pub threshold: Option<usize>,
    /// `lastmodified`, empty if missing.
    pub last_modified: String,
    /// The token of the MAC, empty if missing.
    pub mac: String,
    /// `mac_only_encrypted`
    pub mac_only_encrypted: bool,
    /// The selectors, as they are written.
    pub selectors: Selectors,
    /// The version of sops that created the file.
    pub version: String,
}

/// A group of keys, any one of which decrypts the group's share of the data key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// The age recipients.
    pub age: Vec<AgeKey>,
    /// Keys that only sops can use: KMS, PGP, Vault.
    pub others: Vec<ServiceKey>,
}

/// An age recipient and the data key encrypted to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct AgeKey {
    /// The recipient as written; an ssh key may have a comment.
    #[serde(default)]
    pub recipient: String,
    /// An armored age file that contains the data key or this group's share of it.
    #[serde(default)]
    pub enc: String,
}

impl Metadata {
    /// Parses YAML with a top-level `sops` entry, such as the complete file or only the lines of that entry.
    ///
    /// # Errors
    /// `damaged` if the entry is missing or not sops metadata.
    pub fn from_yaml(text: &str) -> Result<Self> {
        // Other entries and further documents are skipped.
        let mut documents = serde_yaml::Deserializer::from_str(text);
        let first = documents.next().ok_or_else(|| damaged("the file has no sops metadata"))?;
        let file = SopsYaml::deserialize(first).map_err(|error| located(&error))?;
        file.sops.try_into()
    }

    /// Parses the JSON value of the `sops` member.
    ///
    /// # Errors
    /// `damaged` if it is not sops metadata.
    pub fn from_json(value: serde_json::Value) -> Result<Self> {
        let written =
            RawMetadata::deserialize(value).map_err(|_| damaged("the sops metadata does not have its usual form"))?;
        written.try_into()
    }

    /// Parses the names and values of a dotenv file (without `sops_`) or of the `[sops]` section of an ini file. Line
    /// breaks in `enc` may be written as a backslash and an `n`.
    ///
    /// # Errors
    /// `damaged` if they are not flattened sops metadata.
    pub fn from_flat<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self> {
        Self::from_json(flat::unflatten(entries)?)
    }

    /// The number of groups needed to decrypt the data key.
    pub fn needed(&self) -> usize {
        if self.groups.len() == 1 { 1 } else { self.threshold.unwrap_or(self.groups.len()) }
    }

    /// Every age recipient of every group.
    pub fn recipients(&self) -> impl Iterator<Item = &AgeKey> {
        self.groups.iter().flat_map(|group| &group.age)
    }
}

/// A YAML file of which only the metadata is read.
#[derive(Deserialize)]
struct SopsYaml {
    sops: RawMetadata,
}

/// The metadata as it is written.
#[derive(Deserialize, Default)]
#[serde(default)]
struct RawMetadata {
    #[serde(deserialize_with = "number")]
    shamir_threshold: Option<usize>,
    key_groups: Option<Vec<RawGroup>>,
    #[serde(flatten)]
    group: RawGroup,
    lastmodified: Option<String>,
    mac: Option<String>,
    #[serde(deserialize_with = "truth")]
    mac_only_encrypted: bool,
    #[serde(flatten)]
    selectors: Selectors,
    version: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawGroup {
    age: Option<Vec<AgeKey>>,
    kms: Option<Vec<Names>>,
    gcp_kms: Option<Vec<Names>>,
    azure_kv: Option<Vec<Names>>,
    hc_vault: Option<Vec<Names>>,
    hckms: Option<Vec<Names>>,
    pgp: Option<Vec<Names>>,
}

/// The members of a key that is not used here.
type Names = BTreeMap<String, serde_json::Value>;

impl From<RawGroup> for Group {
    fn from(written: RawGroup) -> Self {
        let mut others = Vec::new();
        let mut add = |service: &'static str, keys: Option<Vec<Names>>, members: &[&str]| {
            for key in keys.unwrap_or_default() {
                let parts = members.iter().filter_map(|member| key.get(*member)?.as_str());
                let name = parts.map(|part| part.trim_end_matches('/')).collect::<Vec<_>>().join("/");
                others.push(ServiceKey { service, name });
            }
        };
        add("kms", written.kms, &["arn"]);
        add("gcp_kms", written.gcp_kms, &["resource_id"]);
        add("azure_kv", written.azure_kv, &["vault_url", "name"]);
        add("hc_vault", written.hc_vault, &["vault_address", "engine_path", "key_name"]);
        add("hckms", written.hckms, &["key_id"]);
        add("pgp", written.pgp, &["fp"]);
        let mut age = written.age.unwrap_or_default();
        for key in age.iter_mut().filter(|key| !key.enc.contains('\n')) {
            key.enc = key.enc.replace("\\n", "\n");
        }
        Self { age, others }
    }
}

impl TryFrom<RawMetadata> for Metadata {
    type Error = Error;

    fn try_from(written: RawMetadata) -> Result<Self> {
        let mut groups = vec![Group::from(written.group)];
        let mut grouped = false;
        // As in sops, keys at the top level come first.
        if groups[0].age.is_empty() && groups[0].others.is_empty() {
            groups = written.key_groups.unwrap_or_default().into_iter().map(Group::from).collect();
            grouped = true;
        }
        let keys: usize = groups.iter().map(|group| group.age.len() + group.others.len()).sum();
        if keys == 0 {
            return Err(Error::new(
                ErrorKind::NoIdentity,
                "the sops metadata lists no key that could decrypt the file",
            )
            .hint("restore the file from git"));
        }
        if keys > MOST_KEYS || groups.len() > MOST_GROUPS {
            return Err(damaged("the sops metadata has too many keys or key groups"));
        }
        let threshold = written.shamir_threshold.filter(|threshold| *threshold > 0);
        if groups.len() > 1 && threshold.is_some_and(|threshold| threshold < 2 || threshold > groups.len()) {
            return Err(damaged("`shamir_threshold` in the sops metadata does not fit the number of key groups"));
        }
        Ok(Self {
            groups,
            grouped,
            threshold,
            last_modified: written.lastmodified.unwrap_or_default(),
            mac: written.mac.unwrap_or_default(),
            mac_only_encrypted: written.mac_only_encrypted,
            selectors: written.selectors,
            version: written.version.unwrap_or_default(),
        })
    }
}

/// A number, or a text with a number.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    let value = Option::<serde_json::Value>::deserialize(deserializer)?;
    let wrong = || serde::de::Error::custom("not a number");
    match value {
        None | Some(serde_json::Value::Null) => Ok(None),
        Some(serde_json::Value::String(text)) => text.trim().parse().map(Some).map_err(|_| wrong()),
        Some(value) => value.as_u64().and_then(|number| usize::try_from(number).ok()).map(Some).ok_or_else(wrong),
    }
}

/// A boolean, or a text with a boolean.
fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match Option::<serde_json::Value>::deserialize(deserializer)? {
        None | Some(serde_json::Value::Null) => Ok(false),
        Some(serde_json::Value::Bool(value)) => Ok(value),
        Some(serde_json::Value::String(text)) if matches!(text.as_str(), "true" | "True") => Ok(true),
        Some(serde_json::Value::String(text)) if matches!(text.as_str(), "false" | "False" | "") => Ok(false),
        Some(_) => Err(serde::de::Error::custom("not a boolean")),
    }
}

fn located(error: &serde_yaml::Error) -> Error {
    // The parser's own message may repeat a value.
    let damaged = damaged("the sops metadata is missing or does not have its usual form");
    match error.location() {
        Some(at) => damaged.at(at.line(), at.column()),
        None => damaged,
    }
}

fn damaged(what: &'static str) -> Error {
    Error::new(ErrorKind::Damaged, what).hint("restore the file from git")
}

#[cfg(test)]
mod tests;
