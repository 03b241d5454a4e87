//! Whether the files can be read at all.

use crate::check::place::At;
use crate::check::report::{Draft, Report};
use crate::check::{Rule, Severity, Source};
use crate::error::Error;
use crate::shown;
use crate::shown::Shown;

static UNREADABLE: Rule = Rule {
    id: "configuration-file",
    severity: Severity::Error,
    option: "(file yaml)",
    since: "4.38",
    summary: "a configuration file is YAML, and a map at its top",
    explanation: "Authelia reads each of its files as YAML. Where one cannot be parsed, has a key twice in the same map, \
        or is a list or a single value instead of a map, Authelia stops before it has looked at any option, so nothing \
        else can be said about it either.",
    example: "theme: auto\ntheme: dark",
    fix: "Mend the line that is named. The usual causes are a tab used for indentation, a key that was pasted a second \
        time, and a quote that is not closed.",
};

pub(in crate::check) static RULES: &[&Rule] = &[&UNREADABLE];

/// Reports the files that cannot be read.
pub(in crate::check) fn check(unread: &[(usize, Option<Error>)], sources: &[Source<'_>], report: &mut Report<'_>) {
    for (file, error) in unread {
        let Some(source) = sources.get(*file) else { continue };
        let message = match error {
            Some(error) => shown!("this file cannot be read: {}", error.shown()),
            None => Shown::fixed("this file is no map of options"),
        };
        let draft = Draft::new(&UNREADABLE, At::default(), message).path(Shown::fixed("(file yaml)"));
        let line = error.as_ref().and_then(Error::line_column);
        report.add_to_file(draft, source, line);
    }
}
