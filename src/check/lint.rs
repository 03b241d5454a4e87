//! The definition of a rule.

use super::Severity;

/// A rule, as printed by `agepatch explain` and the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lint {
    /// Its name on the command line and in JSON (`token-endpoint-auth-method`).
    pub id: &'static str,
    pub severity: Severity,
    /// The option it is about, with `clients[]` for any client.
    pub option: &'static str,
    /// The version of Authelia that introduced it (of agepatch, for advice).
    pub since: &'static str,
    /// A summary in one line.
    pub summary: &'static str,
    /// What it means and why it matters, for readers who do not know the subject.
    pub explanation: &'static str,
    /// An example of the mistake.
    pub example: &'static str,
    /// How to fix it.
    pub fix: &'static str,
}
