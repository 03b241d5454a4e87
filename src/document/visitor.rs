//! A walk through the nodes of a document, for which no tree is built.

use std::ops::Range;

use super::node::{Data, Node, Scalar};

/// What a walk visits, in the order of the tree. Each item and each key is followed by its value, and then left.
pub trait Visitor<'d> {
    /// A scalar, and its bytes in the document's text.
    fn scalar(&mut self, span: Range<usize>, scalar: Scalar<'d>);

    /// Enters an item of a list.
    fn item(&mut self, index: usize);

    /// Enters an entry of a map, whose key has this text (`""` for a key that is a collection) and these bytes; `again` are
    /// further occurrences of the key.
    fn key(&mut self, key: &'d str, span: Range<usize>, again: &[Range<usize>]);

    /// Leaves the item or the entry that was entered last.
    fn leave(&mut self);
}

impl<'d> Node<'d> {
    /// Walks through the node and everything in it.
    pub fn visit(&self, visitor: &mut dyn Visitor<'d>) {
        match &self.data {
            Data::Scalar(scalar) => visitor.scalar(self.span.clone(), *scalar),
            Data::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    visitor.item(index);
                    item.visit(visitor);
                    visitor.leave();
                }
            }
            Data::Map(entries) => {
                for entry in entries {
                    visitor.key(entry.key, entry.key_span.clone(), &entry.key_again);
                    entry.value.visit(visitor);
                    visitor.leave();
                }
            }
        }
    }
}
