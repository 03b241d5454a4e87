//! What an edit must not do: empty a file, or introduce an error.

use std::collections::HashMap;

use super::subject::Subject;
use super::{Edited, FILTER, Job};
use crate::app::Context;
use crate::app::configuration::{self, Surrounding};
use crate::app::options::EditOptions;
use crate::check::{self, Finding, Source};
use crate::diff::{Change, ChangeKind};
use crate::document::{Document, Pointer};
use crate::error::{Error, Kind, Result};
use crate::output::findings;
use crate::patch;
use crate::redact::Excerpts;
use crate::schema::Schema;
use crate::shown::Shown;
use crate::workspace::Target;

/// Refuses what a filter cannot do: name another file, commit.
pub(super) fn refuse_for_filter(jobs: &[Job<'_>], options: &EditOptions) -> Result<()> {
    let refused = |what: &str| Error::new(Kind::Usage, format!("`-` edits stdin into stdout: {what}"));
    if jobs.iter().any(|job| job.file != FILTER) {
        return Err(refused("it goes with no other file"));
    }
    if options.commit {
        return Err(refused("there is nothing to commit"));
    }
    Ok(())
}

/// Refuses a content that is empty or white space only, unless it was so before or that is meant.
pub(super) fn refuse_empty(subject: &Subject, after: &Document, options: &EditOptions) -> Result<()> {
    let blank = |document: &Document| document.bytes().iter().all(u8::is_ascii_whitespace);
    let was_blank = !subject.is_new && subject.before.as_ref().is_some_and(blank);
    if options.allow_empty || was_blank || !blank(after) {
        return Ok(());
    }
    Err(subject.named(
        Error::new(Kind::EmptyResult, "the edit would leave the file empty")
            .hint("--allow-empty says that this is meant"),
    ))
}

/// Refuses errors that Authelia would find after the edit and did not find before.
pub(super) fn refuse_introduced_errors(edited: &[Edited], options: &EditOptions, context: &Context) -> Result<()> {
    if options.no_check {
        return Ok(());
    }
    for one in edited.iter().filter(|one| one.changed && one.schema == Schema::Authelia) {
        let introduced = introduced(one, edited, context)?;
        if !introduced.is_empty() {
            show(&one.subject.name, one.after.document(), &introduced, context)?;
            return Err(refusal(&introduced, "edit", "; --no-check edits all the same"));
        }
    }
    Ok(())
}

/// Refuses a merge with errors that neither side has.
///
/// # Errors
/// `check`, with the findings; what stands in the way of checking.
pub(crate) fn refuse_merged_errors(
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
        sources.push(Source { name: Shown::vouched(target.display.clone()), document: Ok(own) });
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
    show(&target.display, merged, &introduced, context)?;
    Err(refusal(&introduced, "merge", ""))
}

fn introduced(one: &Edited, edited: &[Edited], context: &Context) -> Result<Vec<Finding>> {
    let options = context.check_options(None)?;
    let stdin = Target { display: one.subject.name.clone(), ..Target::unnamed() };
    let target = one.subject.target.as_ref().unwrap_or(&stdin);
    let surroundings = configuration::surroundings(target, &[], options.filters, context).map_err(|error| {
        let hints =
            error.hint_text().map(str::to_owned).into_iter().chain(["--no-check edits without checking".to_owned()]);
        let hints: Vec<String> = hints.collect();
        error.context("cannot check the edit").hint(hints.join("; "))
    })?;
    let empty = Document::parse(b"", one.after.document().format())?;
    let before = one.subject.before.as_ref().unwrap_or(&empty);
    // Where the other file is part of the same patch set, it counts as it was before and as it is after.
    let with = |own: &Document, other: fn(&Edited) -> Option<&Document>| {
        let mut sources: Vec<Source<'_>> =
            surroundings.iter().map(|surrounding| source(surrounding, edited, other)).collect();
        sources.push(Source { name: Shown::vouched(one.subject.name.clone()), document: Ok(own) });
        check::errors(&sources, &options)
    };
    let after = with(one.after.document(), |other| Some(other.after.document()));
    if after.is_empty() {
        return Ok(Vec::new());
    }
    let before = with(before, |other| other.subject.before.as_ref());
    let mut introduced = check::introduced(&before, &after);
    introduced.retain(|finding| !only_renamed(finding, &before, &one.changes));
    Ok(introduced)
}

/// Whether the finding was there before, about a client that had another id: `clients[new].scopes` was `clients[old].scopes`.
fn only_renamed(finding: &Finding, before: &[Finding], changes: &[Change]) -> bool {
    changes.iter().filter(|change| change.kind == ChangeKind::Renamed).any(|change| {
        let Some(item) = change.pointer.parent().filter(|item| item.contains(&finding.pointer)) else { return false };
        let Some(old_item) = change.from.as_ref().unwrap_or(&change.pointer).parent() else { return false };
        let below = finding.pointer.tokens()[item.tokens().len()..].iter();
        let old_place = Pointer::new(old_item.tokens().iter().chain(below).cloned());
        before.iter().any(|old| old.rule == finding.rule && old.pointer == old_place)
    })
}

fn source<'s>(
    surrounding: &'s Surrounding,
    edited: &'s [Edited],
    version: fn(&Edited) -> Option<&Document>,
) -> Source<'s> {
    let same = |other: &&Edited| surrounding.target.as_ref().is_some_and(|target| other.subject.is(target));
    match edited.iter().find(same).and_then(version) {
        Some(document) => Source { name: surrounding.name.clone(), document: Ok(document) },
        None => surrounding.source(),
    }
}

/// Shows the findings with their lines, redacted.
fn show(name: &str, document: &Document, introduced: &[Finding], context: &Context) -> Result<()> {
    let (Ok(text), Ok(tree)) = (std::str::from_utf8(document.bytes()), document.tree()) else { return Ok(()) };
    let name = Shown::vouched(name);
    let excerpts = HashMap::from([(&name, Excerpts::new(text, &tree, Schema::Authelia))]);
    let lines = |file: &Shown, line, column| Some(excerpts.get(file)?.line(line, column));
    context.out.note(&findings::text(introduced, &lines, context.out.colors_stderr()))
}

/// `anyway` tells how to go on nonetheless, where one can.
fn refusal(introduced: &[Finding], what_would: &str, anyway: &str) -> Error {
    let said: Vec<String> = introduced.iter().map(|finding| format!("{}: {}", finding.path, finding.message)).collect();
    let what = match introduced.len() {
        1 => "an error".to_owned(),
        many => format!("{many} errors"),
    };
    let message = format!("the {what_would} would introduce {what}, and Authelia would not start: {}", said.join("; "));
    let mut error = Error::new(Kind::Check, message);
    let Some(first) = introduced.first() else { return error };
    error = error.at_path(&first.path).in_file(&first.file);
    if let Some((line, column)) = first.line {
        error = error.at(line, column);
    }
    let mut hints: Vec<String> = first.help.iter().map(ToString::to_string).collect();
    if let Some(fix) = &first.fix {
        let patch = format!("the patch that fixes it: {}", patch::to_yaml(fix).trim_end());
        hints.extend(patch.lines().map(str::to_owned));
    }
    hints.push(format!("`agepatch explain {}` tells more{anyway}", first.rule));
    error.hints(hints)
}
