//! Anything: one value, the whole content, to the byte.

use crate::memory::Zeroizing;

use super::apply;
use super::edit::Edit;
use super::engine::Engine;
use super::node::{Data, Node, Scalar, Style};
use super::place::Place;
use super::pointer::Pointer;
use super::value::Value;
use crate::error::{Error, Kind, Result};

/// A content.
#[derive(Clone)]
pub(super) struct Raw {
    bytes: Zeroizing<Vec<u8>>,
    value: Value,
}

impl Raw {
    /// Takes the content. Bytes that are no UTF-8 have no value that could be shown or edited, only replaced whole.
    pub(super) fn new(bytes: &[u8]) -> Self {
        let value = std::str::from_utf8(bytes).map_or(Value::Null, Value::string);
        Self { bytes: Zeroizing::new(bytes.to_vec()), value }
    }
}

impl Engine for Raw {
    fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn value(&self) -> &Value {
        &self.value
    }

    fn tree(&self) -> Result<Node<'_>> {
        let text = self.value.as_str().unwrap_or_default();
        Ok(Node { data: Data::Scalar(Scalar { text, style: Style::Plain }), span: 0..self.bytes.len(), tag: None })
    }

    fn place(&self, pointer: &Pointer) -> Option<Place> {
        pointer.is_root().then(|| Place { key: None, value: 0..self.bytes.len() })
    }

    fn apply(&mut self, edit: &Edit) -> Result<()> {
        let mut wanted = self.value.clone();
        apply::apply(&mut wanted, edit)?;
        if wanted == self.value {
            return Ok(());
        }
        let text = wanted.as_str().ok_or_else(|| Error::new(Kind::Unsupported, "a raw file is one text"))?;
        *self = Self::new(text.as_bytes());
        Ok(())
    }

    /// There is nothing that could read back differently.
    fn read_back(&self) -> Result<Option<Box<dyn Engine>>> {
        Ok(None)
    }

    fn boxed_clone(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }
}
