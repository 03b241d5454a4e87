//! The provider's keys as Authelia uses them, to compare the responses with.

use crate::check::report::{Draft, Report};

#[derive(Debug, Default)]
pub(in crate::check) struct IssuerKeys {
    /// Id and algorithm of each key, in order.
    pub(super) listed: Vec<(String, String)>,
    /// The ids of usable signing keys.
    pub(in crate::check) signing_ids: Vec<String>,
    pub(super) encryption_ids: Vec<String>,
    /// The algorithms that have a signing key.
    pub(in crate::check) algorithms: Vec<String>,
    /// Whether the keys are in a file that was not given.
    pub(super) elsewhere: bool,
}

impl IssuerKeys {
    /// The algorithm and the key of a response with the registered `alg` and `kid`.
    pub(in crate::check) fn choose(&self, alg: &str, kid: &str, default: &str) -> (String, String) {
        let alg = if alg.is_empty() && kid.is_empty() { default } else { alg };
        if alg.is_empty() && kid.is_empty() {
            return Default::default();
        }
        if kid.is_empty() {
            let key = self.listed.iter().find(|(_, algorithm)| algorithm == alg);
            return (alg.to_owned(), key.map(|(id, _)| id.clone()).unwrap_or_default());
        }
        let alg = if alg.is_empty() { self.algorithm_of(kid).unwrap_or_default() } else { alg.to_owned() };
        (alg, kid.to_owned())
    }

    /// The algorithm of the key with this id.
    pub(in crate::check) fn algorithm_of(&self, kid: &str) -> Option<String> {
        self.listed.iter().find(|(id, _)| id == kid).map(|(_, algorithm)| algorithm.clone())
    }

    /// Adds a finding about a missing key; if no keys were given at all, it may be elsewhere.
    pub(in crate::check) fn add(&self, draft: Draft, report: &mut Report<'_>) {
        if self.elsewhere { report.add_unless_elsewhere(draft) } else { report.add(draft) }
    }
}
