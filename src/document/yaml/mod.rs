//! YAML (and JSON, as its subset): the parser's events as an arena with byte ranges.
//!
//! [`reader`] turns the events into an arena, [`scalar`] says what plain scalars mean, [`meaning`] resolves aliases and
//! merge keys and answers where an entry stands. An edit becomes one [`splice`] of the text; the new text is read again
//! and compared with what [`apply`](super::apply) makes of the old value, and anything that cannot be done so is refused,
//! never guessed.

mod meaning;
mod reader;
mod scalar;
mod splice;

use zeroize::Zeroizing;

use self::meaning::Reading;
use self::reader::Arena;
use super::apply;
use super::edit::Edit;
use super::engine::Engine;
use super::format::Format;
use super::node::Node;
use super::place::Place;
use super::pointer::Pointer;
use super::value::Value;
use crate::error::{Error, Kind, Result};

/// A YAML text, its nodes, and what it means.
#[derive(Clone)]
pub struct YamlText {
    text: Zeroizing<String>,
    arena: Arena,
    value: Value,
    format: Format,
}

impl YamlText {
    /// Parses `text`.
    ///
    /// # Errors
    /// `syntax`, `duplicate-key`, `multi-document`, and `unsupported` for nesting or aliases beyond every bound.
    pub fn parse(text: Zeroizing<String>, format: Format) -> Result<Self> {
        let arena = reader::read(&text)?;
        let value = Reading::of(&arena).value()?;
        Ok(Self { text, arena, value, format })
    }
}

impl Engine for YamlText {
    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn value(&self) -> &Value {
        &self.value
    }

    fn tree(&self) -> Result<Node> {
        Reading::of(&self.arena).tree()
    }

    fn place(&self, pointer: &Pointer) -> Option<Place> {
        meaning::place(&self.arena, pointer)
    }

    fn apply(&mut self, edit: &Edit) -> Result<()> {
        edit.paths().try_for_each(|path| meaning::refuse_alias(&self.arena, path))?;
        let mut expected = self.value.clone();
        apply::apply(&mut expected, edit)?;
        if expected == self.value {
            return Ok(());
        }
        let splice = splice::of(&self.text, &self.arena, edit)?;
        let mut text = Zeroizing::new(String::with_capacity(self.text.len() + splice.text.len()));
        text.push_str(&self.text[..splice.range.start]);
        text.push_str(&splice.text);
        text.push_str(&self.text[splice.range.end..]);
        let edited = Self::parse(text, self.format).map_err(|error| error.with_kind(Kind::Unsupported))?;
        if edited.value != expected {
            return Err(Error::new(Kind::Unsupported, "the edit would change more than it was asked to")
                .hint("an anchor or alias may stand at this place"));
        }
        *self = edited;
        Ok(())
    }

    /// Each edit was verified when it was applied.
    fn verify(&self) -> Result<()> {
        Ok(())
    }

    fn boxed_clone(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }
}
