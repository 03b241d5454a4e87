//! A finding of a rule: what, where, and how to fix it.

use std::collections::HashMap;
use std::ops::Range;

use crate::document::{Edit, Pointer};
use crate::shown::Shown;

/// The severity of a finding. Errors and warnings are Authelia's own; advice is agepatch's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// agepatch's own advice.
    Advice,
    /// Authelia would start, with a warning.
    Warning,
    /// Authelia would not start.
    Error,
}

impl Severity {
    /// The name used in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Advice => "advice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule's id (`token-endpoint-auth-method`).
    pub rule: &'static str,
    pub severity: Severity,
    /// The file, as the user knows it.
    pub file: Shown,
    /// The option, with clients named by id (`identity_providers.oidc.clients[mediamanager].scopes`).
    pub path: Shown,
    /// The same place as a JSON Pointer; it need not exist.
    pub pointer: Pointer,
    /// One-based line and column of the place, or of the nearest existing one above it.
    pub line: Option<(usize, usize)>,
    pub span: Option<Range<usize>>,
    /// What is wrong.
    pub message: Shown,
    /// What to do about it.
    pub help: Option<Shown>,
    /// The fix, if exactly one is safe.
    pub fix: Option<Vec<Edit>>,
}

/// The findings in `after` that are not in `before`, which an edit introduces. Findings are equal if their rule,
/// severity, and path are; if a path has the same finding more often than before, the last ones are new.
pub fn introduced(before: &[Finding], after: &[Finding]) -> Vec<Finding> {
    let mut known: HashMap<(&str, Severity, &Shown), usize> = HashMap::new();
    for finding in before {
        *known.entry((finding.rule, finding.severity, &finding.path)).or_default() += 1;
    }
    let mut new = Vec::new();
    for finding in after {
        match known.get_mut(&(finding.rule, finding.severity, &finding.path)) {
            Some(count) if *count > 0 => *count -= 1,
            _ => new.push(finding.clone()),
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(rule: &'static str, path: &'static str, severity: Severity, line: usize) -> Finding {
        Finding {
            rule,
            severity,
            file: Shown::default(),
            path: Shown::fixed(path),
            pointer: Pointer::root(),
            line: Some((line, 1)),
            span: None,
            message: Shown::default(),
            help: None,
            fix: None,
        }
    }

    #[test]
    fn of_repeated_findings_the_last_ones_are_new() {
        let error = |path: &'static str, line: usize| finding("rule", path, Severity::Error, line);
        for (before, after, expected) in [
            (vec![], vec![error("a", 1)], vec![1]),
            (vec![error("a", 1)], vec![error("a", 1)], vec![]),
            (vec![error("a", 1), error("a", 2)], vec![error("a", 1), error("a", 2)], vec![]),
            (vec![error("a", 1), error("a", 2)], vec![error("a", 1), error("a", 2), error("a", 3)], vec![3]),
            (vec![error("a", 1)], vec![error("a", 1), error("a", 2), error("a", 3)], vec![2, 3]),
            (vec![error("a", 1)], vec![error("b", 1)], vec![1]),
            (vec![error("a", 1)], vec![finding("other", "a", Severity::Error, 1)], vec![1]),
            (vec![finding("rule", "a", Severity::Warning, 1)], vec![error("a", 2)], vec![2]),
            (vec![], vec![finding("rule", "a", Severity::Warning, 1)], vec![1]),
        ] {
            let new = introduced(&before, &after);
            let lines: Vec<usize> = new.iter().filter_map(|finding| finding.line).map(|(line, _)| line).collect();
            assert_eq!(lines, expected);
        }
    }
}
