//! The metadata of a new file, in the order in which sops 3.13 writes it.

use serde_json::{Map, Value, json};

use super::datakey::Unlocked;
use super::metadata::{AgeKey, Group, Metadata};
use crate::error::Result;
use crate::rules::{Selectors, SopsRule};

/// The version whose format new files have.
const VERSION: &str = "3.13.3";

impl Metadata {
    /// The metadata of a new file by a creation rule, and its data key. `mac` and `lastmodified` are still empty. As in
    /// sops, a binary file has no selectors, and other files have the usual suffix if the rule sets none.
    ///
    /// # Errors
    /// `no-recipient` for an unusable recipient, or an invalid threshold; `unsupported` for an invalid selector.
    pub fn create(rule: &SopsRule, is_binary: bool) -> Result<(Self, Unlocked)> {
        let recipients = rule.recipients()?;
        let selectors = match is_binary {
            true => Selectors::default(),
            false => rule.selectors.clone().or_default(),
        };
        selectors.selector()?;
        let unlocked = Unlocked::generate()?;
        let groups = unlocked.seal(&recipients, rule.threshold)?;
        let threshold = rule.threshold.or_else(|| (groups.len() > 1).then_some(groups.len()));
        let metadata = Self {
            grouped: groups.len() > 1,
            groups,
            threshold,
            last_modified: String::new(),
            mac: String::new(),
            mac_only_encrypted: rule.mac_only_encrypted,
            selectors,
            version: VERSION.to_owned(),
        };
        Ok((metadata, unlocked))
    }

    /// The metadata as a map, sorted by name, without keys of other services, which new files do not have.
    pub fn entries(&self) -> Map<String, Value> {
        let mut entries: Vec<(&str, Value)> = vec![
            ("lastmodified", json!(self.last_modified)),
            ("mac", json!(self.mac)),
            ("version", json!(self.version)),
        ];
        match &self.groups[..] {
            [only] => entries.push(("age", age(only))),
            groups => {
                let groups = groups.iter().map(|group| json!({ "age": age(group), "hc_vault": [] }));
                entries.push(("key_groups", groups.collect()));
            }
        }
        entries.extend(self.threshold.map(|threshold| ("shamir_threshold", json!(threshold))));
        if self.mac_only_encrypted {
            entries.push(("mac_only_encrypted", json!(true)));
        }
        entries.extend(self.selectors.named().map(|(name, text)| (name, json!(text))));
        entries.sort_by_key(|(name, _)| *name);
        entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The flattened metadata for dotenv (after `sops_`) and ini, with line breaks as they are.
    pub fn flat(&self) -> Vec<(String, String)> {
        let mut flat = Vec::new();
        for (name, value) in self.entries() {
            flatten(name, &value, &mut flat);
        }
        flat
    }
}

/// The flattened groups and their threshold.
pub(super) fn flat_groups(groups: &[Group], threshold: Option<usize>) -> Vec<(String, String)> {
    let mut flat = Vec::new();
    match groups {
        [only] => flatten("age".to_owned(), &age(only), &mut flat),
        groups => {
            let groups = groups.iter().map(|group| json!({ "age": age(group) })).collect();
            flatten("key_groups".to_owned(), &groups, &mut flat);
        }
    }
    flat.extend(threshold.map(|threshold| ("shamir_threshold".to_owned(), threshold.to_string())));
    flat
}

fn age(group: &Group) -> Value {
    group.age.iter().map(|AgeKey { recipient, enc }| json!({ "enc": enc, "recipient": recipient })).collect()
}

fn flatten(name: String, value: &Value, flat: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                flatten(format!("{name}__map_{key}"), value, flat);
            }
        }
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                flatten(format!("{name}__list_{at}"), value, flat);
            }
        }
        Value::String(text) => flat.push((name, text.clone())),
        other => flat.push((name, other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::container::sops::recorded;
    use crate::error::ErrorKind;
    use crate::rules::SopsRules;

    /// The settings of a new file: the groups, the threshold, the selectors, and `mac_only_encrypted`.
    fn chosen(config_name: &str, config: &str, path: &str) -> Result<Option<Metadata>> {
        if config_name != SopsRules::FILE_NAME {
            return Ok(None);
        }
        let folder = PathBuf::from("/work");
        let rules = SopsRules::parse(folder.join(config_name), config)?;
        let Some(rule) = rules.rule_for(&folder.join(path))?.and_then(|rule| rule.sops) else { return Ok(None) };
        let extensions = [".yaml", ".yml", ".json", ".env", ".ini"];
        let is_binary = !extensions.iter().any(|extension| path.ends_with(extension));
        Metadata::create(&rule, is_binary).map(|(metadata, _)| Some(metadata))
    }

    #[test]
    fn every_recorded_rule_is_chosen_like_in_sops() {
        let mut files = 0;
        for case in recorded::lines("rules.jsonl") {
            let text = |member: &str| case[member].as_str().expect("text").to_owned();
            let (id, name, config) = (text("id"), text("config_name"), text("config"));
            for file in case["files"].as_array().expect("files") {
                let path = file["path"].as_str().expect("a path");
                let found = chosen(&name, &config, path);
                let want = &file["want"];
                files += 1;
                if want.get("refused").is_some() {
                    assert!(!matches!(found, Ok(Some(_))), "{id} {path}: sops refuses {}", want["refused"]);
                    continue;
                }
                let metadata = found.unwrap_or_else(|error| panic!("{id} {path}: {error}"));
                let metadata = metadata.unwrap_or_else(|| panic!("{id} {path}: no rule"));
                let groups: Vec<Vec<&str>> = metadata
                    .groups
                    .iter()
                    .map(|group| group.age.iter().map(|key| key.recipient.as_str()).collect())
                    .collect();
                let selectors: Map<String, Value> =
                    metadata.selectors.named().map(|(name, text)| (name.to_owned(), json!(text))).collect();
                let got = json!({
                    "groups": groups,
                    "threshold": metadata.threshold.unwrap_or_default(),
                    "selectors": selectors,
                    "mac_only_encrypted": metadata.mac_only_encrypted,
                });
                assert_eq!(&got, want, "{id} {path}");
            }
        }
        assert!(files > 50, "{files}");
    }

    #[test]
    fn written_values_parse_to_the_same_values() {
        let rules = "creation_rules:\n  - path_regex: ^one\n    age: &a age179r6d03q32h9852n3lsymnt0xp8xejywqhc2vhn242dfwx8peahs7lz75u\n    mac_only_encrypted: true\n  - key_groups: [{age: [*a]}, {age: [*a]}]\n    encrypted_regex: ^x$\n";
        for path in ["one.yaml", "two.yaml", "one"] {
            let metadata = chosen(SopsRules::FILE_NAME, rules, path).expect("valid").expect("a rule");
            let metadata =
                Metadata { mac: "ENC[x]".to_owned(), last_modified: "2026-11-28T07:19:46Z".to_owned(), ..metadata };
            let entries = metadata.entries();
            let names: Vec<&String> = entries.keys().collect();
            assert!(names.is_sorted(), "{names:?}");
            assert_eq!(Metadata::from_json(Value::Object(entries)).expect("read"), metadata);
            let flat = metadata.flat();
            let flat = flat.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            assert_eq!(Metadata::from_flat(flat).expect("read"), metadata);
        }
    }

    #[test]
    fn rules_that_agepatch_cannot_follow_are_refused() {
        let key = "age179r6d03q32h9852n3lsymnt0xp8xejywqhc2vhn242dfwx8peahs7lz75u";
        for (rule, says) in [
            (format!("age: {key}\n    pgp: F1"), "PGP (F1)"),
            (format!("age: {key}\n    encrypted_regex: (?!a)"), "encrypted_regex"),
            ("key_groups: [{age: []}]".to_owned(), "without a recipient"),
            ("age: ecdsa".to_owned(), "`ecdsa` is not an age recipient"),
        ] {
            let error =
                chosen(SopsRules::FILE_NAME, &format!("creation_rules:\n  - {rule}\n"), "x.yaml").expect_err("refused");
            assert!(matches!(error.kind(), ErrorKind::NoRecipient | ErrorKind::Unsupported), "{error}");
            assert!(error.message().contains(says), "{error}");
        }
    }
}
