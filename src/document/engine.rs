//! The interface of a format: what its folder provides.

use std::collections::BTreeSet;
use std::ops::Range;

use super::content::Content;
use super::edit::Edit;
use super::entry_span::EntrySpan;
use super::node::Node;
use super::pointer::Pointer;
use super::value::Value;
use super::visitor::Visitor;
use crate::error::Result;

/// A format, except for the parsed texts themselves, which are an [`Engine`] each.
pub(super) struct FormatInfo {
    /// The name on the command line and in JSON.
    pub(super) name: &'static str,
    /// The description on the command line.
    pub(super) help: &'static str,
    /// The extension of a new file's name; empty for a format without one.
    pub(super) extension: &'static str,
    /// Whether a file is in this format by its name, in lower case and without `.age`, and the name's last word.
    pub(super) is_named: fn(name: &str, word: Option<&str>) -> bool,
    /// Whether every scalar is text, whatever it looks like.
    pub(super) text_only: bool,
    pub(super) paths: Paths,
    /// The characters that start a comment.
    pub(super) comments: &'static [char],
    /// Whether a value can be repeated elsewhere by its anchor.
    pub(super) anchors: bool,
    /// Parses a text.
    pub(super) parse: fn(Content<'_>) -> Result<Box<dyn Engine>>,
}

/// What a path refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paths {
    /// Keys and positions, step by step.
    Steps,
    /// The name of a variable, taken literally.
    Names,
    /// Only the root, because the complete content is one value.
    Root,
}

/// The error for an edit that cannot be expressed as text.
pub(super) const UNWRITABLE: &str = "the edit cannot be written in the text's own style";

/// The interface of a format. A value of the type is one parsed text.
pub(crate) trait Engine: Send + Sync {
    fn bytes(&self) -> &[u8];
    /// The bytes, as a text that can be shared if they are one.
    fn content(&self) -> Content<'_> {
        self.bytes().into()
    }
    /// The value of the text, with aliases and merge keys resolved.
    fn value(&self) -> &Value;
    /// The text as a tree with places.
    fn tree(&self) -> Result<Node<'_>>;
    /// As [`Self::tree`], in which of the list at `list` only these items need to be read; the others may be nothing.
    fn tree_of_items(&self, _list: &Pointer, _items: &BTreeSet<usize>) -> Result<Node<'_>> {
        self.tree()
    }
    /// Visits what [`Self::tree`] consists of, which need not be built.
    fn visit<'d>(&'d self, visitor: &mut dyn Visitor<'d>) -> Result<()> {
        self.tree()?.visit(visitor);
        Ok(())
    }
    /// From where to where each item of the list at `list` stands, if it is one with lines of its own for each, and
    /// nothing in the text stands for what is elsewhere in it.
    fn items(&self, _list: &Pointer) -> Option<Vec<Range<usize>>> {
        None
    }
    /// The place of the entry at `pointer`.
    fn place(&self, pointer: &Pointer) -> Option<EntrySpan>;
    /// Applies one edit. After an error the engine must be dropped.
    fn apply(&mut self, edit: &Edit) -> Result<()>;
    /// Sets the text of a string of which a part was edited: what does not change keeps its notation, where the format has several.
    fn revise(&mut self, path: &Pointer, text: Value) -> Result<()> {
        self.apply(&Edit::Set { path: path.clone(), value: text })
    }
    /// Parses the current text again and compares it with the result of the edits. Returns the new engine unless it
    /// equals this one.
    fn read_back(&self) -> Result<Option<Box<dyn Engine>>>;
    fn boxed_clone(&self) -> Box<dyn Engine>;
}
