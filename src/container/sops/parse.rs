//! Takes the text of a file apart, whichever store it is of.

use super::sheet::Sheet;
use super::store::Store;
use super::{dotenv, ini, yaml};
use crate::document::{Notation, Outline};
use crate::error::Result;

/// Parses a text of a store.
pub(super) fn read(text: &str, store: Store) -> Result<Sheet> {
    read_with_outline(text, store).map(|(sheet, _)| sheet)
}

/// Parses a text of a store; in YAML and JSON also detects how its scalars are written.
pub(super) fn read_with_notation(text: &str, store: Store) -> Result<(Sheet, Option<Notation>)> {
    let (sheet, outline) = read_with_outline(text, store)?;
    Ok((sheet, outline.and_then(|outline| Notation::of(&outline, store != Store::Yaml))))
}

/// Parses a text of a store; also gives the outline of YAML and JSON.
pub(super) fn read_with_outline(text: &str, store: Store) -> Result<(Sheet, Option<Outline<'_>>)> {
    let is_json = match store {
        Store::Yaml => false,
        Store::Json | Store::Binary => true,
        Store::Dotenv => return Ok((dotenv::read(text)?, None)),
        Store::Ini => return Ok((ini::read(text)?, None)),
    };
    let outline = Outline::read(text)?;
    let sheet = yaml::read(&outline, is_json)?;
    Ok((sheet, Some(outline)))
}
