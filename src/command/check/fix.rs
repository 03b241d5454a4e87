//! `check --fix`: applies the safe fixes to the named file.

use std::collections::HashSet;

use crate::app::Context;
use crate::app::configuration::Configuration;
use crate::app::encrypted::is_encrypted;
use crate::app::flow::{self, Creates, Draft, Job, Work};
use crate::app::options::EditOptions;
use crate::app::output_format::FindingsFormat;
use crate::check::{self, Options};
use crate::diff;
use crate::document::{Document, Edit, Pointer, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::output::changes;
use crate::patch::Patch;
use crate::redact::Redactor;
use crate::schema::Schema;
use crate::shown;
use crate::shown::Shown;
use crate::textfile;
use crate::workspace::Target;

/// Applies every safe fix for the file itself; the files before it are not changed. A dry run writes nothing, and the
/// configuration is then checked as it would be.
pub(super) fn apply(
    configuration: &mut Configuration,
    options: &Options,
    dry_run: bool,
    context: &Context,
) -> Result<()> {
    let edits = answers(configuration, options);
    let target = configuration.target.clone();
    let name = configuration.name();
    let Some(file) = configuration.own() else { return Ok(()) };
    let Ok(document) = &file.document else { return Ok(()) };
    if edits.is_empty() {
        return Ok(());
    }
    let Some(target) = target else {
        return Err(Error::new(ErrorKind::Usage, "`--fix` writes files, and stdin is not one")
            .hint("`agepatch check --output json` gives the fixes as patches"));
    };
    let before = document.value().clone();
    let is_sealed = is_sealed(&target)?;
    file.document = if is_sealed {
        let (format, fixed) = (document.format(), dry_run.then(|| edited(document, &edits)).transpose()?);
        let work = Work::Ready(Draft::Patch(Patch::from(edits)));
        let job = Job { file: name.to_string(), work, creates: Creates::Nothing };
        flow::perform(vec![job], &EditOptions { dry_run, ..EditOptions::default() }, context)?;
        match fixed {
            Some(fixed) => Ok(fixed),
            None => check::parse(context.read(&target)?.expose(), format),
        }
    } else {
        Ok(with_fixes(document, &edits, &target, dry_run, context)?)
    };
    match &file.document {
        Ok(fixed) if context.global.format::<FindingsFormat>() == FindingsFormat::Text => {
            report(&name, &before, fixed.value(), dry_run, context)
        }
        _ => Ok(()),
    }
}

/// Prints what the fixes changed, or would change.
fn report(name: &Shown, before: &Value, after: &Value, dry_run: bool, context: &Context) -> Result<()> {
    let head = if dry_run { shown!("{} (dry run, nothing written)", name) } else { name.clone() };
    let found = diff::changes(before, after, Schema::Authelia);
    let redactor = Redactor::new(Schema::Authelia, context.global.reveal);
    let lines = changes::lines(&found, redactor, context.out.width());
    let text = Shown::join(std::iter::once(head).chain(lines).chain([Shown::default()]), "\n");
    if dry_run { context.out.diff(&text) } else { context.out.report(&text) }
}

/// The edits that fix the findings; two findings about one place have the same fix.
fn answers(configuration: &Configuration, options: &Options) -> Vec<Edit> {
    let name = configuration.name();
    let mut fixed: HashSet<Pointer> = HashSet::new();
    let own = configuration.check(options).into_iter().filter(|finding| finding.file == name);
    let answers = own.filter_map(|finding| Some((finding.pointer, finding.fix?)));
    answers.filter(|(pointer, _)| fixed.insert(pointer.clone())).flat_map(|(_, edits)| edits).collect()
}

/// Fixes a plaintext file.
fn with_fixes(
    checked: &Document,
    edits: &[Edit],
    target: &Target,
    dry_run: bool,
    context: &Context,
) -> Result<Document> {
    let named = |error: Error| error.in_file(target);
    let path = &target.path;
    let bytes = input::read(path, Limit::Secret).map_err(|error| named(Error::io("cannot read the file", &error)))?;
    // The document that was checked may be only a part of the file.
    let text = context.view(target, &bytes).map_err(named)?;
    let document = Document::parse(text.expose(), checked.format()).map_err(named)?;
    let fixed = edited(&document, edits)?;
    if dry_run {
        return Ok(fixed);
    }
    let new = flow::with_inner(&bytes, target, document.bytes(), fixed.bytes()).map_err(named)?;
    textfile::replace(path, new.expose()).map_err(|error| named(Error::io("cannot write the file", &error)))?;
    Ok(fixed)
}

fn edited(document: &Document, edits: &[Edit]) -> Result<Document> {
    let mut session = document.edit();
    edits.iter().try_for_each(|edit| session.apply(edit))?;
    session.finish()
}

/// An encrypted file must never be replaced by its plaintext.
fn is_sealed(target: &Target) -> Result<bool> {
    let bytes = input::read(&target.path, Limit::Secret)
        .map_err(|error| Error::io("cannot read the file", &error).in_file(target.path.display()))?;
    Ok(is_encrypted(target, &bytes))
}
