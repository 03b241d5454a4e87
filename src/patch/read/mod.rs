//! Parses patch documents in JSON or YAML, strictly: unknown members are errors with a line, never ignored.

mod members;
mod operation;
mod patch_set;

use self::members::PatchReader;
use super::operation::Patch;
use super::set::PatchSet;
use crate::document::{Document, Format, Pointer, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::shown;

/// How to interpret a patch document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatchNotation {
    /// A list of operations (RFC 6902), or a patch set.
    Operations,
    /// A merge patch (RFC 7386).
    Merge,
}

/// A parsed patch document.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A patch for a file named elsewhere.
    Patch(Patch),
    Set(PatchSet),
}

/// Parses a patch document.
///
/// # Errors
/// `patch`, with line and column, for invalid JSON or YAML, an unknown operation or member (with the nearest known
/// one), and a member that is missing, misplaced, or of the wrong type.
pub fn read(bytes: &[u8], notation: PatchNotation) -> Result<Input> {
    let document = Document::parse(bytes, Format::Yaml)
        .map_err(|error| error.context("the patch cannot be read").with_kind(ErrorKind::Patch))?;
    let reader = PatchReader::new(&document);
    let root = Pointer::root();
    if let Some(at) = template(document.value(), &root) {
        return Err(reader
            .wrong(&at, "a template without quotes, which YAML reads as a map")
            .hint("quote it: '{{ … }}'"));
    }
    match (document.value(), notation) {
        (Value::Map(map), PatchNotation::Operations) if map.get("agepatch").is_some() => {
            patch_set::read(&reader).map(Input::Set)
        }
        (Value::List(_), PatchNotation::Operations) => operation::list(&reader, &root).map(Input::Patch),
        (Value::Map(map), PatchNotation::Merge) if map.get("agepatch").is_none() => {
            Ok(Input::Patch(Patch::Merge(document.value().clone())))
        }
        (value, notation) => Err(unknown_shape(&reader, value, notation)),
    }
}

/// The place of a map with a list or map as a key, which is always a mistake: `{{ env "X" }}` without quotes is such a
/// map.
fn template(value: &Value, at: &Pointer) -> Option<Pointer> {
    match value {
        Value::Map(map) if map.has_complex_key() => Some(at.clone()),
        Value::Map(map) => map.iter().find_map(|(key, value)| template(value, &at.child(key.text()))),
        Value::List(items) => {
            items.iter().enumerate().find_map(|(index, item)| template(item, &at.child(index.to_string())))
        }
        _ => None,
    }
}

fn unknown_shape(reader: &PatchReader<'_>, value: &Value, notation: PatchNotation) -> Error {
    let root = Pointer::root();
    let what = value.type_name();
    match (value, notation) {
        (Value::Map(map), PatchNotation::Operations) if map.get("op").is_some() => {
            reader.wrong(&root, "a patch is a list of operations").hint("put brackets around it: [{ op: … }]")
        }
        (Value::Map(map), PatchNotation::Operations) if map.get("files").is_some() => {
            reader.wrong(&root, "a patch set needs a version").hint("put `agepatch: 1` at its top")
        }
        (Value::Map(_), PatchNotation::Operations) => reader
            .wrong(&root, "this is a map, but a patch is a list of operations")
            .hint("--merge reads it as an RFC 7386 merge patch; a patch set has `agepatch: 1` and `files`"),
        (Value::Map(_), PatchNotation::Merge) => {
            reader.wrong(&root, "this is a patch set, not a merge patch").hint("leave out --merge")
        }
        (_, PatchNotation::Operations) => {
            reader.wrong(&root, shown!("this is {}, but a patch is a list of operations", what))
        }
        (_, PatchNotation::Merge) => reader.wrong(&root, shown!("this is {}, but a merge patch is a map", what)),
    }
}

#[cfg(test)]
impl Input {
    /// Whether both have the same value, wherever they are.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let operations = |input: &Self| match input {
            Self::Patch(Patch::Operations(operations)) => {
                operations.iter().map(|operation| (operation.path.clone(), operation.action.clone())).collect()
            }
            _ => Vec::new(),
        };
        operations(self) == operations(other)
    }
}

#[cfg(test)]
mod tests;
