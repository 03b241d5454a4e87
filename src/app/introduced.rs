//! Errors that an edit or a merge would introduce, according to the document's schema.

use std::collections::{BTreeSet, HashMap};

use super::Context;
use super::configuration::{self, Surrounding};
use crate::check::{self, Finding, Severity, Source, Touched};
use crate::diff::{Change, ChangeKind};
use crate::document::{Document, Pointer};
use crate::error::{Error, ErrorKind, Result};
use crate::output::findings;
use crate::patch;
use crate::redact::Excerpts;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{FileName, Shown};
use crate::workspace::Target;

pub(crate) struct Edit<'d> {
    pub(crate) name: &'d str,
    pub(crate) target: Option<&'d Target>,
    pub(crate) schema: Schema,
    /// Its content before; `None` if it is new or could not be read.
    pub(crate) before: Option<&'d Document>,
    pub(crate) after: &'d Document,
    /// The changes; `None` if its text is the same.
    pub(crate) changes: Option<&'d [Change]>,
}

/// Refuses errors that the check finds after the edit but not before it. Returns the warnings and advice that the edit
/// introduces.
///
/// # Errors
/// `check`, with the findings; errors from checking.
pub(crate) fn refuse_edit_errors(edits: &[Edit<'_>], context: &Context) -> Result<Vec<Finding>> {
    let mut remarks = Vec::new();
    for one in edits {
        let Some(changes) = one.changes.filter(|_| check::applies_to(one.schema)) else { continue };
        let introduced = introduced(one, changes, edits, context)?;
        let (errors, others): (Vec<Finding>, Vec<Finding>) =
            introduced.into_iter().partition(|finding| finding.severity == Severity::Error);
        if !errors.is_empty() {
            show(one.name, one.after, one.schema, &errors, context)?;
            return Err(refusal(&errors, "edit", "; --no-check edits anyway", context));
        }
        remarks.extend(others);
    }
    Ok(remarks)
}

/// Refuses a merge with errors that neither side has.
///
/// # Errors
/// `check`, with the findings; errors from checking.
pub(crate) fn refuse_merge_errors(
    target: &Target,
    sides: [&Document; 2],
    merged: &Document,
    context: &Context,
) -> Result<()> {
    let options = context.check_options(None)?;
    let surroundings = configuration::surroundings(target, &[], options.filters, context)
        .map_err(|error| error.context("cannot check the merge"))?;
    let check = |own: &Document| {
        let mut sources: Vec<Source<'_>> = surroundings.iter().map(Surrounding::source).collect();
        sources.push(Source::new(target.shown(), Ok(own)));
        check::errors(&sources, &options)
    };
    let found = check(merged);
    if found.is_empty() {
        return Ok(());
    }
    let known: Vec<Finding> = sides.into_iter().flat_map(check).collect();
    let introduced = check::introduced(&known, &found);
    if introduced.is_empty() {
        return Ok(());
    }
    show(&target.display, merged, Schema::Authelia, &introduced, context)?;
    Err(refusal(&introduced, "merge", "", context))
}

fn introduced(one: &Edit<'_>, changes: &[Change], edits: &[Edit<'_>], context: &Context) -> Result<Vec<Finding>> {
    let options = context.check_options(None)?;
    let stdin = Target { display: one.name.to_owned(), ..Target::unnamed() };
    let target = one.target.unwrap_or(&stdin);
    let surroundings = configuration::surroundings(target, &[], options.filters, context).map_err(|error| {
        let skip = Shown::fixed("--no-check skips the check");
        let hints = Shown::join(error.shown_hints().iter().chain([&skip]), "; ");
        error.context("cannot check the edit").hint(hints)
    })?;
    let empty = Document::parse(b"", one.after.format())?;
    let before = one.before.unwrap_or(&empty);
    let is_alone = edits.len() == 1 && !surroundings.iter().any(Surrounding::has_clients);
    let touched = if is_alone { Touched::of(before, one.after, &options) } else { None };
    // If the other file is part of the same patch set, use its version from before or after the edit accordingly.
    let with = |own: &Document, clients: Option<&BTreeSet<usize>>, other: Version| {
        let mut sources: Vec<Source<'_>> =
            surroundings.iter().map(|surrounding| source(surrounding, edits, other)).collect();
        sources.push(Source { clients, ..Source::new(FileName::shown(one.name.to_owned()), Ok(own)) });
        check::run(&sources, &options)
    };
    let after = with(one.after, touched.as_ref().map(|touched| &touched.after), Version::After);
    if after.is_empty() {
        return Ok(Vec::new());
    }
    let before = with(before, touched.as_ref().map(|touched| &touched.before), Version::Before);
    let mut introduced = check::introduced(&before, &after);
    introduced.retain(|finding| !only_renamed(finding, &before, changes));
    Ok(introduced)
}

/// Whether the finding existed before, under the old id of a renamed client: `clients[new].scopes` was
/// `clients[old].scopes`.
fn only_renamed(finding: &Finding, before: &[Finding], changes: &[Change]) -> bool {
    changes.iter().filter(|change| change.kind == ChangeKind::Renamed).any(|change| {
        let Some(item) = change.pointer.parent().filter(|item| item.contains(&finding.pointer)) else { return false };
        let Some(old_item) = change.from.as_ref().unwrap_or(&change.pointer).parent() else { return false };
        let below = finding.pointer.tokens()[item.tokens().len()..].iter();
        let old_place = Pointer::new(old_item.tokens().iter().chain(below).cloned());
        before.iter().any(|old| old.rule == finding.rule && old.pointer == old_place)
    })
}

#[derive(Clone, Copy)]
enum Version {
    Before,
    After,
}

fn source<'s>(surrounding: &'s Surrounding, edits: &'s [Edit<'s>], version: Version) -> Source<'s> {
    let same = |other: &&Edit<'_>| {
        surrounding.target.as_ref().zip(other.target).is_some_and(|(target, own)| own.is_same(target))
    };
    let document = edits.iter().find(same).and_then(|other| match version {
        Version::Before => other.before,
        Version::After => Some(other.after),
    });
    match document {
        Some(document) => Source::new(surrounding.name.clone(), Ok(document)),
        None => surrounding.source(),
    }
}

/// Prints the findings with redacted excerpts.
fn show(name: &str, document: &Document, schema: Schema, introduced: &[Finding], context: &Context) -> Result<()> {
    let (Some(text), Ok(tree)) = (document.text(), document.tree()) else { return Ok(()) };
    let name = FileName::shown(name);
    let excerpts = HashMap::from([(&name, Excerpts::new(text, &tree, schema))]);
    let lines = |file: &Shown, line, column| Some(excerpts.get(file)?.line(line, column));
    context.out.findings_note(&findings::text(introduced, &lines, context.out.colors_stderr()))
}

/// The error for introduced findings; `anyway` is the flag that overrides it. If [`show`] printed the findings, the
/// error does not repeat them.
fn refusal(introduced: &[Finding], what_would: &'static str, anyway: &'static str, context: &Context) -> Error {
    let what = match introduced.len() {
        1 => Shown::fixed("an error"),
        many => shown!("{} errors", many),
    };
    let message = shown!("the {} would introduce {}, and Authelia would not start", what_would, what);
    let Some(first) = introduced.first() else { return Error::new(ErrorKind::Check, message) };
    let explain = shown!("`agepatch explain {}` explains it{}", first.rule, anyway);
    if !context.out.is_json() && !context.out.is_quiet() {
        return Error::new(ErrorKind::Check, shown!("{}; nothing was written", message)).hint(explain);
    }
    let messages = introduced.iter().map(|finding| shown!("{}: {}", finding.path, finding.message));
    let mut error = Error::new(ErrorKind::Check, shown!("{}: {}", message, Shown::join(messages, "; ")));
    error = error.at_path(&first.path).in_file(&first.file);
    if let Some((line, column)) = first.line {
        error = error.at(line, column);
    }
    let mut hints: Vec<Shown> = first.help.iter().cloned().collect();
    if let Some(fix) = &first.fix {
        hints.extend(as_patch(fix));
    }
    hints.push(explain);
    error.hints(hints)
}

/// The patch that makes the fix, as lines.
#[expect(clippy::disallowed_methods, reason = "a fix moves and removes values, and sets only words of the program")]
fn as_patch(fix: &[crate::document::Edit]) -> Vec<Shown> {
    let patch = format!("the patch that fixes it: {}", patch::to_yaml(fix).trim_end());
    patch.lines().map(Shown::public).collect()
}
