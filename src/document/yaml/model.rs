//! The read model: the nodes of the arena with their places, and with aliases expanded, as a tree or in a walk.

use std::borrow::Cow;
use std::ops::Range;

use super::arena::Content;
use super::meaning::{CORE, Reading, is_plain};
use crate::document::node::{Data, Entry, Node, Scalar, Style};
use crate::document::visitor::Visitor;
use crate::error::Result;

impl<'a> Reading<'a> {
    pub(super) fn tree(&mut self) -> Result<Node<'a>> {
        match self.tree.arena.root {
            Some(root) => self.node_of(root),
            None => Ok(nothing(0..0)),
        }
    }

    /// Nothing, in the place of a node.
    fn nothing_at(&self, node: usize) -> Node<'a> {
        let begin = self.tree.piece(node).after();
        nothing(begin..begin)
    }

    fn node_of(&mut self, index: usize) -> Result<Node<'a>> {
        let data = match self.tree.content(index) {
            Content::Scalar(style) => Data::Scalar(Scalar { text: self.tree.text(index).unwrap_or_default(), style }),
            Content::List(items) => {
                self.count(items.len())?;
                let some = self.some.take_if(|(list, _)| *list == index);
                // Collecting results would not know the length, and a large document has many lists and maps.
                let mut nodes = Vec::with_capacity(items.len());
                for (position, item) in items.iter().enumerate() {
                    nodes.push(match &some {
                        Some((_, some)) if !some.contains(&position) => self.nothing_at(*item),
                        _ => self.node_of(*item)?,
                    });
                }
                Data::List(nodes)
            }
            Content::Map(entries) => {
                self.count(entries.len())?;
                let mut read = Vec::with_capacity(entries.len());
                for entry in entries {
                    read.push(self.entry_of(*entry)?);
                }
                Data::Map(read)
            }
            Content::Alias(target) => return self.through(target, Self::node_of),
        };
        Ok(Node { data, span: self.tree.span(index), tag: self.tree.arena.tag(index).map(short_tag) })
    }

    fn entry_of(&mut self, (key, value): (usize, usize)) -> Result<Entry<'a>> {
        let piece = self.tree.piece(key);
        Ok(Entry {
            key: self.key_name(key),
            key_plain: is_plain(piece),
            key_span: self.tree.span(key),
            key_again: Vec::new(),
            value: self.node_of(value)?,
        })
    }

    /// Visits what [`Self::tree`] consists of.
    ///
    /// # Errors
    /// See [`Self::tree`], after a part was visited.
    pub(super) fn visit(&mut self, visitor: &mut dyn Visitor<'a>) -> Result<()> {
        if let Some(root) = self.tree.arena.root {
            return self.visit_node(root, visitor);
        }
        visitor.scalar(0..0, NOTHING);
        Ok(())
    }

    fn visit_node(&mut self, node: usize, visitor: &mut dyn Visitor<'a>) -> Result<()> {
        match self.tree.content(node) {
            Content::Scalar(style) => {
                let text = self.tree.text(node).unwrap_or_default();
                visitor.scalar(self.tree.piece(node).span(), Scalar { text, style });
            }
            Content::List(items) => {
                self.count(items.len())?;
                for (index, item) in items.iter().enumerate() {
                    visitor.item(index);
                    self.visit_node(*item, visitor)?;
                    visitor.leave();
                }
            }
            Content::Map(entries) => {
                self.count(entries.len())?;
                for (key, value) in entries {
                    visitor.key(self.key_name(*key), self.tree.span(*key), &[]);
                    self.visit_node(*value, visitor)?;
                    visitor.leave();
                }
            }
            Content::Alias(target) => {
                return self.through(target, |reading, target| reading.visit_node(target, visitor));
            }
        }
        Ok(())
    }

    /// The text of a key, also of one that is an alias; nothing for a collection.
    fn key_name(&self, key: usize) -> &'a str {
        self.tree.key_text(key).map(|(text, _)| text).unwrap_or_default()
    }
}

/// A scalar that is not written.
const NOTHING: Scalar<'static> = Scalar { text: "", style: Style::Plain };

fn nothing<'a>(span: Range<usize>) -> Node<'a> {
    Node { data: Data::Scalar(NOTHING), span, tag: None }
}

/// A tag as people write it.
fn short_tag(tag: &str) -> Cow<'_, str> {
    tag.strip_prefix(CORE).map_or(Cow::Borrowed(tag), |suffix| Cow::Owned(format!("!!{suffix}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};
    use crate::error::ErrorKind;

    /// What was visited.
    #[derive(Default)]
    struct Diary(Vec<String>);

    impl<'d> Visitor<'d> for Diary {
        fn scalar(&mut self, span: Range<usize>, scalar: Scalar<'d>) {
            self.0.push(format!("{span:?} {:?} {}", scalar.style, scalar.text));
        }

        fn item(&mut self, index: usize) {
            self.0.push(format!("item {index}"));
        }

        fn key(&mut self, key: &'d str, span: Range<usize>, again: &[Range<usize>]) {
            self.0.push(format!("key {key} {span:?} {again:?}"));
        }

        fn leave(&mut self) {
            self.0.push("leave".to_owned());
        }
    }

    #[test]
    fn a_walk_visits_what_the_tree_consists_of() {
        for text in [
            "",
            "x",
            "a: 1\nb:\n  - 'c'\n  - \"d\\n\"\n  - |\n    e\n  - [f, {g: }]\n",
            "a: &a {b: [1, 2]}\nc: *a\n<<: *a\n",
            "k: &k a\n*k : 2\n",
            "? [a, b]\n: - - c\n",
            "- &a !!str 1\n- *a\n",
        ] {
            let document = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
            let (mut walked, mut of_tree) = (Diary::default(), Diary::default());
            document.visit(&mut walked).expect("a walk");
            document.tree().expect("a tree").visit(&mut of_tree);
            assert_eq!(walked.0, of_tree.0, "{text:?}");
            assert!(!walked.0.is_empty(), "{text:?}");
        }
    }

    #[test]
    fn a_walk_ends_where_aliases_expand_without_bound() {
        let levels: String = (1..30).map(|level| format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1)).collect();
        let text = format!("a0: &a0 [x]\n{levels}");
        let arena = crate::document::yaml::reader::read(&text).expect("YAML");
        let tree = crate::document::yaml::tree::Tree { text: &text, arena: &arena };
        let mut diary = Diary::default();
        let refused = Reading::of(tree).visit(&mut diary).expect_err("a bomb");
        assert_eq!(refused.kind(), ErrorKind::Unsupported);
        assert!(diary.0.len() < 100_000, "{}", diary.0.len());
    }
}
