//! Any other content as a single value, byte for byte.

use std::sync::Arc;

use super::apply;
use super::content::Content;
use super::edit::Edit;
use super::engine::{Engine, FormatInfo, Paths};
use super::entry_span::EntrySpan;
use super::node::{Data, Node, Scalar, Style};
use super::pointer::Pointer;
use super::value::{Text, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Zeroizing;

pub(super) static RAW: FormatInfo = FormatInfo {
    name: "raw",
    help: "Anything else: the complete content is one value",
    extension: "",
    is_named: |name, word| {
        word.is_some_and(|word| matches!(word, "pem" | "key" | "crt" | "txt") && name.ends_with(&format!(".{word}")))
    },
    text_only: true,
    paths: Paths::Root,
    comments: &[],
    anchors: false,
    parse: |content| Ok(Box::new(Raw::new(content))),
};

#[derive(Clone)]
pub(super) struct Raw {
    content: Held,
    value: Value,
}

#[derive(Clone)]
enum Held {
    /// A text, which is the value as well.
    Text(Arc<Zeroizing<String>>),
    /// What is not UTF-8.
    Bytes(Zeroizing<Vec<u8>>),
}

impl Raw {
    /// Wraps the content. Bytes that are not UTF-8 have no value to show or edit; they can only be replaced entirely.
    pub(super) fn new(content: Content<'_>) -> Self {
        match content.shared() {
            Ok(text) => Self { value: Value::String(Text::whole(&text)), content: Held::Text(text) },
            Err(_) => Self { content: Held::Bytes(Zeroizing::new(content.bytes().to_vec())), value: Value::Null },
        }
    }
}

impl Engine for Raw {
    fn bytes(&self) -> &[u8] {
        match &self.content {
            Held::Text(text) => text.as_bytes(),
            Held::Bytes(bytes) => bytes,
        }
    }

    fn content(&self) -> Content<'_> {
        match &self.content {
            Held::Text(text) => text.into(),
            Held::Bytes(bytes) => bytes.as_slice().into(),
        }
    }

    fn value(&self) -> &Value {
        &self.value
    }

    fn tree(&self) -> Result<Node<'_>> {
        let text = self.value.as_str().unwrap_or_default();
        Ok(Node { data: Data::Scalar(Scalar { text, style: Style::Plain }), span: 0..self.bytes().len(), tag: None })
    }

    fn place(&self, pointer: &Pointer) -> Option<EntrySpan> {
        pointer.is_root().then(|| EntrySpan { key: None, value: 0..self.bytes().len() })
    }

    fn apply(&mut self, edit: &Edit) -> Result<()> {
        let mut wanted = self.value.clone();
        apply::apply(&mut wanted, edit)?;
        if wanted == self.value {
            return Ok(());
        }
        let text = wanted.as_str().ok_or_else(|| Error::new(ErrorKind::Unsupported, "a raw file is one text"))?;
        *self = Self::new(text.as_bytes().into());
        Ok(())
    }

    /// The text is the value, so nothing can differ.
    fn read_back(&self) -> Result<Option<Box<dyn Engine>>> {
        Ok(None)
    }

    fn boxed_clone(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_content_is_one_value_with_one_place() {
        let mut raw = Raw::new(b"old\n".into());
        assert_eq!(raw.place(&Pointer::root()), Some(EntrySpan { key: None, value: 0..4 }));
        assert_eq!(raw.place(&Pointer::new(["a"])), None);
        let set = |value: Value| Edit::Set { path: Pointer::root(), value };
        raw.apply(&set(Value::string("new"))).expect("a text");
        assert_eq!((raw.bytes(), raw.value().as_str()), (&b"new"[..], Some("new")));
        let refused = raw.apply(&set(Value::list(Vec::new()))).expect_err("a list is not text");
        assert_eq!(refused.kind(), ErrorKind::Unsupported);
    }

    #[test]
    fn bytes_that_are_not_text_stay_until_they_are_replaced() {
        let mut raw = Raw::new(b"\xff\x00".into());
        raw.apply(&Edit::Set { path: Pointer::root(), value: Value::Null }).expect("nothing changes");
        assert_eq!(raw.bytes(), b"\xff\x00");
        raw.apply(&Edit::Set { path: Pointer::root(), value: Value::string("") }).expect("a text");
        assert_eq!(raw.bytes(), b"");
    }
}
