//! Patch sets in a patch document.

use super::members::{Members, PatchReader};
use super::operation;
use crate::document::{Pointer, Value};
use crate::error::Result;
use crate::patch::set::{PatchSet, SetFile};
use crate::shown::Shown;

/// Every key of a patch set.
const KEYS: [&str; 7] = ["agepatch", "task", "type", "scope", "message", "relation", "files"];

/// Parses the document as a patch set.
pub(super) fn read(reader: &PatchReader<'_>) -> Result<PatchSet> {
    let members = reader.members(&Pointer::root(), "a patch set", &KEYS)?;
    match members.value("agepatch") {
        Some(Value::Number(version)) if version.as_i64() == Some(1) => {}
        _ => {
            let at = members.place("agepatch");
            return Err(reader.wrong(&at, "`agepatch` must be 1, the only version"));
        }
    }
    Ok(PatchSet {
        tasks: tasks(reader, &members)?,
        kind: members.text("type")?,
        scope: members.text("scope")?,
        message: members.text("message")?,
        relation: members.text("relation")?,
        files: files(reader, &members)?,
    })
}

/// One task, or a list of tasks.
fn tasks(reader: &PatchReader<'_>, members: &Members<'_>) -> Result<Vec<String>> {
    let at = members.place("task");
    match members.value("task") {
        None => Ok(Vec::new()),
        Some(Value::List(items)) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(|| reader.not(&at, "an ID, or a list of them")))
            .collect(),
        Some(value) => match value.scalar_text().filter(|text| !text.is_empty()) {
            // `task: 118` is an id as much as task-118.
            Some(id) => Ok(vec![id.as_str().to_owned()]),
            None => Err(reader.not(&at, "an ID, or a list of them")),
        },
    }
}

fn files(reader: &PatchReader<'_>, members: &Members<'_>) -> Result<Vec<SetFile>> {
    let at = members.place("files");
    let files = match members.value("files") {
        None => return Err(members.missing("files", &Shown::fixed("a patch set"))),
        Some(Value::Map(files)) => files,
        Some(_) => return Err(reader.not(&at, "a map from file names to lists of operations")),
    };
    files
        .iter()
        .map(|(name, _)| {
            let patch = operation::list(reader, &at.child(name.text()))?;
            Ok(SetFile { name: name.text().to_owned(), patch })
        })
        .collect()
}
