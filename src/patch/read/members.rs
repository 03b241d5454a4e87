//! The members of a map in a patch document.

use crate::document::{Document, LineIndex, Map, Pointer, Value, nearest};
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::{KeyName, Showable, Shown};

/// A patch document with its lines.
pub(super) struct PatchReader<'d> {
    document: &'d Document,
    lines: LineIndex,
}

/// A map in the document whose members all have known names.
pub(super) struct Members<'r> {
    reader: &'r PatchReader<'r>,
    map: &'r Map,
    at: Pointer,
}

impl<'d> PatchReader<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self { document, lines: LineIndex::new(document.bytes()) }
    }

    /// The value at `at`, which must exist.
    pub(super) fn value(&self, at: &Pointer) -> &Value {
        at.get(self.document.value()).unwrap_or(&Value::Null)
    }

    /// The items of the list at `at`.
    pub(super) fn items(&self, at: &Pointer, what: impl Showable) -> Result<Vec<Pointer>> {
        let items = self.value(at).as_list().ok_or_else(|| self.not(at, what))?;
        Ok((0..items.len()).map(|index| at.child(index.to_string())).collect())
    }

    /// The line of `at`.
    pub(super) fn line(&self, at: &Pointer) -> usize {
        self.line_column(at).map_or(1, |(line, _)| line)
    }

    /// An error in the patch at `at`.
    pub(super) fn wrong(&self, at: &Pointer, message: impl Showable) -> Error {
        let error = Error::new(ErrorKind::Patch, message);
        match self.line_column(at) {
            Some((line, column)) => error.at(line, column),
            None => error,
        }
    }

    /// The error for a value of the wrong type at `at`, where `what` was expected.
    pub(super) fn not(&self, at: &Pointer, what: impl Showable) -> Error {
        let found = self.value(at).type_name();
        let subject = at.last().map_or(Shown::fixed("the patch"), |name| shown!("`{}`", KeyName::shown(name)));
        self.wrong(at, shown!("{} must be {}, not {}", subject, what, found))
    }

    fn line_column(&self, at: &Pointer) -> Option<(usize, usize)> {
        let text = std::str::from_utf8(self.document.bytes()).ok()?;
        let place = self.document.place(at)?;
        let start = place.key.map_or(place.value.start, |key| key.start);
        Some(self.lines.line_column(text, start))
    }

    /// The map at `at`, all of whose members must be `known`.
    pub(super) fn members(&self, at: &Pointer, what: &'static str, known: &[&'static str]) -> Result<Members<'_>> {
        let map = self.value(at).as_map().ok_or_else(|| self.not(at, what))?;
        if let Some((key, _)) = map.iter().find(|(key, _)| !known.contains(&key.text())) {
            let (place, listed) = (at.child(key.text()), Shown::join(known, ", "));
            return Err(match nearest::name(known.iter().copied(), key.text()) {
                Some(nearest) => self
                    .wrong(&place, shown!("unknown key `{}` in {}", KeyName::shown(key.text()), what))
                    .hint(shown!("did you mean `{}`? known keys: {}", KeyName::shown(nearest), listed)),
                // It may be the rest of a secret with a comma in it: `{ value: first,rest }`.
                None => self
                    .wrong(&place, shown!("unknown key in {}", what))
                    .hint(shown!("known keys: {}; a value with a comma needs quotes", listed)),
            });
        }
        Ok(Members { reader: self, map, at: at.clone() })
    }
}

impl Members<'_> {
    pub(super) fn has(&self, name: &str) -> bool {
        self.map.get(name).is_some()
    }

    pub(super) fn place(&self, name: &str) -> Pointer {
        self.at.child(name)
    }

    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.map.get(name)
    }

    /// The text of an optional member, which must be a string.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>> {
        match self.map.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str().to_owned())),
            Some(_) => Err(self.reader.not(&self.place(name), "a string").hint("put it in quotes")),
        }
    }

    /// The text of a required member.
    pub(super) fn required(&self, name: &'static str, of: &Shown) -> Result<String> {
        self.text(name)?.ok_or_else(|| self.missing(name, of))
    }

    pub(super) fn missing(&self, name: &'static str, of: &Shown) -> Error {
        self.reader.wrong(&self.at, shown!("{} needs `{}`", of, name))
    }
}
