//! Prints the comparison as text, JSON, a JSON Patch, Markdown, or a line diff of the redacted text.

use std::collections::BTreeMap;

use similar::TextDiff;

use super::compared::{Compared, ContentChange};
use super::format::DiffFormat;
use crate::app::Context;
use crate::app::access::{Access, Stanza, bare_reader};
use crate::app::flow::report::ChangeOutput;
use crate::command::git::marks::marks;
use crate::container::Recipient;
use crate::diff::as_patch;
use crate::document::{Document, Edit, Value, to_json};
use crate::error::{Error, ErrorKind, Result};
use crate::memory;
use crate::output::changes;
use crate::output::findings::PatchOutput;
use crate::redact::{self, Marks, Redactor};
use crate::shown::{FileName, Json, Shown};
use crate::{patch, shown};

crate::output! {
    #[schemars(title = "What changed")]
    pub(crate) struct Output {
        files: Vec<FileChanges>,
    }
}

crate::output! {
    pub(crate) struct FileChanges {
        path: Shown,
        #[schemars(extend("enum" = ["added", "removed", "modified", "renamed"]))]
        status: &'static str,
        /// `layout`: only comments or layout; null where a side cannot be read
        #[schemars(extend("enum" = ["changed", "layout", "equal", null]))]
        content: Option<&'static str>,
        recipients: Recipients,
        changes: Vec<ChangeOutput>,
    }
}

crate::output! {
    pub(crate) struct Recipients {
        added: Vec<Stanza>,
        removed: Vec<Stanza>,
    }
}

/// What `--output json-patch` prints: the patch of one file, or those of several by their names.
#[derive(schemars::JsonSchema)]
#[schemars(untagged, title = "`diff --output json-patch`: the operations that make the new side of the old one")]
#[expect(dead_code, reason = "for the schema; patches are made as JSON")]
pub(crate) enum Patches {
    One(PatchOutput),
    ByFile(BTreeMap<String, PatchOutput>),
}

/// Prints the files that differ.
pub(super) fn print(files: &[Compared], format: DiffFormat, context: &Context) -> Result<()> {
    let reveal = context.global.reveal;
    match format {
        DiffFormat::Json => {
            context.out.json(&Output { files: files.iter().map(|file| output(file, context)).collect() })
        }
        DiffFormat::JsonPatch => context.out.json(&json_patch(files, reveal)?),
        DiffFormat::Text | DiffFormat::Markdown | DiffFormat::Unified => {
            // Only the line diff shows marks; nothing else should create the repository's key for them.
            let marks = match format {
                DiffFormat::Unified => Some(marks(context).map_or_else(Marks::random, Ok)?),
                _ => None,
            };
            let one = |file: &Compared| match (&marks, format) {
                (Some(marks), _) => unified(file, marks, context),
                (None, DiffFormat::Markdown) => markdown(file, context),
                (None, _) => text(file, context),
            };
            let all: Vec<Shown> = files.iter().map(one).collect();
            let between = if format == DiffFormat::Unified { "\n" } else { "\n\n" };
            match format {
                DiffFormat::Markdown => context.out.result(&Shown::join(&all, between)),
                _ => context.out.long_diff(&Shown::join(&all, between), reveal),
            }
        }
    }
}

fn title(file: &Compared) -> Shown {
    let name = FileName::shown(file.name.clone());
    match (&file.old_name, file.status) {
        (Some(old), _) => shown!("{} (was {})", name, FileName::shown(old.clone())),
        (None, "modified") => name,
        (None, status) => shown!("{} ({})", name, status),
    }
}

/// A sentence in place of single changes.
fn remark(file: &Compared) -> Option<Shown> {
    let readers = !file.gained.is_empty() || !file.lost.is_empty();
    match (&file.unreadable, file.content) {
        (Some(why), _) => Some(shown!("cannot be compared: {}", why)),
        (None, Some(ContentChange::Layout)) => Some(Shown::fixed("only comments or layout changed")),
        (None, Some(ContentChange::Equal | ContentChange::Metadata)) if readers => {
            Some(Shown::fixed("only the recipients changed"))
        }
        (None, Some(ContentChange::Metadata)) => Some(Shown::fixed("only the MAC or other metadata changed")),
        (None, Some(ContentChange::Equal)) => Some(Shown::fixed("the content is the same")),
        (None, Some(ContentChange::Changed)) if file.changes.is_empty() => Some(Shown::fixed("the content changed")),
        _ => None,
    }
}

/// The recipients that were removed and added, a line each.
fn readers(file: &Compared, context: &Context) -> Vec<Shown> {
    if file.gained.is_empty() && file.lost.is_empty() {
        return Vec::new();
    }
    let has_rules =
        context.workspace.rules_path().is_some() || context.workspace.sops_rules().is_ok_and(|rules| rules.is_some());
    let access = has_rules.then(|| Access::as_written(context));
    let line = |sign: &'static str, one: &Recipient| {
        let named = access.as_ref().map_or_else(|| bare_reader(one), |access| access.reader(one));
        shown!("{} recipient {}", sign, named)
    };
    let lost = file.lost.iter().map(|one| line("-", one));
    lost.chain(file.gained.iter().map(|one| line("+", one))).collect()
}

fn text(file: &Compared, context: &Context) -> Shown {
    let redactor = Redactor::new(file.schema, context.global.reveal);
    let mut text = title(file);
    let above = remark(file).into_iter().chain(readers(file, context));
    for line in
        above.map(|line| shown!("  {}", line)).chain(changes::lines(&file.changes, redactor, context.out.width()))
    {
        text.push_line(&Shown::default());
        text.push(&line);
    }
    text
}

fn markdown(file: &Compared, context: &Context) -> Shown {
    let redactor = Redactor::new(file.schema, context.global.reveal);
    let mut lines = readers(file, context);
    lines.extend(changes::lines(&file.changes, redactor, usize::MAX).iter().map(sign_first));
    let block = (!lines.is_empty()).then(|| shown!("```diff\n{}\n```", Shown::join(&lines, "\n")));
    let title = shown!("### `{}`", title(file));
    Shown::join([Some(title), remark(file), block].into_iter().flatten(), "\n\n")
}

/// The line in the format of a diff block: the sign first, `!` for a changed value.
#[expect(clippy::disallowed_methods, reason = "the redactor made these texts and values")]
fn sign_first(line: &Shown) -> Shown {
    let text = line.as_str();
    let indent = text.len() - text.trim_start().len();
    let spaces = Shown::document(&text[..indent.saturating_sub(2)]);
    let rest = |at: usize| Shown::document(&text[at..]);
    match &text.as_bytes()[indent..] {
        [b'~', b' ', ..] => shown!("!{}{}", spaces, rest(indent + 1)),
        [b'+', b' ', ..] => shown!("+{}{}", spaces, rest(indent + 1)),
        [b'-', b' ', ..] => shown!("-{}{}", spaces, rest(indent + 1)),
        _ => line.clone(),
    }
}

/// A line diff of the redacted text, with marks on secrets to show which changed; with `--reveal` of the real text.
#[expect(clippy::disallowed_methods, reason = "the redactor made these texts and values")]
fn unified(file: &Compared, marks: &Marks, context: &Context) -> Shown {
    let side = |document: &Option<Document>| -> Result<Shown> {
        let Some(document) = document else { return Ok(Shown::default()) };
        let mut text = match context.global.reveal {
            true => Shown::document(String::from_utf8_lossy(document.bytes())),
            false => redact::marked(document, file.schema, marks)?,
        };
        if !text.as_str().ends_with('\n') {
            text.push_line(&Shown::default());
        }
        Ok(text)
    };
    let sides = file.documents.as_ref().map(|(before, after)| (side(before), side(after)));
    let Some((Ok(before), Ok(after))) = sides else { return text(file, context) };
    let old = file.old_name.as_ref().unwrap_or(&file.name);
    let name = |gone: &str, prefix: &str, name: &str| match file.status == gone {
        true => "/dev/null".to_owned(),
        false => format!("{prefix}/{name}"),
    };
    let (from, to) = (name("added", "a", old), name("removed", "b", &file.name));
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    let unified = memory::written(format_args!("{}", diff.unified_diff().header(&from, &to)));
    // If the texts do not differ in lines, print sentences.
    if unified.is_empty() { text(file, context) } else { Shown::document(unified.trim_end()) }
}

fn output(file: &Compared, context: &Context) -> FileChanges {
    let redactor = Redactor::new(file.schema, context.global.reveal);
    let stanzas = |all: &[Recipient]| all.iter().map(Stanza::of).collect();
    FileChanges {
        path: FileName::shown(file.name.clone()),
        status: file.status,
        content: file.content.map(|content| match content {
            ContentChange::Changed => "changed",
            ContentChange::Layout => "layout",
            ContentChange::Equal | ContentChange::Metadata => "equal",
        }),
        recipients: Recipients { added: stanzas(&file.gained), removed: stanzas(&file.lost) },
        changes: file.changes.iter().map(|change| ChangeOutput::of(change, file.schema, redactor)).collect(),
    }
}

/// The operations that turn the old side into the new one; for several files, a map by file.
#[expect(clippy::disallowed_methods, reason = "the redactor made these texts and values")]
fn json_patch(files: &[Compared], reveal: bool) -> Result<Json> {
    let mut patches = Vec::new();
    for file in files {
        if let Some(error) = &file.unreadable {
            return Err(error.clone());
        }
        let public = Redactor::new(file.schema, false);
        let hides = |value: &Option<Value>, at| value.as_ref().is_some_and(|value| !public.shows(at, value));
        let secret = file.changes.iter().any(|change| {
            hides(&change.after, &change.pointer)
                || hides(&change.before, change.from.as_ref().unwrap_or(&change.pointer))
        });
        let value = |document: &Option<Document>| document.as_ref().map_or(Value::Null, |found| found.value().clone());
        let edits = file.documents.as_ref().map(|(before, after)| as_patch(&value(before), &value(after)));
        let edits = edits.unwrap_or_default();
        let holds = |edit: &Edit| match edit {
            Edit::Add { path, value } | Edit::Replace { path, value } => !public.shows(path, value),
            _ => false,
        };
        if !reveal && (secret || edits.iter().any(holds)) {
            let error = Error::new(ErrorKind::SecretNeedsReveal, "a secret changed, and the patch would contain it");
            return Err(error.in_file(FileName::shown(&file.name)).hint("--reveal prints it"));
        }
        patches.push((file.name.clone(), to_json(&patch::to_value(&edits))));
    }
    // They contain no secret, or the user asked for it.
    Ok(Json::public(match patches.len() {
        0 => serde_json::Value::Array(Vec::new()),
        1 => patches.remove(0).1,
        _ => patches.into_iter().collect(),
    }))
}
