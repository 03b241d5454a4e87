//! One step of an edit: splices of the text, and their effect on the tree.

use std::ops::Range;

use super::node::{Member, Shape, TomlNode};
use super::reader;
use crate::document::engine::UNWRITABLE;
use crate::document::pointer::Pointer;
use crate::document::splice::{Splice, begin, end};
use crate::error::{Error, ErrorKind, Result};

pub(super) struct Rewrite {
    /// In the order of the text, without overlap.
    pub(super) splices: Vec<Splice>,
    pub(super) touched: Touched,
}

/// The effect on the tree.
pub(super) enum Touched {
    /// There is another value at `path`.
    Replaced { path: Pointer, written: WrittenText },
    /// There is something new in `holder`: before position `index` of a list, or as an entry of a map.
    Inserted { holder: Pointer, index: Option<usize>, written: WrittenText },
    /// The implicit table at `path` got a header and an entry.
    Opened { path: Pointer, written: WrittenText },
    /// The entry at `path` was removed.
    Removed { path: Pointer },
    /// The key of `path` was renamed.
    Renamed { path: Pointer, to: String },
}

pub(super) struct WrittenText {
    /// The index of the splice that contains it.
    pub(super) splice: usize,
    /// Its bytes in that splice's text.
    pub(super) range: Range<usize>,
    /// The keys that lead to it in that text, parsed as a document; `None` if the text is the value itself.
    pub(super) names: Option<Vec<String>>,
}

impl WrittenText {
    /// The complete text of the first splice.
    pub(super) fn entire(splices: &[Splice], names: Option<Vec<String>>) -> Self {
        Self { splice: 0, range: 0..splices.first().map_or(0, |splice| splice.text.len()), names }
    }

    /// Parses only what was written.
    fn read(&self, text: &str, splices: &[Splice]) -> Result<Member> {
        let from = begin(splices[self.splice].range.start, &splices[..self.splice]) + self.range.start;
        let written = &text[from..from + self.range.len()];
        let read = match &self.names {
            Some(_) => reader::read(written).map(|root| (root, 0)),
            None => reader::read_value(written),
        };
        let (root, lead) = read.map_err(|error| error.with_kind(ErrorKind::Unsupported).context(UNWRITABLE))?;
        let mut member = Member { key: String::new(), key_span: 0..0, part: root };
        for name in self.names.iter().flatten() {
            member = inside(member.part, name).ok_or_else(unwritable)?;
        }
        member.each_place(&|at| at + from - lead, &|at| at + from - lead);
        Ok(member)
    }
}

/// The entry of this name.
fn inside(part: TomlNode, name: &str) -> Option<Member> {
    match part.shape {
        Shape::Map(_, members) => members.into_iter().find(|member| member.key == name),
        _ => None,
    }
}

fn unwritable() -> Error {
    Error::new(ErrorKind::Unsupported, UNWRITABLE)
}

impl Rewrite {
    /// Updates the tree for the edited `text`: unchanged places are shifted, and only new text is parsed.
    pub(super) fn update(self, root: &mut TomlNode, text: &str) -> Result<()> {
        let splices = &self.splices;
        root.each_place(&|at| begin(at, splices), &|at| end(at, splices));
        root.span = 0..text.len();
        let path = match self.touched {
            Touched::Replaced { path, written } => {
                let new = written.read(text, splices)?.part;
                *root.find_mut(&path).ok_or_else(unwritable)? = new;
                return Ok(());
            }
            Touched::Renamed { path, to } => {
                let member = root.member_mut(&path).ok_or_else(unwritable)?;
                member.key = to;
                return Ok(());
            }
            Touched::Inserted { holder, index, written } => {
                let new = written.read(text, splices)?;
                let below = holder.child(index.map_or_else(|| new.key.clone(), |index| index.to_string()));
                root.find_mut(&holder).and_then(|part| part.attach(index, new)).ok_or_else(unwritable)?;
                below
            }
            Touched::Opened { path, written } => {
                let new = written.read(text, splices)?.part;
                let part = root.find_mut(&path).ok_or_else(unwritable)?;
                let old = std::mem::replace(part, new);
                if let (Shape::Map(_, members), Shape::Map(_, old)) = (&mut part.shape, old.shape) {
                    members.extend(old);
                }
                path.child("")
            }
            Touched::Removed { path } => {
                root.detach(path.tokens()).ok_or_else(unwritable)?;
                path
            }
        };
        super::layout::settle(root, text, &path);
        Ok(())
    }
}

impl TomlNode {
    /// Inserts something into a list or a map.
    fn attach(&mut self, index: Option<usize>, new: Member) -> Option<()> {
        match (&mut self.shape, index) {
            (Shape::Array(items), Some(index)) if index <= items.len() => items.insert(index, new.part),
            (Shape::Tables(items), Some(index)) if index <= items.len() => match new.part.shape {
                Shape::Tables(mut one) => items.insert(index, one.pop()?),
                _ => return None,
            },
            (Shape::Map(_, members), None) => members.push(new),
            _ => return None,
        }
        Some(())
    }

    /// Removes the part at the tokens, and parents that are no longer named anywhere.
    fn detach(&mut self, tokens: &[String]) -> Option<()> {
        let (first, below) = tokens.split_first()?;
        let index = self.position(first)?;
        let child = self.child_mut(index)?;
        let gone = below.is_empty() || {
            child.detach(below)?;
            child.is_unnamed()
        };
        if gone {
            match &mut self.shape {
                Shape::Array(items) | Shape::Tables(items) => drop(items.remove(index)),
                Shape::Map(_, members) => drop(members.remove(index)),
                Shape::Scalar(..) => {}
            }
        }
        Some(())
    }
}
