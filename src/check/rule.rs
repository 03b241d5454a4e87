//! What a rule is.

use super::Severity;

/// A rule, as `agepatch explain` and the reference tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name on the command line and in JSON (`token-endpoint-auth-method`).
    pub id: &'static str,
    /// How bad its findings are.
    pub severity: Severity,
    /// The option it is about, with `clients[]` for any client.
    pub option: &'static str,
    /// The version of Authelia that brought it (of agepatch, for its own advice).
    pub since: &'static str,
    /// In one line.
    pub summary: &'static str,
    /// What it means and why it matters, to someone who does not know the subject.
    pub explanation: &'static str,
    /// How it looks in a file.
    pub example: &'static str,
    /// How to mend it.
    pub fix: &'static str,
}
