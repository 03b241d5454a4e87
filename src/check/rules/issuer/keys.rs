//! What Authelia makes of the provider's keys, as the responses are held against it.

use crate::check::report::{Draft, Report};

/// What Authelia makes of the provider's keys.
#[derive(Debug, Default)]
pub(in crate::check) struct Keys {
    /// Id and algorithm of each key, in order.
    pub(super) listed: Vec<(String, String)>,
    /// The ids of usable signing keys.
    pub(in crate::check) signing_ids: Vec<String>,
    pub(super) encryption_ids: Vec<String>,
    /// The algorithms that there are signing keys for.
    pub(in crate::check) algorithms: Vec<String>,
    /// Whether the keys stand in a file that is not in view.
    pub(super) elsewhere: bool,
}

impl Keys {
    /// Algorithm and key of a response for which `alg` and `kid` are registered.
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

    /// The algorithm of the key of this id.
    pub(in crate::check) fn algorithm_of(&self, kid: &str) -> Option<String> {
        self.listed.iter().find(|(id, _)| id == kid).map(|(_, algorithm)| algorithm.clone())
    }

    /// Adds a finding about a key that is not there; where no keys are in view, it may be elsewhere.
    pub(in crate::check) fn add(&self, draft: Draft, report: &mut Report<'_>) {
        if self.elsewhere { report.add_unless_elsewhere(draft) } else { report.add(draft) }
    }
}
