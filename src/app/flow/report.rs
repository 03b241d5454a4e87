//! The report of an edit, as text and JSON.

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

/// Prints the semantic diff and the outcome of each file, then the generated secret if it was requested.
#[expect(clippy::disallowed_methods, reason = "the secret that the user asked for with --reveal")]
pub(crate) fn print(
    outcome: &Committed,
    options: &EditOptions,
    secret: Option<&Text>,
    context: &Context,
) -> Result<()> {
    if context.out.is_json() {
        let secret = secret.map(|secret| Json::public(secret.as_str().into()));
        return context.out.json(&Output { secret, ..Output::of(outcome, context) });
    }
    text(outcome, options, context)?;
    match secret {
        Some(secret) => context.out.revealed_aside(secret.as_str().as_bytes()),
        None => Ok(()),
    }
}

crate::output! {
    #[schemars(title = "What an edit did")]
    pub(crate) struct Output {
        files: Vec<EditedFile>,
        /// The commit that was made, if one was
        #[schemars(regex(pattern = "^[0-9a-f]{40,64}$"))]
        commit: Option<Shown>,
        /// The secret that was made, where `--reveal` asks for it (`client add`, `client rotate`)
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Shown")]
        secret: Option<Json>,
    }
}

crate::output! {
    pub(crate) struct EditedFile {
        path: Shown,
        /// Whether its text changed
        changed: bool,
        /// SHA-256 of the ciphertext, for `--expect`; null for plaintext and for a file that is not there
        #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
        ciphertext_sha256: Option<Shown>,
        changes: Vec<ChangeOutput>,
        /// The files outside of the repository that values were taken from (`value_from: { file: … }`); missing where there are none
        #[serde(skip_serializing_if = "Vec::is_empty")]
        outside: Vec<Shown>,
    }
}

crate::output! {
    #[schemars(title = "One difference between two values")]
    pub(crate) struct ChangeOutput {
        #[schemars(extend("enum" = ["added", "removed", "changed", "moved", "renamed"]))]
        kind: &'static str,
        /// By identity keys, as on the command line
        path: Shown,
        /// RFC 6901
        #[schemars(regex(pattern = "^(/.*)?$"))]
        pointer: Shown,
        /// The old value; null where there is none, and where it is secret (without --reveal)
        before: Json,
        /// The new value; null as `before`
        after: Json,
        /// Whether one of the two is secret
        secret: bool,
    }
}

impl Output {
    pub(crate) fn of(outcome: &Committed, context: &Context) -> Self {
        let files = outcome.files.iter().map(|file| {
            let redactor = Redactor::new(file.schema, context.global.reveal);
            EditedFile {
                path: file.name.clone(),
                changed: file.changed,
                ciphertext_sha256: file.sha256.clone().map(Digest::shown),
                changes: file.changes.iter().map(|change| ChangeOutput::of(change, file.schema, redactor)).collect(),
                outside: file.outside.clone(),
            }
        });
        Self { files: files.collect(), commit: outcome.commit.as_ref().map(|commit| commit.id.clone()), secret: None }
    }
}

pub(crate) fn text(outcome: &Committed, options: &EditOptions, context: &Context) -> Result<()> {
    let redactor = |file: &FileOutcome| Redactor::new(file.schema, context.global.reveal);
    for file in &outcome.files {
        let mut text = match (file.changed, options.dry_run) {
            (false, _) => shown!("{}: nothing changed, nothing written", &file.name),
            (true, true) => shown!("{} (dry run, nothing written)", &file.name),
            (true, false) if file.created && file.is_value => shown!("{} (new value)", &file.name),
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
        // A dry run exists to print this.
        if options.dry_run { context.out.diff(&text)? } else { context.out.report(&text)? }
    }
    if let Some(commit) = &outcome.commit {
        context.out.report(&commit.line())?;
    }
    for note in outcome.files.iter().flat_map(|file| &file.notes) {
        context.out.note(note)?;
    }
    for finding in &outcome.remarks {
        context.out.note(&remark(finding))?;
    }
    Ok(())
}

/// A warning or an advice that an edit introduced, in a line or two.
fn remark(finding: &Finding) -> Shown {
    let text = shown!("{}[{}]: {}: {}", finding.severity.name(), finding.rule, &finding.path, &finding.message);
    match &finding.help {
        Some(help) => shown!("{}\n  help: {}", text, help),
        None => text,
    }
}

impl ChangeOutput {
    /// A change for JSON output, redacted.
    pub(crate) fn of(change: &Change, schema: Schema, redactor: Redactor) -> Self {
        let shown = |pointer: &Pointer, value: &Option<Value>| match value {
            // An added or removed entry is printed field by field, with `null` for each secret.
            Some(value) if value.is_collection() => redactor.json(pointer, value),
            Some(value) => redactor.json_or_null(pointer, value),
            None => Json::NULL,
        };
        let from = change.from.as_ref().unwrap_or(&change.pointer);
        let public = Redactor::new(schema, false);
        let hidden = |pointer: &Pointer, value: &Option<Value>| {
            value.as_ref().is_some_and(|value| !public.shows(pointer, value))
        };
        let [before, after] = match changes::renamed_key(change, redactor) {
            Some(names) => names.map(Json::from),
            None => [shown(from, &change.before), shown(&change.pointer, &change.after)],
        };
        Self {
            kind: change.kind.name(),
            path: KeyName::shown(change.path.clone()),
            pointer: KeyName::shown(redactor.pointer(&change.pointer).to_string()),
            before,
            after,
            secret: hidden(from, &change.before) || hidden(&change.pointer, &change.after),
        }
    }
}
