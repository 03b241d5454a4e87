//! What an edit did, for people and for programs.

use super::committed::Committed;
use super::written::FileOutcome;
use crate::app::Context;
use crate::app::options::EditOptions;
use crate::check::Finding;
use crate::diff::Change;
use crate::error::Result;
use crate::output::changes;
use crate::redact::Redactor;
use crate::schema::Schema;
use crate::shown::{Digest, Json, KeyName, Shown};
use crate::{document::Pointer, document::Text, document::Value, shown};

/// Prints the semantic diff of each file, and what became of it; then the secret that was made, where it is to be seen.
#[expect(clippy::disallowed_methods, reason = "the secret that the user asked for with --reveal")]
pub(crate) fn print(
    outcome: &Committed,
    options: &EditOptions,
    secret: Option<&Text>,
    context: &Context,
) -> Result<()> {
    if context.out.is_json() {
        let document = document(outcome, context);
        return context.out.json(&match secret {
            Some(secret) => document.with("secret", Json::public(secret.as_str().into())),
            None => document,
        });
    }
    text(outcome, options, context)?;
    match secret {
        Some(secret) => context.out.revealed_aside(secret.as_str().as_bytes()),
        None => Ok(()),
    }
}

/// What an edit did, as programs read it.
pub(crate) fn document(outcome: &Committed, context: &Context) -> Json {
    let files = outcome.files.iter().map(|file| {
        let redactor = Redactor::new(file.schema, context.global.reveal);
        let document = Json::object([
            ("path", (&file.name).into()),
            ("changed", file.changed.into()),
            ("ciphertext_sha256", file.sha256.clone().map(Digest::shown).into()),
            ("changes", Json::list(file.changes.iter().map(|change| json(change, file.schema, redactor)))),
        ]);
        match file.outside.as_slice() {
            [] => document,
            outside => document.with("outside", Json::list(outside.iter().map(Json::from))),
        }
    });
    Json::object([("files", Json::list(files)), ("commit", outcome.commit.as_ref().map(|commit| &commit.id).into())])
}

/// What an edit did, as people read it.
pub(crate) fn text(outcome: &Committed, options: &EditOptions, context: &Context) -> Result<()> {
    let redactor = |file: &FileOutcome| Redactor::new(file.schema, context.global.reveal);
    for file in &outcome.files {
        let mut text = match (file.changed, options.dry_run) {
            (false, _) => shown!("{}: nothing changed, nothing written", &file.name),
            (true, true) => shown!("{} (dry run, nothing written)", &file.name),
            (true, false) if file.created => shown!("{} (new file)", &file.name),
            (true, false) => file.name.clone(),
        };
        for line in changes::lines(&file.changes, redactor(file), context.out.width()) {
            text.push_line(&Shown::default());
            text.push(&line);
        }
        for path in &file.outside {
            text.push_line(&Shown::default());
            text.push(&shown!("  value from {}, which is outside the repository", path));
        }
        // A dry run was asked for exactly this.
        if options.dry_run { context.out.diff(&text)? } else { context.out.report(&text)? }
    }
    if let Some(commit) = &outcome.commit {
        context.out.report(&commit.line())?;
    }
    for finding in &outcome.remarks {
        context.out.note(&remark(finding))?;
    }
    Ok(())
}

/// What an edit introduced that is not an error, in a line or two.
fn remark(finding: &Finding) -> Shown {
    let text = shown!("{}[{}]: {}: {}", finding.severity.name(), finding.rule, &finding.path, &finding.message);
    match &finding.help {
        Some(help) => shown!("{}\n  help: {}", text, help),
        None => text,
    }
}

/// A change as the contract has it, redacted.
pub(crate) fn json(change: &Change, schema: Schema, redactor: Redactor) -> Json {
    let shown = |pointer: &Pointer, value: &Option<Value>| match value {
        // Of an entry that was added or removed the parts are told apart, each secret one `null`.
        Some(value) if value.is_collection() => redactor.json(pointer, value),
        Some(value) => redactor.json_or_null(pointer, value),
        None => Json::NULL,
    };
    let from = change.from.as_ref().unwrap_or(&change.pointer);
    let public = Redactor::new(schema, false);
    let hidden =
        |pointer: &Pointer, value: &Option<Value>| value.as_ref().is_some_and(|value| !public.shows(pointer, value));
    let [before, after] = match changes::renamed_key(change, redactor) {
        Some(names) => names.map(Json::from),
        None => [shown(from, &change.before), shown(&change.pointer, &change.after)],
    };
    Json::object([
        ("kind", change.kind.name().into()),
        ("path", KeyName::shown(change.path.clone()).into()),
        ("pointer", KeyName::shown(redactor.pointer(&change.pointer).to_string()).into()),
        ("before", before),
        ("after", after),
        ("secret", (hidden(from, &change.before) || hidden(&change.pointer, &change.after)).into()),
    ])
}
