//! The outline of a YAML or JSON text: every node of every document with its place, and every comment.
//!
//! For code that processes scalars individually and leaves everything else in the text as it is.

use std::ops::Range;
use std::sync::Arc;

use super::arena::{Arena, Content};
use super::documents::documents_of;
use super::tree::Tree;
use super::{lines, reader, scalar};
use crate::document::node::Style;
use crate::document::value::Value;
use crate::error::{Error, Result};

/// A text with one or more documents.
pub struct Outline<'t> {
    text: &'t str,
    /// The start of each document, and its nodes.
    documents: Vec<(usize, Arena)>,
}

/// The nodes of a text that is one document, to make a [`Document`](crate::document::Document) of it without parsing it
/// again.
#[derive(Clone)]
pub struct Nodes(pub(super) Arc<Arena>);

/// A node.
#[derive(Debug, Clone)]
pub struct Part<'o> {
    /// The collection that contains it, as an index in [`Outline::parts`]; `None` for the root of a document.
    pub holder: Option<usize>,
    /// Its key, in a map.
    pub key: Option<PartKey<'o>>,
    /// Its position in its collection.
    pub index: usize,
    /// The zero-based index of its document.
    pub document: usize,
    /// The start of its entry: the dash, the `?`, or the key.
    pub entry: usize,
    /// The end of the indicator before it (`-`, `:`, `---`).
    pub after: usize,
    /// Its own bytes: a block scalar from its header to its last line end, empty if nothing is written.
    pub span: Range<usize>,
    /// The start of its anchor or tag, or its own start.
    pub begin: usize,
    /// Whether it is in a flow collection.
    pub in_flow: bool,
    pub content: PartContent<'o>,
    /// Its tag, resolved.
    pub tag: Option<&'o str>,
    /// Whether it has an anchor.
    pub anchor: bool,
}

/// A key of a map.
#[derive(Debug, Clone)]
pub struct PartKey<'o> {
    /// Its text; `None` for a collection or an alias.
    pub text: Option<&'o str>,
    pub style: Style,
    pub span: Range<usize>,
    /// Its tag, resolved.
    pub tag: Option<&'o str>,
}

/// The content of a node.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PartContent<'o> {
    /// A scalar: its text without quotes, with escapes and folding resolved.
    Scalar(&'o str, Style),
    /// A list; whether it is in flow style.
    List(bool),
    /// A map; whether it is in flow style.
    Map(bool),
    Alias,
}

/// Prints the kind, never the text of a scalar.
impl std::fmt::Debug for PartContent<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Scalar(text, style) => write!(f, "{style:?} text of {} bytes", text.len()),
            Self::List(_) => f.write_str("list"),
            Self::Map(_) => f.write_str("map"),
            Self::Alias => f.write_str("alias"),
        }
    }
}

impl<'t> Outline<'t> {
    /// Parses `text`.
    ///
    /// # Errors
    /// `syntax`, `duplicate-key`, and `unsupported` for excessive nesting.
    pub fn read(text: &'t str) -> Result<Self> {
        let mut documents = Vec::new();
        for range in documents_of(text) {
            let arena = reader::read(&text[range.clone()]).map_err(|error| below(error, &text[..range.start]))?;
            documents.push((range.start, arena));
        }
        Ok(Self { text, documents })
    }

    /// The text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Its nodes, in the order of the text; each after its parent.
    pub fn parts(&self) -> Vec<Part<'_>> {
        let mut parts = Vec::with_capacity(self.documents.iter().map(|(_, arena)| arena.pieces.len()).sum());
        for (number, (offset, arena)) in self.documents.iter().enumerate() {
            let text = &self.text[*offset..];
            let walk = Walk { tree: Tree { text, arena }, offset: *offset, document: number };
            if let Some(root) = arena.root {
                walk.add(&mut parts, root, None, 0, None, false);
            }
        }
        parts
    }

    /// The bytes of the comments, from `#` to the end of the line, in the order of the text.
    pub fn comments(&self, parts: &[Part<'_>]) -> Vec<Range<usize>> {
        let mut comments = Vec::new();
        let mut position = 0;
        for taken in taken(self.text, parts) {
            find_comments(self.text, position..taken.start.max(position), &mut comments);
            position = taken.end.max(position);
        }
        find_comments(self.text, position..self.text.len(), &mut comments);
        comments
    }

    /// The bytes of each document.
    pub fn documents(&self) -> Vec<Range<usize>> {
        let ends = self.documents.iter().skip(1).map(|(begin, _)| *begin).chain([self.text.len()]);
        self.documents.iter().zip(ends).map(|((begin, _), end)| *begin..end).collect()
    }

    /// The nodes, if the text is one document.
    pub fn into_nodes(mut self) -> Option<Nodes> {
        match (self.documents.pop(), self.documents.is_empty()) {
            (Some((0, arena)), true) => Some(Nodes(Arc::new(arena))),
            _ => None,
        }
    }

    /// The arena and the text of the first document.
    pub(super) fn first(&self) -> Option<Tree<'_>> {
        let end = self.documents.get(1).map_or(self.text.len(), |(begin, _)| *begin);
        self.documents.first().map(|(begin, arena)| Tree { text: &self.text[*begin..end], arena })
    }
}

/// The value of a scalar: in the YAML 1.2 core schema if it is plain, otherwise a string, unless its tag decides
/// differently.
pub fn meaning(text: &str, style: Style, tag: Option<&str>) -> Value {
    super::meaning::scalar_value(text, super::meaning::is_text(tag, style))
}

/// Whether a key is a string in the YAML 1.2 core schema.
pub fn is_string(text: &str, style: Style) -> bool {
    style != Style::Plain || scalar::is_string(text)
}

struct Walk<'o> {
    tree: Tree<'o>,
    offset: usize,
    document: usize,
}

impl<'o> Walk<'o> {
    fn add(
        &self,
        parts: &mut Vec<Part<'o>>,
        node: usize,
        holder: Option<usize>,
        index: usize,
        key: Option<usize>,
        in_flow: bool,
    ) {
        let piece = self.tree.piece(node);
        let mut span = piece.span();
        let content = match self.tree.content(node) {
            Content::Scalar(style) => {
                if self.tree.is_block_scalar(node) {
                    span.start = lines::skip(self.tree.text, piece.bare());
                }
                PartContent::Scalar(self.tree.text(node).unwrap_or_default(), style)
            }
            Content::List(_) => PartContent::List(piece.flow),
            Content::Map(_) => PartContent::Map(piece.flow),
            Content::Alias(_) => PartContent::Alias,
        };
        let has_properties = piece.bare() > piece.after();
        let begin = if has_properties { lines::skip(self.tree.text, piece.after()) } else { span.start };
        let entry = key.map_or(piece.entry(), |key| self.tree.piece(key).entry());
        let at = |place: usize| place + self.offset;
        let place = parts.len();
        parts.push(Part {
            holder,
            key: key.map(|key| self.key(key)),
            index,
            document: self.document,
            entry: at(entry),
            after: at(piece.after()),
            span: at(span.start)..at(span.end.max(span.start)),
            begin: at(begin),
            in_flow,
            content,
            tag: self.tree.arena.tag(node),
            anchor: self.tree.arena.names.contains_key(&node),
        });
        let flow = in_flow || piece.flow;
        match self.tree.content(node) {
            Content::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.add(parts, *item, Some(place), index, None, flow);
                }
            }
            Content::Map(entries) => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    self.add(parts, *value, Some(place), index, Some(*key), flow);
                }
            }
            _ => {}
        }
    }

    fn key(&self, node: usize) -> PartKey<'o> {
        let piece = self.tree.piece(node);
        PartKey {
            text: self.tree.text(node),
            style: self.tree.style(node).unwrap_or(Style::Plain),
            span: piece.span().start + self.offset..piece.span().end + self.offset,
            tag: self.tree.arena.tag(node),
        }
    }
}

/// The bytes of keys, scalars, and aliases, in the order of the text, without the headers of block scalars, which a
/// comment may follow.
fn taken<'a>(text: &'a str, parts: &'a [Part<'_>]) -> impl Iterator<Item = Range<usize>> + 'a {
    parts.iter().flat_map(move |part| {
        let own = match part.content {
            PartContent::Scalar(_, Style::Literal | Style::Folded) => {
                Some(lines::next(text, part.span.start).min(part.span.end)..part.span.end)
            }
            PartContent::Scalar(..) | PartContent::Alias => Some(part.span.clone()),
            PartContent::List(_) | PartContent::Map(_) => None,
        };
        part.key.as_ref().map(|key| key.span.clone()).into_iter().chain(own)
    })
}

/// Adds the comments between two nodes: each starts after white space or at the start of a line.
fn find_comments(text: &str, range: Range<usize>, comments: &mut Vec<Range<usize>>) {
    let mut at = range.start;
    while let Some(found) = text.get(at..range.end).and_then(|between| between.find('#')) {
        let begin = at + found;
        let before = &text[..begin];
        if before.is_empty() || before.ends_with([' ', '\t', '\n', '\r', '\u{feff}']) {
            let end = lines::end(text, begin);
            comments.push(begin..end);
            at = end;
        } else {
            at = begin + 1;
        }
    }
}

/// Shifts the error of a document that starts after `before`.
fn below(error: Error, before: &str) -> Error {
    match error.line_column() {
        Some((line, column)) => error.at(line + before.matches('\n').count(), column),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(text: &str) -> String {
        let outline = Outline::read(text).expect("YAML");
        let parts = outline.parts();
        let mut lines: Vec<String> = parts
            .iter()
            .map(|part| {
                let key = part.key.as_ref().map_or(String::new(), |key| format!("{}=", key.text.unwrap_or("?")));
                format!("{}:{key}{:?} {:?}", part.document, part.content, &text[part.begin..part.span.end])
            })
            .collect();
        lines.extend(outline.comments(&parts).into_iter().map(|comment| format!("{:?}", &text[comment])));
        lines.join("\n")
    }

    #[test]
    fn every_node_and_comment_has_its_place() {
        insta::assert_snapshot!(described("# head\na: 'x' # in\nb:\n  - | # of b\n    x # y\n  - {c: &k \"#z\", d: }\n"), @r##"
        0:map "a: 'x' # in\nb:\n  - | # of b\n    x # y\n  - {c: &k \"#z\", d: }"
        0:a=Single text of 1 bytes "'x'"
        0:b=list "- | # of b\n    x # y\n  - {c: &k \"#z\", d: }"
        0:Literal text of 6 bytes "| # of b\n    x # y\n"
        0:map "{c: &k \"#z\", d: }"
        0:c=Double text of 2 bytes "&k \"#z\""
        0:d=Plain text of 0 bytes ""
        "# head"
        "# in"
        "# of b"
        "##);
    }

    #[test]
    fn an_error_in_a_later_document_names_its_line() {
        let error = Outline::read("a: 1\n---\nb: 1\nb: 2\n").err().expect("twice");
        assert_eq!(error.line_column(), Some((4, 1)));
    }
}
