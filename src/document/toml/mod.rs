//! TOML, parsed by `toml_edit` and edited as text: values in place, entries as lines, tables as sections.
//!
//! A new map in the document or in a section becomes a section at its end, a new list of maps `[[…]]` sections;
//! elsewhere they are written inline. A removed section takes the comment right above its header with it.
//!
//! An edit is one or more steps (`steps`). Each is a `Rewrite`: a few splices, and their effect on the tree (`editing`
//! creates it, `rewrite` applies it). The places after the splices are shifted, and only new text is parsed; the
//! complete text is parsed again at the end, and compared with the intended value.

mod bracket;
mod comments;
mod editing;
mod layout;
mod new_value;
mod node;
mod reader;
mod refusal;
mod rewrite;
mod steps;
mod transfer;
mod write;

use crate::memory::Zeroizing;

use self::new_value::NewValue;
use self::node::{Shape, TomlNode};
use self::refusal::differs;
use self::rewrite::Rewrite;
use super::apply;
use super::edit::Edit;
use super::engine::{Engine, FormatInfo, Paths, UNWRITABLE};
use super::entry_span::EntrySpan;
use super::node::{Node, Style};
use super::pointer::Pointer;
use super::respell::{QuotedNotation, Spelling};
use super::value::Value;
use crate::error::{ErrorKind, Result};

pub(super) static TOML: FormatInfo = FormatInfo {
    name: "toml",
    help: "TOML",
    extension: "toml",
    is_named: |_, word| word == Some("toml"),
    text_only: false,
    paths: Paths::Steps,
    comments: &['#'],
    anchors: false,
    parse: |content| Ok(Box::new(TomlText::parse(content.copied()?)?)),
};

#[derive(Clone)]
pub(super) struct TomlText {
    text: Zeroizing<String>,
    root: TomlNode,
    value: Value,
    /// Whether the text was edited since it was last parsed completely.
    edited: bool,
}

impl TomlText {
    /// Parses a text.
    ///
    /// # Errors
    /// `syntax` and `duplicate-key`, with line and column.
    pub(super) fn parse(text: Zeroizing<String>) -> Result<Self> {
        let root = reader::read(&text)?;
        let value = root.value();
        Ok(Self { text, root, value, edited: false })
    }

    /// Whether an edit changes nothing, so that the text is kept.
    fn changes_nothing(&self, edit: &Edit) -> bool {
        let held = |path: &Pointer, value: &Value| path.get(&self.value) == Some(value);
        let in_list = |path: &Pointer| {
            let above = path.parent().and_then(|above| above.get(&self.value));
            above.is_some_and(|above| above.as_list().is_some())
        };
        match edit {
            Edit::Test { .. } => true,
            Edit::Add { path, value } => held(path, value) && !in_list(path),
            Edit::Replace { path, value } | Edit::Set { path, value } => held(path, value),
            Edit::Append { path, value } => {
                path.get(&self.value).and_then(Value::as_list).is_some_and(|items| items.contains(value))
            }
            Edit::Rename { path, to } => path.last() == Some(to),
            Edit::Move { from, path } => from == path,
            Edit::Copy { from, path } => from.get(&self.value).is_some_and(|value| held(path, value)) && !in_list(path),
            Edit::Remove { .. } => false,
        }
    }

    fn apply_one(&mut self, edit: &Edit) -> Result<()> {
        let unchanged = self.changes_nothing(edit);
        apply::apply(&mut self.value, edit)?;
        if unchanged {
            return Ok(());
        }
        self.change(edit)?;
        if !self.agrees(edit) {
            return Err(differs());
        }
        Ok(())
    }

    /// The source for a string with another text in the notation of the old one; `None` if that cannot hold it.
    fn respelled(&self, path: &Pointer, text: &str) -> Option<Zeroizing<String>> {
        let part = self.root.find(path)?;
        let notation = match &part.shape {
            Shape::Scalar(Value::String(_), Style::Double) => QuotedNotation::TomlBasic,
            Shape::Scalar(Value::String(_), Style::Single) => QuotedNotation::TomlLiteral,
            _ => return None,
        };
        let spelling = Spelling::read(self.text.get(part.span.clone())?, notation)?;
        let is_known = path.get(&self.value).and_then(Value::as_str) == Some(spelling.text());
        let spelled = spelling.of(text, "\n", |_| false).filter(|_| is_known)?;
        let line = Zeroizing::new(["k = ", spelled.as_str(), "\n"].concat());
        let reads_back = Self::parse(line).is_ok_and(|read| read.value.get("k").and_then(Value::as_str) == Some(text));
        reads_back.then_some(spelled)
    }

    /// Whether tree and value are equal at the place of an edit.
    fn agrees(&self, edit: &Edit) -> bool {
        let same = |path: &Pointer| self.root.find(path).map(TomlNode::value).as_ref() == path.get(&self.value);
        edit.paths().all(same)
    }
}

impl Engine for TomlText {
    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn value(&self) -> &Value {
        &self.value
    }

    fn tree(&self) -> Result<Node<'_>> {
        Ok(self.root.node())
    }

    fn place(&self, pointer: &Pointer) -> Option<EntrySpan> {
        let value = self.root.find(pointer)?.span.clone();
        let members = pointer.parent().and_then(|above| self.root.find(&above)).and_then(TomlNode::members);
        let member =
            members.and_then(|members| members.iter().find(|member| Some(member.key.as_str()) == pointer.last()));
        Some(EntrySpan { key: member.map(|member| member.key_span.clone()), value })
    }

    fn apply(&mut self, edit: &Edit) -> Result<()> {
        if let Some(edits) = crate::document::rewrite::of(edit, &self.value) {
            let unedited = self.clone();
            if edits.iter().try_for_each(|edit| self.apply_one(edit)).is_ok() {
                return Ok(());
            }
            *self = unedited;
        }
        self.apply_one(edit)
    }

    fn revise(&mut self, path: &Pointer, text: Value) -> Result<()> {
        let edit = Edit::Set { path: path.clone(), value: text.clone() };
        let new = text.as_str().and_then(|text| self.respelled(path, text));
        if new.is_none() || self.changes_nothing(&edit) {
            return self.apply(&edit);
        }
        apply::apply(&mut self.value, &edit)?;
        self.put(path, &NewValue { text: new, ..NewValue::value(&text) }, false)?;
        if self.agrees(&edit) { Ok(()) } else { Err(differs()) }
    }

    fn read_back(&self) -> Result<Option<Box<dyn Engine>>> {
        if !self.edited {
            return Ok(None);
        }
        let read = Self::parse(self.text.clone())
            .map_err(|error| error.with_kind(ErrorKind::Unsupported).context(UNWRITABLE))?;
        if read.value != self.value {
            return Err(differs());
        }
        Ok(Some(Box::new(read)))
    }

    fn boxed_clone(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
