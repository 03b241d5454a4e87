//! Whether the files can be read at all.

use crate::check::go::text;
use crate::check::location::Location;
use crate::check::report::{Draft, Report};
use crate::check::{Lint, Severity, Source};
use crate::error::Error;
use crate::shown;
use crate::shown::Shown;

static UNREADABLE: Lint = Lint {
    id: "configuration-file",
    severity: Severity::Error,
    option: "(file yaml)",
    since: "4.38",
    summary: "a configuration file is YAML with a map at the top level",
    explanation: "Authelia reads each of its files as YAML. If one cannot be parsed, has a key twice in the same map, \
        or is a list or a single value instead of a map, Authelia stops before it reads any option, so nothing else \
        can be reported about the file.",
    example: "theme: auto\ntheme: dark",
    fix: "Fix the line that the finding names. The usual causes are a tab used for indentation, a key that was pasted \
        a second time, and a quote that is not closed.",
};

static ENDS_EARLY: Lint = Lint {
    id: "configuration-ends-early",
    severity: Severity::Advice,
    option: "any",
    since: "0.1",
    summary: "a configuration file is read to the end",
    explanation: "The library with which Authelia reads YAML takes a line that is indented less than the first key as \
        the end of the document. It silently ignores everything from that line on: Authelia starts without these \
        options, for example without any OpenID Connect client.",
    example: "  theme: auto\nidentity_providers:  # two columns further left than the first key",
    fix: "Indent all top-level keys by the same amount.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&UNREADABLE, &ENDS_EARLY];

/// Reports the files that Authelia does not read to the end.
pub(in crate::check) fn check_ends(sources: &[Source<'_>], report: &mut Report<'_>) {
    for source in sources {
        let Some(line) = text::unread_from(source.text()) else { continue };
        let message = "Authelia reads nothing from this line on: it is less indented than the first key of the file";
        let help = "indent all keys at the top of the file by the same amount";
        let draft = Draft::new(&ENDS_EARLY, Location::default(), Shown::fixed(message)).help(Shown::fixed(help));
        report.add_to_file(draft.path(Shown::fixed("(file yaml)")), source, Some((line, 1)));
    }
}

/// Reports the files that cannot be read.
pub(in crate::check) fn check(unread: &[(usize, Option<Error>)], sources: &[Source<'_>], report: &mut Report<'_>) {
    for (file, error) in unread {
        let Some(source) = sources.get(*file) else { continue };
        let message = match error {
            Some(error) => shown!("this file cannot be read: {}", error.shown()),
            None => Shown::fixed("this file is not a map of options"),
        };
        let mut draft = Draft::new(&UNREADABLE, Location::default(), message).path(Shown::fixed("(file yaml)"));
        let line = error.as_ref().and_then(Error::line_column);
        let content = line.and_then(|(line, _)| source.text().lines().nth(line.checked_sub(1)?));
        if let Some(cause) = content.and_then(|content| report.cause(content)) {
            draft = draft.help(Shown::fixed(cause));
        }
        report.add_to_file(draft, source, line);
    }
}
