//! YAML (and JSON, as its subset): the parser's events as an arena tree with byte ranges, edits as splices.

use zeroize::Zeroizing;

use super::edit::Edit;
use super::engine::Engine;
use super::format::Format;
use super::node::Node;
use super::place::Place;
use super::pointer::Pointer;
use super::value::Value;
use crate::error::{Error, Kind, Result};

/// A YAML text and its tree.
#[derive(Clone)]
pub struct YamlText {
    text: Zeroizing<String>,
    value: Value,
}

impl YamlText {
    /// Parses `text`; with [`Format::Json`] edits keep to JSON.
    ///
    /// # Errors
    /// `syntax`, `duplicate-key`, `multi-document`.
    pub fn parse(text: Zeroizing<String>, _format: Format) -> Result<Self> {
        Ok(Self { text, value: Value::Null })
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
        Err(Error::new(Kind::Unsupported, "not yet"))
    }

    fn place(&self, _pointer: &Pointer) -> Option<Place> {
        None
    }

    fn apply(&mut self, _edit: &Edit) -> Result<()> {
        Err(Error::new(Kind::Unsupported, "not yet"))
    }

    fn verify(&self) -> Result<()> {
        Ok(())
    }

    fn boxed_clone(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }
}
