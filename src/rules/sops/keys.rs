//! The keys in a creation rule.

use std::fmt;

use serde::Deserialize;
use serde_yaml::Value;

use crate::shown;
use crate::shown::{Part, RecipientName, Showable, Shown};

/// The maximum number of keys in a rule; `merge` can repeat keys many times.
const MOST_KEYS: usize = 4096;

/// A group of keys, any one of which decrypts the group's share of the data key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyGroup {
    /// The age recipients.
    pub age: Vec<String>,
    /// The keys of other services.
    pub services: Vec<ServiceKey>,
}

/// A key of a service that agepatch does not support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceKey {
    /// `kms`, `gcp_kms`, `azure_kv`, `hc_vault`, `hckms`, or `pgp`: the name of its list in the metadata of a file.
    pub service: &'static str,
    /// The id of the key.
    pub name: String,
}

impl ServiceKey {
    /// The service's name for display.
    pub fn title(&self) -> &'static str {
        match self.service {
            "kms" => "AWS KMS",
            "gcp_kms" => "GCP KMS",
            "azure_kv" => "Azure Key Vault",
            "hc_vault" => "HashiCorp Vault",
            "hckms" => "HuaweiCloud KMS",
            _ => "PGP",
        }
    }
}

impl ServiceKey {
    /// Whether the metadata of a file calls this key `name`. The parts of a key are separate there, and for some only
    /// the identifying parts are compared.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.in_metadata() == Self { name: name.to_owned(), ..self.clone() }.in_metadata()
    }

    /// The name as in the metadata of a file.
    fn in_metadata(&self) -> String {
        let name = self.name.trim();
        match self.service {
            // `ARN+ROLE|CONTEXT`
            "kms" => name.split(['+', '|']).next().unwrap_or(name).to_owned(),
            // `URL/v1/ENGINE/keys/KEY`
            "hc_vault" => name.replacen("/v1/", "/", 1).replacen("/keys/", "/", 1),
            // `URL/keys/KEY/VERSION`
            "azure_kv" => match name.split_once("/keys/") {
                Some((vault, key)) => format!("{vault}/{}", key.split('/').next().unwrap_or(key)),
                None => name.to_owned(),
            },
            "pgp" => name.replace(' ', "").to_uppercase(),
            _ => name.to_owned(),
        }
    }
}

impl fmt::Display for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.title(), self.name)
    }
}

/// The key's name is in the rules, and in the metadata of the files.
impl Showable for ServiceKey {
    fn part(&self) -> Part<'_> {
        shown!("{} ({})", self.title(), RecipientName::shown(&self.name)).into()
    }
}

/// Keys as a comma-separated text, or as a list.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum KeyList {
    Text(String),
    List(Vec<String>),
}

impl KeyList {
    /// The keys, split like in sops: empty ones are skipped only in a text.
    pub(super) fn split(keys: Option<&Self>) -> Vec<String> {
        match keys {
            None => Vec::new(),
            Some(Self::Text(text)) => {
                text.split(',').map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned).collect()
            }
            Some(Self::List(list)) if list.iter().all(String::is_empty) => Vec::new(),
            Some(Self::List(list)) => {
                list.iter().flat_map(|item| item.split(',')).map(|key| key.trim().to_owned()).collect()
            }
        }
    }
}

/// A key group, as it is written.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub(super) struct RawKeyGroup {
    merge: Option<Vec<RawKeyGroup>>,
    age: Option<Vec<String>>,
    pgp: Option<Vec<String>>,
    kms: Option<Vec<Value>>,
    gcp_kms: Option<Vec<Value>>,
    hckms: Option<Vec<Value>>,
    azure_keyvault: Option<Vec<Value>>,
    hc_vault: Option<Vec<String>>,
}

impl RawKeyGroup {
    /// Adds the keys, those of `merge` first.
    fn add_to(&self, group: &mut KeyGroup) -> Result<(), Shown> {
        for merged in self.merge.iter().flatten() {
            merged.add_to(group)?;
        }
        let age = self.age.iter().flatten().filter(|text| !text.is_empty());
        group.age.extend(age.flat_map(|text| text.split(',')).map(|key| key.trim().to_owned()));
        let mut add = |service, name: String| group.services.push(ServiceKey { service, name });
        self.pgp.iter().flatten().for_each(|key| add("pgp", key.replace(' ', "")));
        for (service, keys, members) in [
            ("kms", &self.kms, &["arn"][..]),
            ("gcp_kms", &self.gcp_kms, &["resource_id"]),
            ("hckms", &self.hckms, &["key_id"]),
            ("azure_kv", &self.azure_keyvault, &["vaultUrl", "key"]),
        ] {
            for key in keys.iter().flatten() {
                let parts = members.iter().filter_map(|member| key.get(*member)?.as_str());
                add(service, parts.map(|part| part.trim_end_matches('/')).collect::<Vec<_>>().join("/"));
            }
        }
        self.hc_vault.iter().flatten().for_each(|key| add("hc_vault", key.clone()));
        match group.age.len() + group.services.len() {
            0..=MOST_KEYS => Ok(()),
            _ => Err(Shown::fixed("it names too many keys")),
        }
    }
}

impl RawKeyGroup {
    pub(super) fn group(&self) -> Result<KeyGroup, Shown> {
        let mut group = KeyGroup::default();
        self.add_to(&mut group)?;
        let mut seen = std::collections::HashSet::new();
        group.age.retain(|key| seen.insert(key.clone()));
        let mut seen = std::collections::HashSet::new();
        group.services.retain(|key| seen.insert((key.service, key.name.clone())));
        Ok(group)
    }
}
