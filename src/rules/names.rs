//! What the rules call the keys: the variables and attributes that hold them.

use std::collections::HashMap;

/// Names of public keys.
#[derive(Debug, Clone, Default)]
pub struct Names(HashMap<String, String>);

impl Names {
    /// Keeps that `key` is called `name`; the first name stays.
    pub(super) fn note(&mut self, key: &str, name: &str) {
        if key.starts_with("ssh-") || key.starts_with("age1") {
            self.0.entry(key.trim().to_owned()).or_insert_with(|| name.to_owned());
        }
    }

    /// The name of `key`, if it has one.
    pub fn of(&self, key: &str) -> Option<&str> {
        self.0.get(key.trim()).map(String::as_str)
    }
}
