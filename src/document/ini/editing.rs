//! Applies an edit to the value, and changes the text to match.

use super::changes::{Changes, occurrences_of};
use super::{IniText, differs, semantics};
use crate::document::edit::Edit;
use crate::document::engine::UNWRITABLE;
use crate::document::pointer::Pointer;
use crate::document::splice::{self, Splice};
use crate::document::value::{Map, MapKey, Value};
use crate::error::{Error, ErrorKind, Result};

impl IniText {
    /// Applies one edit to the value and to the text.
    pub(super) fn edit(&mut self, edit: &Edit) -> Result<()> {
        let mut wanted = semantics::after(&self.value, edit)?;
        if self.dialect == super::Dialect::SopsIni {
            wanted = with_default(wanted);
            refuse_outside_sections(&wanted)?;
        }
        if wanted == self.value && !matches!(edit, Edit::Move { .. } | Edit::Rename { .. }) {
            return Ok(());
        }
        let splices = {
            let whole = self.closed()?;
            let Value::Map(map) = &wanted else { return Ok(()) };
            let mut changes = Changes { of: &whole, splices: Vec::new() };
            match edit {
                Edit::Rename { path, to } => changes.rename(path, to),
                Edit::Move { from, path } if changes.renames_section(from, path, &self.value) => {
                    changes.rename(from, path.last().unwrap_or_default());
                }
                Edit::Move { from, path } if changes.carries(from, path, &self.value) => changes.carry(from, path)?,
                _ => changes.root(map)?,
            }
            changes.splices
        };
        self.replace(splices)?;
        if self.value != wanted {
            return Err(differs());
        }
        self.edited = true;
        Ok(())
    }

    /// The text with a final line end, so that every line has one.
    fn closed(&self) -> Result<Self> {
        let mut text = splice::roomy(&self.text, 2);
        if !self.is_closed() {
            text.push_str(self.ending());
        }
        Self::read(text, self.dialect)
    }

    fn is_closed(&self) -> bool {
        let content = self.text.trim_start_matches('\u{feff}');
        content.is_empty() || content.ends_with('\n')
    }

    pub(super) fn ending(&self) -> &'static str {
        if self.dialect != super::Dialect::SopsDotenv && self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// Applies splices of the closed text; a missing final line end stays missing.
    fn replace(&mut self, mut splices: Vec<Splice>) -> Result<()> {
        splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
        let (is_closed, ending) = (self.is_closed(), self.ending());
        let mut text = splice::roomy(&self.text, 2);
        if !is_closed {
            text.push_str(ending);
        }
        if !splice::fit(&text, &splices) {
            return Err(differs());
        }
        splice::apply(&mut text, &splices);
        if !is_closed && text.ends_with(ending) {
            let length = text.len() - ending.len();
            text.truncate(length);
        }
        *self = Self::read(text, self.dialect)
            .map_err(|error| error.with_kind(ErrorKind::Unsupported).context(UNWRITABLE))?;
        Ok(())
    }
}

/// The value with the section that every ini file of sops has.
fn with_default(wanted: Value) -> Value {
    let Value::Map(map) = &wanted else { return wanted };
    if map.get(super::DEFAULT).is_some() {
        return wanted;
    }
    let default = (MapKey::string(super::DEFAULT), Value::Map(Map::default()));
    let rest = map.iter().map(|(key, value)| (key.clone(), value.clone()));
    Value::Map(std::iter::once(default).chain(rest).collect())
}

/// Refuses values at the top, which sops' ini store does not have.
fn refuse_outside_sections(wanted: &Value) -> Result<()> {
    let Value::Map(root) = wanted else { return Ok(()) };
    match root.iter().find(|(_, value)| !occurrences_of(value).iter().all(|one| matches!(one, Value::Map(_)))) {
        Some((key, _)) => Err(Error::new(ErrorKind::Unsupported, "in an ini file of sops every value is in a section")
            .at_path(Pointer::root().child(key.text()))
            .hint("`DEFAULT` is the section of the values before the first header")),
        None => Ok(()),
    }
}
