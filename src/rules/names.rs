//! The names of the keys: the variables and attributes that contain them.

use std::collections::HashMap;

/// Prefixes of keys, including unsupported ones, whose names are needed in errors.
const STARTS: [&str; 5] = ["ssh-", "age1", "ecdsa-", "sk-", "AGE-SECRET-KEY-"];

/// Names of keys.
#[derive(Debug, Clone, Default)]
pub struct Names(HashMap<String, String>);

impl Names {
    /// Records that `key` is called `name`; the first name wins.
    pub(super) fn note(&mut self, key: &str, name: &str) {
        if STARTS.iter().any(|start| key.starts_with(start)) {
            self.0.entry(key.trim().to_owned()).or_insert_with(|| name.to_owned());
        }
    }

    /// Adds the names of `other`; existing ones win.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for (key, name) in other.0 {
            self.0.entry(key).or_insert(name);
        }
        self
    }

    /// Every key with its name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, name)| (key.as_str(), name.as_str()))
    }

    /// The name of `key`, if it has one.
    pub fn of(&self, key: &str) -> Option<&str> {
        self.0.get(key.trim()).map(String::as_str)
    }
}
