//! The document as a tree with places and notations: what checks read, since the application that gets the file may
//! read a scalar differently from us (Authelia reads `017` as 15).

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A part of the document, of which it borrows the texts. Aliases are expanded (within a bound); merge keys (`<<`) stand as written.
#[derive(Debug, Clone)]
pub struct Node<'d> {
    /// What it is.
    pub data: Data<'d>,
    /// Its bytes in the document's text.
    pub span: Range<usize>,
    /// An explicit tag, as written (`!!str`, `!custom`).
    pub tag: Option<Cow<'d, str>>,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub enum Data<'d> {
    Scalar(Scalar<'d>),
    List(Vec<Node<'d>>),
    Map(Vec<Entry<'d>>),
}

/// One entry of a map.
#[derive(Debug, Clone)]
pub struct Entry<'d> {
    /// The key's text (`""` for a key that is a collection).
    pub key: &'d str,
    /// Whether the key was written plain (then `8080` and `null` are no strings).
    pub key_plain: bool,
    /// The key's bytes in the document's text.
    pub key_span: Range<usize>,
    /// The key's further occurrences, where a name repeated in the text is a list of values.
    pub key_again: Vec<Range<usize>>,
    /// The value.
    pub value: Node<'d>,
}

/// A scalar's content and notation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Scalar<'d> {
    /// The content: quotes taken off, escapes and folding resolved, types not.
    pub text: &'d str,
    /// How it is written.
    pub style: Style,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes (a bare number or word; an empty value too).
    Plain,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// Says how long the text is, never what it says.
impl fmt::Debug for Scalar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} text of {} bytes", self.style, self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_does_not_show_its_text() {
        let shown = format!("{:?}", Scalar { text: "marker", style: Style::Single });
        assert_eq!(shown, "Single text of 6 bytes");
    }
}
