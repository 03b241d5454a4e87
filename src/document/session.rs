//! Documents of any format, and sessions that edit them.

use std::collections::BTreeSet;

use super::content::Content;
use super::edit::Edit;
use super::engine::Engine;
use super::entry_span::EntrySpan;
use super::format::Format;
use super::node::Node;
use super::pointer::Pointer;
use super::value::Value;
use super::visitor::Visitor;
use super::yaml::{self, Nodes};
use crate::error::{Error, ErrorKind, Result};

/// A parsed document.
pub struct Document {
    format: Format,
    pub(super) engine: Box<dyn Engine>,
}

impl Document {
    /// Parses `bytes`.
    ///
    /// # Errors
    /// `syntax`, `duplicate-key`, `multi-document` or `unsupported`, with line and column.
    pub fn parse(bytes: &[u8], format: Format) -> Result<Self> {
        Self::of(bytes.into(), format)
    }

    /// Like [`Self::parse`], for a content that the document may share.
    ///
    /// # Errors
    /// See [`Self::parse`].
    pub fn of(content: Content<'_>, format: Format) -> Result<Self> {
        let engine = format.parse(content)?;
        Ok(Self { format, engine })
    }

    /// Like [`Self::of`], for a content whose `nodes` may be known already.
    ///
    /// # Errors
    /// See [`Self::parse`].
    pub(crate) fn with_nodes(content: Content<'_>, format: Format, nodes: Option<Nodes>) -> Result<Self> {
        match nodes {
            Some(nodes) if matches!(format, Format::Yaml | Format::Json) => {
                let engine = yaml::with_nodes(content, nodes, format == Format::Json)?;
                Ok(Self { format, engine })
            }
            _ => Self::of(content, format),
        }
    }

    /// The format that it was parsed as.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The text.
    pub fn bytes(&self) -> &[u8] {
        self.engine.bytes()
    }

    /// The text, which is known to be one in most formats; `None` if the bytes are not UTF-8.
    pub fn text(&self) -> Option<&str> {
        self.engine.content().as_str()
    }

    /// The value of the text, with aliases and merge keys resolved.
    pub fn value(&self) -> &Value {
        self.engine.value()
    }

    /// The text as a tree with places.
    ///
    /// # Errors
    /// `unsupported` if expanding aliases would exceed the limit.
    pub fn tree(&self) -> Result<Node<'_>> {
        self.engine.tree()
    }

    /// As [`Self::tree`], in which of the list at `list` only these items need to be read; the others may be nothing.
    ///
    /// # Errors
    /// As [`Self::tree`].
    pub fn tree_of_items(&self, list: &Pointer, items: &BTreeSet<usize>) -> Result<Node<'_>> {
        self.engine.tree_of_items(list, items)
    }

    /// Visits what [`Self::tree`] consists of, in its order, without building it.
    ///
    /// # Errors
    /// As [`Self::tree`], after a part of the document was visited.
    pub fn visit<'d>(&'d self, visitor: &mut dyn Visitor<'d>) -> Result<()> {
        self.engine.visit(visitor)
    }

    /// The place of the entry at `pointer` in the text.
    pub fn place(&self, pointer: &Pointer) -> Option<EntrySpan> {
        self.engine.place(pointer)
    }

    /// The text as one value, without what it consists of: of a large document that takes more memory than the text. A document
    /// whose text cannot be shared stays as it is.
    #[must_use]
    pub fn into_raw(self) -> Self {
        let raw = Some(self.engine.content()).filter(|content| content.is_shared());
        raw.and_then(|content| Self::of(content, Format::Raw).ok()).unwrap_or(self)
    }

    /// Starts to edit a copy.
    pub fn edit(&self) -> Session {
        Session { format: self.format, engine: self.engine.boxed_clone(), begun: self.bytes().len() }
    }
}

/// The number of bytes by which edits may make a text grow: a list that is copied into itself doubles each time.
const ROOM: usize = 32 << 20;

/// A document that is being edited atomically.
pub struct Session {
    format: Format,
    engine: Box<dyn Engine>,
    /// The length before the first edit.
    begun: usize,
}

impl Session {
    /// The document's format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The value after the edits so far.
    pub fn value(&self) -> &Value {
        self.engine.value()
    }

    /// Applies one edit. After an error the session must be dropped.
    ///
    /// # Errors
    /// `path`, `ambiguous`, `alias`, `test`, `unsupported`.
    pub fn apply(&mut self, edit: &Edit) -> Result<()> {
        self.engine.apply(edit)?;
        let grown = self.engine.bytes().len().saturating_sub(self.begun);
        match edit {
            Edit::Copy { path, .. } if grown > ROOM => {
                Err(Error::new(ErrorKind::Unsupported, "the copies would make the text grow by more than 32 MiB")
                    .at_path(path))
            }
            _ => Ok(()),
        }
    }

    /// Sets a string of which a part was edited, such as a document in it. Its lines that do not change keep their bytes, and it
    /// keeps its notation as far as that can hold the new text, also where a string that is replaced would get a simpler one.
    ///
    /// # Errors
    /// As [`Self::apply`].
    pub fn revise(&mut self, path: &Pointer, text: &str) -> Result<()> {
        self.engine.revise(path, Value::string(text))
    }

    /// Parses the new text again, compares it with the edited value, and returns the new document.
    ///
    /// # Errors
    /// `unsupported` if the new text does not parse to the edited value; it must not be written in that case.
    pub fn finish(self) -> Result<Document> {
        let unread = self.unread();
        let read = unread.read()?;
        Ok(unread.accept(read))
    }

    /// Ends the session without parsing the text again, which [`Unread::read`] does later.
    pub fn unread(self) -> Unread {
        Unread(Document { format: self.format, engine: self.engine })
    }
}

/// A document whose new text was not parsed again yet, so that it must not be written. It can be examined already,
/// since parsing a large text takes time.
pub struct Unread(Document);

/// The result of parsing a document again.
pub struct ReadBack(Option<Box<dyn Engine>>);

impl Unread {
    /// The document, for examination.
    pub fn document(&self) -> &Document {
        &self.0
    }

    /// The document.
    pub fn into_document(self) -> Document {
        self.0
    }

    /// Parses the new text again, and compares it with the edited value.
    ///
    /// # Errors
    /// `unsupported` if the new text does not parse to the edited value; it must not be written in that case.
    pub fn read(&self) -> Result<ReadBack> {
        self.0.engine.read_back().map(ReadBack)
    }

    /// Whether the parsed text equals the one that was examined, except for an added line end.
    pub fn agrees(&self, read: &ReadBack) -> bool {
        read.0.as_ref().is_none_or(|engine| engine.bytes() == self.0.bytes())
    }

    /// The document as it was parsed again.
    pub fn accept(self, read: ReadBack) -> Document {
        match read.0 {
            Some(engine) => Document { format: self.0.format, engine },
            None => self.0,
        }
    }
}

/// A document that was parsed needs no further verification.
impl From<Document> for Unread {
    fn from(document: Document) -> Self {
        Self(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_text_are_reported_with_their_line() {
        for (bytes, line) in [(&b"\xff"[..], 1), (b"a: 1\nb: \xff\n\n", 2), (b"\n\n\n\xff", 4)] {
            let error = Document::parse(bytes, Format::Yaml).err().expect("it is not UTF-8");
            assert_eq!((error.kind(), error.line_column()), (ErrorKind::Syntax, Some((line, 1))), "{bytes:?}");
        }
    }

    #[test]
    fn copies_make_a_text_grow_only_up_to_a_limit() {
        let copied = |length: usize| {
            let text = ["A=", &"x".repeat(length), "\n"].concat();
            let mut session = Document::parse(text.as_bytes(), Format::Dotenv).expect("a variable").edit();
            session.apply(&Edit::Copy { from: Pointer::new(["A"]), path: Pointer::new(["B"]) })
        };
        let line = ROOM - "B=\n".len();
        assert!(copied(line).is_ok());
        assert_eq!(copied(line + 1).map_err(|error| error.kind()), Err(ErrorKind::Unsupported));
        let mut session = Document::parse(b"a", Format::Raw).expect("a text").edit();
        let whole = Edit::Set { path: Pointer::root(), value: Value::string("x".repeat(ROOM + 2)) };
        session.apply(&whole).expect("the given text is not a copy");
    }

    #[test]
    fn a_line_end_added_by_parsing_again_is_reported() {
        for (text, value, expected) in [
            ("a: 1", "x", "a: x"),
            ("a: 1\n", "x\ny\n", "a: |\n  x\n  y\n"),
            ("a: 1", "x\ny\n", "a: |\n  x\n  y\n"),
            ("a: 1\nb: 2", "x\ny\n", "a: |\n  x\n  y\nb: 2"),
        ] {
            let mut session = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML").edit();
            session.apply(&Edit::Set { path: Pointer::new(["a"]), value: Value::string(value) }).expect("it fits");
            let unread = session.unread();
            let read = unread.read().expect("it reads back");
            let is_same = unread.document().bytes() == expected.as_bytes();
            assert_eq!(unread.agrees(&read), is_same, "{text:?} {value:?}");
            assert_eq!(unread.accept(read).bytes(), expected.as_bytes(), "{text:?} {value:?}");
        }
    }
}
