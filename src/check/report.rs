//! Collects findings: rules name places, and the report locates them in the documents.

use std::ops::Range;

use super::finding::{Finding, Severity};
use super::go::GoValue;
use super::lint::Lint;
use super::location::{Location, lookup};
use super::obscured;
use super::source_text::SourceText;
use super::{Filters, Options, Source};
use crate::document::{Edit, Pointer, Value};
use crate::shown;
use crate::shown::{KeyName, Shown, held_back};

pub(super) struct Report<'r> {
    root: &'r GoValue<'r>,
    sources: &'r [Source<'r>],
    /// Each file's text and line index, computed once.
    texts: Vec<SourceText<'r>>,
    findings: Vec<Finding>,
    filters: Filters,
    /// The values that the filters will change, by file and place.
    unknown: Vec<(usize, Range<usize>)>,
    /// Whether the configuration is complete.
    complete: bool,
    /// Less severe findings are not collected.
    least: Severity,
    /// The values that could not be decoded: findings that follow from their absence are not reported.
    undecoded: Vec<Location>,
}

/// A finding before it is located.
pub(super) struct Draft {
    lint: &'static Lint,
    severity: Severity,
    at: Location,
    path: Option<Shown>,
    message: Shown,
    help: Option<Shown>,
    fix: Option<Fix>,
    on_key: bool,
}

/// How a finding can be fixed.
pub(super) enum Fix {
    /// Add or replace the value there.
    Set(Location, Value),
    Remove(Location),
    /// Rename the key of the entry.
    Rename(Location, String),
    /// Remove repeated items from the list; the indices are in descending order.
    RemoveItems(Location, Vec<usize>),
}

impl Draft {
    pub(super) fn new(lint: &'static Lint, at: Location, message: Shown) -> Self {
        Self { lint, severity: lint.severity, at, path: None, message, help: None, fix: None, on_key: false }
    }

    pub(super) fn help(mut self, help: Shown) -> Self {
        self.help = Some(help);
        self
    }

    pub(super) fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Reports another path than that of the place.
    pub(super) fn path(mut self, path: Shown) -> Self {
        self.path = Some(path);
        self
    }

    /// Points to the key instead of the value.
    pub(super) fn on_key(mut self) -> Self {
        self.on_key = true;
        self
    }
}

impl<'r> Report<'r> {
    /// An empty report about `root`, which was read from `sources`, for findings of at least this severity.
    pub(super) fn new(
        root: &'r GoValue<'r>,
        sources: &'r [Source<'r>],
        options: &Options,
        unknown: Vec<(usize, Range<usize>)>,
        least: Severity,
    ) -> Self {
        let sections = ["authentication_backend", "storage", "session", "notifier", "access_control"];
        let complete =
            options.complete || sources.len() > 1 || sections.iter().any(|section| root.get(section).is_some());
        let complete = complete && !options.part;
        let texts = sources.iter().map(|source| SourceText::new(source.text())).collect();
        Self {
            root,
            sources,
            texts,
            findings: Vec::new(),
            filters: options.filters,
            unknown,
            complete,
            least,
            undecoded: Vec::new(),
        }
    }

    /// Drops findings that may exist only because these values could not be decoded.
    pub(super) fn obscure(&mut self, undecoded: Vec<Location>) {
        self.undecoded = undecoded;
    }

    /// Whether the configuration is complete.
    pub(super) fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether the client at this position is checked.
    pub(super) fn looks_at(&self, client: usize) -> bool {
        self.sources.iter().filter_map(|source| source.clients).all(|clients| clients.contains(&client))
    }

    pub(super) fn wants(&self, severity: Severity) -> bool {
        severity >= self.least
    }

    pub(super) fn add(&mut self, draft: Draft) {
        if !self.wants(draft.severity) || self.undecoded.iter().any(|at| obscured::hides(at, &draft.at, draft.lint.id))
        {
            return;
        }
        let located = draft.at.locate(self.root);
        if self.unknown.iter().any(|(file, span)| *file == located.file && *span == located.span) {
            return;
        }
        let path = draft.path.unwrap_or_else(|| self.path_of(&draft.at));
        let span = match &located.key_span {
            Some(key) if draft.on_key || !located.exists => key.clone(),
            _ => located.span.clone(),
        };
        let name = self.sources.get(located.file).map(|source| source.name.clone()).unwrap_or_default();
        let text = self.texts.get(located.file);
        let line = text.map(|text| text.line_column(span.start));
        let cause = text.and_then(|text| text.cause(span.start, self.filters));
        let (fix, help) = match cause {
            // The result of a template is unknown, and so is the right value in its place.
            Some(cause) => (None, Some(Shown::fixed(cause))),
            None => (draft.fix.map(|fix| self.edits(fix)), draft.help),
        };
        self.findings.push(Finding {
            rule: draft.lint.id,
            severity: draft.severity,
            file: name,
            path,
            pointer: located.pointer(),
            line,
            span: Some(span),
            message: draft.message,
            help,
            fix,
        });
    }

    /// Why Authelia may read this line differently: a filter that it applies.
    pub(super) fn cause(&self, line: &str) -> Option<&'static str> {
        self.filters.cause(line)
    }

    /// Adds a finding about a file that is not in the tree.
    pub(super) fn add_to_file(&mut self, draft: Draft, source: &Source<'_>, line: Option<(usize, usize)>) {
        if !self.wants(draft.severity) {
            return;
        }
        self.findings.push(Finding {
            rule: draft.lint.id,
            severity: draft.severity,
            file: source.name.clone(),
            path: draft.path.unwrap_or_default(),
            pointer: Pointer::root(),
            line,
            span: None,
            message: draft.message,
            help: draft.help,
            fix: None,
        });
    }

    /// The place as findings print it.
    pub(super) fn path_of(&self, at: &Location) -> Shown {
        KeyName::shown(at.path(|index| client_name(self.root, index)))
    }

    /// The client at `index` in messages: its id, or else its position.
    pub(super) fn client(&self, index: usize) -> Shown {
        quoted(&client_name(self.root, index))
    }

    /// Adds a finding that holds only if the missing parts of the configuration do not change it: as advice, if parts
    /// are missing.
    pub(super) fn add_unless_elsewhere(&mut self, draft: Draft) {
        if self.complete {
            return self.add(draft);
        }
        let mut message = draft.message.clone();
        message.push(&Shown::fixed(" in this file"));
        let elsewhere = "if it is in another file, pass that with `--with`, or name it under `with` in agepatch.toml";
        let help = match &draft.help {
            Some(help) if help.as_str().ends_with('?') => shown!("{} {}", help, elsewhere),
            Some(help) => shown!("{}; {}", help, elsewhere),
            None => Shown::fixed(elsewhere),
        };
        self.add(Draft { severity: Severity::Advice, message, ..draft }.help(help));
    }

    /// The findings, in the order of the files and of their text.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        let order = |finding: &Finding| self.sources.iter().position(|source| source.name == finding.file);
        self.findings.sort_by_cached_key(|finding| (order(finding), finding.line, finding.rule));
        self.findings
    }

    fn edits(&self, fix: Fix) -> Vec<Edit> {
        let pointer = |at: &Location| -> Pointer { at.locate(self.root).pointer() };
        match fix {
            Fix::Set(at, value) => vec![Edit::Set { path: pointer(&at), value }],
            Fix::Remove(at) => vec![Edit::Remove { path: pointer(&at) }],
            Fix::Rename(at, to) => vec![Edit::Rename { path: pointer(&at), to }],
            Fix::RemoveItems(at, positions) => {
                let list = pointer(&at);
                positions.iter().map(|position| Edit::Remove { path: list.child(position.to_string()) }).collect()
            }
        }
    }
}

/// The client at `index` in paths: its id, or else its one-based position.
fn client_name(root: &GoValue<'_>, index: usize) -> String {
    let clients = ["identity_providers", "oidc", "clients"]
        .into_iter()
        .try_fold(root, |value, key| lookup(value.map()?, key).map(|(_, entry)| &entry.value));
    let client = clients.and_then(|clients| match clients.list() {
        Some(items) => items.get(index),
        None => Some(clients),
    });
    let id = client.and_then(GoValue::map).and_then(|map| lookup(map, "client_id")).map(|(_, entry)| &entry.value);
    id.and_then(super::decode::as_string).filter(|id| !id.is_empty()).unwrap_or_else(|| format!("#{}", index + 1))
}

/// A value of a public option for a message: quoted, and shortened to fit in a line.
#[expect(clippy::disallowed_methods, reason = "the schema names this value public")]
pub(super) fn quoted(value: &str) -> Shown {
    // A part of what is held back could no longer be recognized as such.
    let value = held_back::printable(value);
    let visible: String = value.chars().take(80).flat_map(char::escape_debug).collect();
    let more = if value.chars().count() > 80 { "…" } else { "" };
    Shown::public(format!("`{visible}{more}`"))
}

/// Joins words for a sentence: `a`, `b` or `c`.
pub(super) fn any_of<T: AsRef<str>>(words: &[T]) -> Shown {
    let quoted: Vec<Shown> = words.iter().map(|word| quoted(word.as_ref())).collect();
    match quoted.split_last() {
        None => Shown::fixed("nothing"),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => {
            let mut text = Shown::join(rest, ", ");
            text.push(&Shown::fixed(" or "));
            text.push(last);
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_messages_are_cut_and_visible() {
        for (value, expected) in [
            ("a\u{7}\n".to_owned(), "`a\\u{7}\\n`".to_owned()),
            ("é".repeat(80), format!("`{}`", "é".repeat(80))),
            ("é".repeat(81), format!("`{}…`", "é".repeat(80))),
        ] {
            assert_eq!(quoted(&value).as_str(), expected);
        }
    }
}
