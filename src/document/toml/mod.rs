//! TOML, read by `toml_edit` and edited as text: a value where it stands, an entry as a line, a table as a section.
//!
//! A new map in the document or in a section becomes a section of its own at the end of that one's, a new list of maps
//! `[[…]]` sections; anywhere else they are written inline. Of a section that is taken out, the comment right above its
//! header goes too.

mod bracket;
mod editing;
mod layout;
mod reader;
mod transfer;
mod write;

use std::ops::Range;

use zeroize::Zeroizing;

use self::editing::Editing;
use self::reader::Part;
use super::apply;
use super::edit::Edit;
use super::engine::{Engine, UNWRITABLE};
use super::node::Node;
use super::place::Place;
use super::pointer::{Pointer, list_index};
use super::value::Value;
use crate::error::{Error, Kind, Result};

/// Bytes to replace, and their replacement.
type Splice = (Range<usize>, String);

/// A TOML text.
#[derive(Clone)]
pub(super) struct TomlText {
    text: Zeroizing<String>,
    root: Part,
    value: Value,
}

impl TomlText {
    /// Reads a text.
    ///
    /// # Errors
    /// `syntax` and `duplicate-key`, with line and column.
    pub(super) fn parse(text: Zeroizing<String>) -> Result<Self> {
        let root = reader::read(&text)?;
        let value = root.value();
        Ok(Self { text, root, value })
    }

    /// Applies a step's splices and reads the text again.
    fn spliced(&self, mut splices: Vec<Splice>) -> Result<Self> {
        splices.sort_by_key(|(range, _)| (range.start, range.end));
        let mut text = Zeroizing::new(String::with_capacity(self.text.len() + 256));
        let mut done = 0;
        for (range, new) in splices {
            let new = Zeroizing::new(new);
            text.push_str(&self.text[done..range.start.max(done)]);
            text.push_str(&new);
            done = done.max(range.end);
        }
        text.push_str(&self.text[done..]);
        Self::parse(text).map_err(|error| error.with_kind(Kind::Unsupported).context(UNWRITABLE))
    }
}

impl Engine for TomlText {
    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn value(&self) -> &Value {
        &self.value
    }

    fn tree(&self) -> Result<Node> {
        Ok(self.root.node())
    }

    fn place(&self, pointer: &Pointer) -> Option<Place> {
        let mut here = Place { key: None, value: 0..self.text.len() };
        let mut part = &self.root;
        for token in pointer.tokens() {
            if let Some(members) = part.members() {
                let member = members.iter().find(|member| member.key == *token)?;
                part = &member.part;
                here = Place { key: Some(member.key_span.clone()), value: part.span.clone() };
            } else {
                part = part.items()?.get(list_index(token)?)?;
                here = Place { key: None, value: part.span.clone() };
            }
        }
        Some(here)
    }

    fn apply(&mut self, edit: &Edit) -> Result<()> {
        let mut wanted = self.value.clone();
        apply::apply(&mut wanted, edit)?;
        if wanted == self.value {
            return Ok(());
        }
        let edited = Editing::apply(self, edit)?;
        if edited.value != wanted {
            return Err(Error::new(Kind::Unsupported, "the edited text would not mean what the edit asks for")
                .hint("nothing was changed; edit the table as a whole, or by hand"));
        }
        *self = edited;
        Ok(())
    }

    /// Each edit was verified when it was applied.
    fn read_back(&self) -> Result<Option<Box<dyn Engine>>> {
        Ok(None)
    }

    fn boxed_clone(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }
}

/// The begin of the line that holds `at`.
fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |feed| feed + 1)
}

/// The begin of the next line; the end of the text after the last one.
fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |feed| at + feed + 1)
}

/// The begin of the comment lines directly above the line at `line`.
fn comments_above(text: &str, mut line: usize) -> usize {
    while line > 0 {
        let above = line_start(text, line - 1);
        if !text[above..line].trim_start().starts_with('#') {
            break;
        }
        line = above;
    }
    line
}

#[cfg(test)]
mod tests;
