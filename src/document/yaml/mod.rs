//! YAML (and JSON, as its subset): the parser's events as an arena with byte ranges.
//!
//! [`reader`] turns the events into an arena, [`scalar`] says what plain scalars mean, [`meaning`] resolves aliases and
//! merge keys and answers where an entry stands. Editing is not built yet: an edit is refused, never guessed.

mod meaning;
mod reader;
mod scalar;

use zeroize::Zeroizing;

use self::meaning::Reading;
use self::reader::Arena;
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
}

impl YamlText {
    /// Parses `text`.
    ///
    /// # Errors
    /// `syntax`, `duplicate-key`, `multi-document`, and `unsupported` for nesting or aliases beyond every bound.
    pub fn parse(text: Zeroizing<String>, _format: Format) -> Result<Self> {
        let arena = reader::read(&text)?;
        let value = Reading::of(&arena).value()?;
        Ok(Self { text, arena, value })
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
        let _ = edit;
        Err(Error::new(Kind::Unsupported, "YAML files cannot be edited yet"))
    }

    fn verify(&self) -> Result<()> {
        Ok(())
    }

    fn boxed_clone(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }
}
