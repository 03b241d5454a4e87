//! The document as a tree with places and notations, which checks need, since the application may interpret a scalar
//! differently from us (Authelia reads `017` as 15).

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A part of the document, borrowing its texts. Aliases are expanded (within a limit); merge keys (`<<`) are kept as
/// written.
#[derive(Debug, Clone)]
pub struct Node<'d> {
    pub data: Data<'d>,
    /// Its bytes in the document's text.
    pub span: Range<usize>,
    /// An explicit tag, as written (`!!str`, `!custom`).
    pub tag: Option<Cow<'d, str>>,
}

/// The content of a node.
#[derive(Debug, Clone)]
pub enum Data<'d> {
    Scalar(Scalar<'d>),
    List(Vec<Node<'d>>),
    Map(Vec<Entry<'d>>),
}

/// An entry of a map.
#[derive(Debug, Clone)]
pub struct Entry<'d> {
    /// The text of the key (`""` for a key that is a collection).
    pub key: &'d str,
    /// Whether the key is unquoted (then `8080` and `null` are not strings).
    pub key_plain: bool,
    /// The key's bytes in the document's text.
    pub key_span: Range<usize>,
    /// Further occurrences of the key, if a repeated name is a list of values.
    pub key_again: Vec<Range<usize>>,
    /// The value.
    pub value: Node<'d>,
}

/// The content and the notation of a scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Scalar<'d> {
    /// The content, without quotes, with escapes and folding resolved, but without a type.
    pub text: &'d str,
    pub style: Style,
}

/// The notation of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes (also for an empty value).
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

/// Prints only the length of the text.
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
