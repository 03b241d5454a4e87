//! A document as parts with their places.

use std::ops::Range;

use crate::document::node::{Data, Entry, Node, Scalar, Style};
use crate::document::pointer::{Pointer, list_index};
use crate::document::value::{Map, MapKey, Value};

/// A value and its place. The place of a table is its header, or else one of its keys.
#[derive(Clone)]
pub(super) struct TomlNode {
    pub(super) span: Range<usize>,
    pub(super) shape: Shape,
}

#[derive(Clone)]
pub(super) enum Shape {
    /// A scalar, with its value and notation.
    Scalar(Value, Style),
    /// `[…]`
    Array(Vec<TomlNode>),
    /// `[[…]]` sections.
    Tables(Vec<TomlNode>),
    Map(Kin, Vec<Member>),
}

/// The notation of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kin {
    Root,
    /// `[a]`, or an item of `[[a]]`.
    Section,
    /// `a`, where only `[a.b]` is written.
    Implied,
    /// `a`, where `a.b = 1` is written.
    Dotted,
    /// `{…}`
    Inline,
}

#[derive(Clone)]
pub(super) struct Member {
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    pub(super) part: TomlNode,
}

impl TomlNode {
    /// The members of a map.
    pub(super) fn members(&self) -> Option<&[Member]> {
        match &self.shape {
            Shape::Map(_, members) => Some(members),
            _ => None,
        }
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Option<&[TomlNode]> {
        match &self.shape {
            Shape::Array(items) | Shape::Tables(items) => Some(items),
            _ => None,
        }
    }

    /// The notation of a map.
    pub(super) fn kin(&self) -> Option<Kin> {
        match self.shape {
            Shape::Map(kin, _) => Some(kin),
            _ => None,
        }
    }

    /// Whether its span covers all of it: a scalar, `[…]`, `{…}`.
    pub(super) fn is_inline(&self) -> bool {
        matches!(self.shape, Shape::Scalar(..) | Shape::Array(_) | Shape::Map(Kin::Inline, _))
    }

    pub(super) fn value(&self) -> Value {
        match &self.shape {
            Shape::Scalar(value, _) => value.clone(),
            Shape::Array(items) | Shape::Tables(items) => Value::List(items.iter().map(Self::value).collect()),
            Shape::Map(_, members) => Value::Map(
                members
                    .iter()
                    .map(|member| (MapKey::string(member.key.as_str()), member.part.value()))
                    .collect::<Map>(),
            ),
        }
    }

    /// The position of the member of this name, or a list position, which need not exist.
    pub(super) fn position(&self, token: &str) -> Option<usize> {
        match &self.shape {
            Shape::Map(_, members) => members.iter().position(|member| member.key == token),
            Shape::Array(_) | Shape::Tables(_) => list_index(token),
            Shape::Scalar(..) => None,
        }
    }

    /// The part at this position.
    fn child(&self, index: usize) -> Option<&Self> {
        match &self.shape {
            Shape::Map(_, members) => members.get(index).map(|member| &member.part),
            _ => self.items()?.get(index),
        }
    }

    /// The part at this position, for modification.
    pub(super) fn child_mut(&mut self, index: usize) -> Option<&mut Self> {
        match &mut self.shape {
            Shape::Map(_, members) => members.get_mut(index).map(|member| &mut member.part),
            Shape::Array(items) | Shape::Tables(items) => items.get_mut(index),
            Shape::Scalar(..) => None,
        }
    }

    /// The part at `path`.
    pub(super) fn find(&self, path: &Pointer) -> Option<&Self> {
        path.tokens().iter().try_fold(self, |part, token| part.child(part.position(token)?))
    }

    /// The part at `path`, for modification.
    pub(super) fn find_mut(&mut self, path: &Pointer) -> Option<&mut Self> {
        path.tokens().iter().try_fold(self, |part, token| part.child_mut(part.position(token)?))
    }

    /// The member at `path`, for modification.
    pub(super) fn member_mut(&mut self, path: &Pointer) -> Option<&mut Member> {
        let (above, last) = path.parent().zip(path.last())?;
        let holder = self.find_mut(&above)?;
        let index = holder.position(last)?;
        match &mut holder.shape {
            Shape::Map(_, members) => members.get_mut(index),
            _ => None,
        }
    }

    /// Whether nothing in the text defines it: an empty table without a header, or an empty list of sections.
    pub(super) fn is_unnamed(&self) -> bool {
        match &self.shape {
            Shape::Map(Kin::Implied | Kin::Dotted, members) => members.is_empty(),
            Shape::Tables(items) => items.is_empty(),
            _ => false,
        }
    }

    /// Its first part in the order of entries: a header of its own, or else the first line or header that names it.
    pub(super) fn first(&self) -> &Self {
        match &self.shape {
            Shape::Map(Kin::Implied | Kin::Dotted, members) => earliest(members).unwrap_or(self),
            Shape::Tables(items) => items.first().unwrap_or(self),
            _ => self,
        }
    }

    /// Shifts the places of starts and ends, recursively.
    pub(super) fn each_place(&mut self, begin: &impl Fn(usize) -> usize, end: &impl Fn(usize) -> usize) {
        let start = begin(self.span.start);
        self.span = start..end(self.span.end).max(start);
        match &mut self.shape {
            Shape::Array(items) | Shape::Tables(items) => items.iter_mut().for_each(|item| item.each_place(begin, end)),
            Shape::Map(_, members) => members.iter_mut().for_each(|member| member.each_place(begin, end)),
            Shape::Scalar(..) => {}
        }
    }

    /// As a node of the tree for checks and redaction.
    pub(super) fn node(&self) -> Node<'_> {
        let data = match &self.shape {
            Shape::Scalar(value, style) => {
                Data::Scalar(Scalar { text: value.scalar_str().unwrap_or_default(), style: *style })
            }
            Shape::Array(items) | Shape::Tables(items) => Data::List(items.iter().map(Self::node).collect()),
            Shape::Map(_, members) => Data::Map(members.iter().map(Member::entry).collect()),
        };
        Node { data, span: self.span.clone(), tag: None }
    }
}

impl Member {
    /// Shifts the places of starts and ends, recursively.
    pub(super) fn each_place(&mut self, begin: &impl Fn(usize) -> usize, end: &impl Fn(usize) -> usize) {
        self.key_span = begin(self.key_span.start)..end(self.key_span.end);
        self.part.each_place(begin, end);
    }

    fn entry(&self) -> Entry<'_> {
        let key_span = self.key_span.clone();
        Entry { key: &self.key, key_plain: false, key_span, key_again: Vec::new(), value: self.part.node() }
    }
}

/// The first line or header of the members, recursively: `[a.b]` may come before `[a]`.
fn earliest(members: &[Member]) -> Option<&TomlNode> {
    let firsts = members.iter().flat_map(|member| {
        let below = match &member.part.shape {
            Shape::Map(Kin::Section, members) => earliest(members),
            _ => None,
        };
        std::iter::once(member.part.first()).chain(below)
    });
    firsts.min_by_key(|part| part.span.start)
}

/// The entries on lines of the map's own: inline values, also below dotted keys.
pub(super) fn leaves(members: &[Member]) -> Vec<&TomlNode> {
    let mut found = Vec::new();
    for member in members {
        match &member.part.shape {
            _ if member.part.is_inline() => found.push(&member.part),
            Shape::Map(Kin::Dotted, below) => found.extend(leaves(below)),
            _ => {}
        }
    }
    found
}
