//! The key groups of a creation rule.

use super::config::CreationRule;
use super::keys::{KeyGroup, KeyList, RawKeyGroup, ServiceKey};
use crate::shown::Shown;

impl CreationRule {
    /// The key groups; `key_groups` overrides other keys.
    pub(super) fn groups(&self) -> Result<Vec<KeyGroup>, Shown> {
        if let Some(written) = self.key_groups.as_ref().filter(|groups| !groups.is_empty()) {
            return written.iter().map(RawKeyGroup::group).collect();
        }
        let mut group = KeyGroup { age: KeyList::split(self.age.as_ref()), services: Vec::new() };
        let hckms = self.hckms.clone().map(KeyList::List);
        for (service, keys) in [
            ("pgp", &self.pgp),
            ("kms", &self.kms),
            ("gcp_kms", &self.gcp_kms),
            ("hckms", &hckms),
            ("azure_kv", &self.azure_keyvault),
            ("hc_vault", &self.hc_vault_transit_uri),
        ] {
            let names = KeyList::split(keys.as_ref()).into_iter().filter(|name| !name.is_empty());
            group.services.extend(names.map(|name| ServiceKey { service, name }));
        }
        Ok(vec![group])
    }
}
