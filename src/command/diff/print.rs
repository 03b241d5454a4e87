//! The comparison as text, JSON, a JSON Patch, Markdown, or a line diff of the redacted text.

use similar::TextDiff;

use super::compared::{Compared, ContentChange};
use crate::command::Context;
use crate::command::flow::report;
use crate::diff::as_patch;
use crate::document::{Document, Value, to_json};
use crate::error::{Error, Kind, Result};
use crate::redact::{self, Redactor};
use crate::shown::{Json, Shown};
use crate::{patch, shown};

/// How the comparison is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Text,
    Json,
    JsonPatch,
    Markdown,
    Unified,
}

impl Style {
    /// What `--output` asks for.
    pub(super) fn of(context: &Context) -> Result<Self> {
        Ok(match context.global.output.as_deref() {
            None | Some("text") => Self::Text,
            Some("json") => Self::Json,
            Some("json-patch") => Self::JsonPatch,
            Some("markdown") => Self::Markdown,
            Some("unified") => Self::Unified,
            Some(other) => {
                return Err(Error::new(Kind::Usage, format!("`diff` has no output `{other}`"))
                    .hint("text, json, json-patch, markdown, unified"));
            }
        })
    }
}

/// Prints the files that differ.
pub(super) fn print(files: &[Compared], style: Style, context: &Context) -> Result<()> {
    let reveal = context.global.reveal;
    match style {
        Style::Json => {
            let files = Json::list(files.iter().map(|file| json(file, reveal)));
            context.out.json(&Json::object([("files", files)]))
        }
        Style::JsonPatch => context.out.json(&json_patch(files, reveal)?),
        Style::Text | Style::Markdown | Style::Unified => {
            let one = |file: &Compared| match style {
                Style::Markdown => Ok(markdown(file, reveal)),
                Style::Unified => unified(file, reveal),
                _ => Ok(text(file, reveal)),
            };
            let all = files.iter().map(one).collect::<Result<Vec<_>>>()?;
            let between = if style == Style::Unified { "\n" } else { "\n\n" };
            match style {
                Style::Markdown => context.out.result(&Shown::join(&all, between)),
                _ => context.out.long_diff(&Shown::join(&all, between), reveal),
            }
        }
    }
}

fn title(file: &Compared) -> Shown {
    let name = Shown::vouched(file.name.clone());
    match (&file.old_name, file.status) {
        (Some(old), _) => shown!("{} (was {})", name, Shown::vouched(old.clone())),
        (None, "modified") => name,
        (None, status) => shown!("{} ({})", name, status),
    }
}

/// What is said instead of single changes.
fn remark(file: &Compared) -> Option<Shown> {
    match (&file.unreadable, file.content) {
        (Some(why), _) => Some(Shown::vouched(format!("cannot be compared: {why}"))),
        (None, Some(ContentChange::Layout)) => Some(Shown::fixed("only comments or layout changed")),
        (None, Some(ContentChange::Equal)) => Some(Shown::fixed("the content is the same")),
        _ => None,
    }
}

fn text(file: &Compared, reveal: bool) -> Shown {
    let redactor = Redactor::new(file.schema, reveal);
    let mut text = title(file);
    for line in remark(file)
        .map(|remark| shown!("  {}", remark))
        .into_iter()
        .chain(file.changes.iter().map(|change| report::line(change, redactor)))
    {
        text.push_line(&Shown::default());
        text.push(&line);
    }
    text
}

fn markdown(file: &Compared, reveal: bool) -> Shown {
    let redactor = Redactor::new(file.schema, reveal);
    let mut text = shown!("### `{}`\n", title(file));
    if let Some(remark) = remark(file) {
        text.push(&shown!("\n{}", remark));
    }
    if !file.changes.is_empty() {
        text.push(&Shown::fixed("\n```diff"));
        for change in &file.changes {
            let line = report::line(change, redactor);
            // In a diff block a changed value stands out by `!`.
            let line = line.as_str().trim_start().replacen('~', "!", 1).replace('\n', " ");
            text.push(&Shown::vouched(format!("\n{line}")));
        }
        text.push(&Shown::fixed("\n```"));
    }
    text
}

fn unified(file: &Compared, reveal: bool) -> Result<Shown> {
    let Some((before, after)) = &file.documents else { return Ok(text(file, reveal)) };
    let side = |document: &Option<Document>| -> Result<Shown> {
        let Some(document) = document else { return Ok(Shown::default()) };
        let mut text = if reveal {
            Shown::vouched(String::from_utf8_lossy(document.bytes()))
        } else {
            redact::document(document, file.schema, None)?
        };
        if !text.as_str().ends_with('\n') {
            text.push_line(&Shown::default());
        }
        Ok(text)
    };
    let (before, after) = (side(before)?, side(after)?);
    let name = file.old_name.as_ref().unwrap_or(&file.name);
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    let unified = diff.unified_diff().header(&format!("a/{name}"), &format!("b/{}", file.name)).to_string();
    if unified.is_empty() {
        // A changed secret looks the same on both sides.
        return Ok(text(file, reveal));
    }
    Ok(Shown::vouched(unified.trim_end()))
}

fn json(file: &Compared, reveal: bool) -> Json {
    let redactor = Redactor::new(file.schema, reveal);
    let changes = file.changes.iter().map(|change| report::json(change, file.schema, redactor));
    let content = match file.content {
        Some(ContentChange::Changed) => Json::from("changed"),
        Some(ContentChange::Layout) => Json::from("layout"),
        Some(ContentChange::Equal) => Json::from("equal"),
        None => Json::NULL,
    };
    let nobody = || Json::list([]);
    Json::object([
        ("path", Shown::vouched(file.name.clone()).into()),
        ("status", file.status.into()),
        ("content", content),
        ("recipients", Json::object([("added", nobody()), ("removed", nobody())])),
        ("changes", Json::list(changes)),
    ])
}

/// The operations that make the new side of the old one; of several files, a map by file.
fn json_patch(files: &[Compared], reveal: bool) -> Result<Json> {
    let mut patches = Vec::new();
    for file in files {
        let public = Redactor::new(file.schema, false);
        let secret = file.changes.iter().any(|change| {
            let hides = |value: &Option<Value>, at| value.as_ref().is_some_and(|value| !public.shows(at, value));
            hides(&change.after, &change.pointer)
                || hides(&change.before, change.from.as_ref().unwrap_or(&change.pointer))
        });
        if secret && !reveal {
            let error = Error::new(Kind::SecretNeedsReveal, "a secret changed, and the patch would hold it");
            return Err(error.in_file(&file.name).hint("--reveal prints it"));
        }
        let value = |document: &Option<Document>| document.as_ref().map_or(Value::Null, |found| found.value().clone());
        let edits = file.documents.as_ref().map(|(before, after)| as_patch(&value(before), &value(after)));
        patches.push((file.name.clone(), to_json(&patch::to_value(&edits.unwrap_or_default()))));
    }
    // Nothing in them is secret, or the user asked for it.
    Ok(Json::vouched(match patches.len() {
        0 => serde_json::Value::Array(Vec::new()),
        1 => patches.remove(0).1,
        _ => patches.into_iter().collect(),
    }))
}
