//! Checks configurations of Authelia: the check rules (lints), one file per family, their registry, and findings with
//! locations and fixes.
//!
//! [`run`] reads the files of a configuration as Authelia does and reports what Authelia would report. Everything
//! beyond that is advice.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::authelia::{Contract, clients_at};
use crate::document::{Document, Format, Node, Value};
use crate::error::Error;
use crate::schema::Schema;
use crate::shown::Shown;

mod decode;
pub mod explain;
mod filters;
pub mod finding;
mod go;
mod key_material;
pub mod lint;
mod lints;
mod load;
mod location;
mod obscured;
pub mod registry;
mod report;
mod source_text;
#[cfg(test)]
mod tests;
mod touched;

pub use filters::Filters;
pub use finding::{Finding, Severity, introduced};
pub use lint::Lint;
pub use lints::sops_nix::not_strings;
pub use touched::Touched;

/// Whether documents of this schema are checked.
pub fn applies_to(schema: Schema) -> bool {
    schema == Schema::Authelia
}

#[derive(Clone)]
pub struct Source<'a> {
    pub name: Shown,
    /// The parsed content, or the error.
    pub document: Result<&'a Document, Error>,
    /// Its clients that are checked; `None` for all.
    pub clients: Option<&'a BTreeSet<usize>>,
}

impl<'a> Source<'a> {
    /// A file of which everything is checked.
    pub fn new(name: Shown, document: Result<&'a Document, Error>) -> Self {
        Self { name, document, clients: None }
    }

    /// Its tree, without the clients that are not checked.
    fn tree(&self) -> Result<Node<'a>, Error> {
        let document = self.document.clone()?;
        match self.clients {
            Some(clients) => document.tree_of_items(&clients_at(), clients),
            None => document.tree(),
        }
    }

    fn text(&self) -> &str {
        self.document.as_ref().ok().and_then(|document| document.text()).unwrap_or_default()
    }
}

#[derive(Debug, Clone)]
pub struct Options {
    /// The minor version of Authelia 4: 38 or 39.
    pub minor: u8,
    /// Whether the files are the complete configuration. Several files, or a file with options that only a complete
    /// configuration has, are taken for it anyway.
    pub complete: bool,
    /// Whether other parts of the configuration are elsewhere, such as in the environment or in secret files, whatever
    /// the files look like.
    pub part: bool,
    /// The time to validate certificates against.
    pub now: Timestamp,
    /// The filters that Authelia applies to each file.
    pub filters: Filters,
    /// The applications to compare with their registrations.
    pub relying_parties: Vec<Contract>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            minor: 39,
            complete: false,
            part: false,
            now: Timestamp::now(),
            filters: Filters::default(),
            relying_parties: Vec::new(),
        }
    }
}

/// The versions of Authelia whose checks agepatch knows.
pub const VERSIONS: [&str; 2] = ["4.38", "4.39"];

impl Options {
    /// The options for a version of Authelia (`4.38`, `4.39.20`).
    ///
    /// # Errors
    /// `usage` for an unknown version.
    pub fn for_version(version: &str) -> crate::Result<Self> {
        let mut numbers = version.trim_start_matches('v').split('.');
        match (numbers.next(), numbers.next()) {
            (Some("4"), Some("38")) => Ok(Self { minor: 38, ..Self::default() }),
            (Some("4"), Some("39")) => Ok(Self::default()),
            _ => Err(Error::new(crate::ErrorKind::Usage, "agepatch knows the checks of Authelia 4.38 and 4.39")
                .hint("give `--authelia 4.38` or `--authelia 4.39`")),
        }
    }
}

/// Parses a file of the configuration as Authelia does: of several YAML documents in one file it reads the first. The
/// result may differ from the file, so it must not be edited and written.
///
/// # Errors
/// See [`Document::parse`].
pub fn parse(bytes: &[u8], format: Format) -> crate::Result<Document> {
    let read =
        |bytes: &[u8]| if format == Format::Yaml { go::text::parse(bytes) } else { Document::parse(bytes, format) };
    read(bytes).or_else(|error| {
        let line =
            error.line_column().filter(|_| error.kind() == crate::ErrorKind::MultiDocument).map(|(line, _)| line);
        let first = line.and_then(|line| {
            bytes
                .split_inclusive(|byte| *byte == b'\n')
                .take(line.saturating_sub(1))
                .map(<[u8]>::len)
                .reduce(|a, b| a + b)
        });
        first.map_or(Err(error), |end| read(&bytes[..end]))
    })
}

/// Checks the files of a configuration, in the order in which Authelia reads them.
pub fn run(sources: &[Source<'_>], options: &Options) -> Vec<Finding> {
    find(sources, options, Severity::Advice)
}

/// Like [`run`], but returns only the errors that would prevent Authelia from starting, without looking for advice.
pub fn errors(sources: &[Source<'_>], options: &Options) -> Vec<Finding> {
    find(sources, options, Severity::Error)
}

/// The findings of at least this severity.
fn find(sources: &[Source<'_>], options: &Options, least: Severity) -> Vec<Finding> {
    let trees: Vec<Result<Node<'_>, Error>> = sources.iter().map(Source::tree).collect();
    let mut root = load::read(&trees);
    let unread = load::unreadable(&trees, sources);
    drop(trees);
    let unknown = options.filters.forget(&mut root);
    let renamed = load::rename_old_keys(&mut root, options.minor);
    let mut report = report::Report::new(&root, sources, options, unknown, least);
    lints::file::check(&unread, sources, &mut report);
    lints::file::check_ends(sources, &mut report);
    lints::option_names::check_old(&renamed, &mut report);
    let (config, mut problems) = decode::decode(&root);
    // A version does not decode options that it does not know.
    problems.retain(|problem| obscured::is_decoded(&problem.at, options.minor));
    // If a file cannot be read, Authelia still decodes the others.
    lints::types::check(&problems, &mut report);
    if unread.is_empty() {
        lints::option_names::check(&renamed, &root, options.minor, &mut report);
        report.obscure(problems.into_iter().map(|problem| problem.at).collect());
        lints::check(&config, options, &mut report);
        report.obscure(Vec::new());
        if let Some(clients) = with_clients(sources).filter(|_| report.wants(Severity::Advice)) {
            lints::profile::check(clients, &config, options, &mut report);
            lints::relying_party::check(clients, &options.relying_parties, &mut report);
        }
    }
    report.finish()
}

/// The document whose clients apply: a later file's list replaces an earlier one's.
fn with_clients<'s>(sources: &'s [Source<'_>]) -> Option<&'s Value> {
    let documents = sources.iter().rev().filter_map(|source| source.document.as_ref().ok());
    documents.map(|document| document.value()).find(|value| clients_at().get(value).is_some())
}
