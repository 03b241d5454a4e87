//! What a rule found, where, and how to mend it.

use std::collections::HashMap;
use std::ops::Range;

use crate::document::{Edit, Pointer};
use crate::shown::Shown;

/// How bad a finding is. Errors and warnings are Authelia's own; advice is agepatch's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, clap::ValueEnum)]
pub enum Severity {
    /// agepatch's own advice.
    Advice,
    /// Authelia would start, and warn.
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

/// A finding.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule's id (`token-endpoint-auth-method`).
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The file it stands in, as the user knows it.
    pub file: Shown,
    /// The option, clients named by id (`identity_providers.oidc.clients[mediamanager].scopes`).
    pub path: Shown,
    /// The same place as a JSON Pointer; a place that is missing is named as if it were there.
    pub pointer: Pointer,
    /// Line and column, counted from one, where the place (or the nearest one above it) stands.
    pub line: Option<(usize, usize)>,
    /// Its bytes in the document's text.
    pub span: Option<Range<usize>>,
    /// What is wrong.
    pub message: Shown,
    /// What to do.
    pub help: Option<Shown>,
    /// The one safe answer, where there is one.
    pub fix: Option<Vec<Edit>>,
}

/// What is in `after` and not in `before`: what an edit introduces. Findings are the same where their rule, severity, and
/// path are; where a path has the same finding more often than before, the last ones are new.
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
    fn of_what_is_there_more_often_the_last_ones_are_new() {
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
