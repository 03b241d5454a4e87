//! Where sops' YAML library puts comments that are on lines of their own.
//!
//! Its scanner looks at the comment lines between two pieces of content. A block of them belongs to what follows (a
//! head), unless it is the first block, directly below the content, and a blank line or less indented content follows;
//! then it belongs to what is before it (a foot). A foot that is less indented than the content before it belongs to the
//! collection in whose column it is.

use super::attach::has_marker;
use super::sheet::PathId;
use super::yaml::{Reading, column};
use crate::document::node::Style;
use crate::document::outline::PartContent;
use crate::lines;

/// What a block of comments belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// The content after it.
    Next,
    /// The content before it.
    Previous,
    /// What ends or begins at this place.
    From(usize),
}

/// Consecutive comments.
struct CommentBlock {
    comments: Vec<usize>,
    start: usize,
    column: usize,
    owner: Owner,
}

/// A collection in block style that is open before the comments.
struct Level {
    /// Its part.
    place: usize,
    column: usize,
    /// Whether it is a list in the column of the keys above it, which the scanner does not see as a level.
    is_indentless: bool,
}

impl Reading<'_> {
    /// The collections that contain the comments at `starts`, which are on lines of their own between two parts; `next` is
    /// the first part after them. `None` where the rules of the scanner are not known.
    pub(super) fn scanned(&self, starts: &[usize], next: usize) -> Vec<Option<PathId>> {
        let unknown = || vec![None; starts.len()];
        let (Some(first), Some(before)) = (starts.first(), next.checked_sub(1)) else { return unknown() };
        if has_marker(&self.text[self.ends[before].min(*first)..*first]) {
            return unknown();
        }
        let Some((levels, is_value)) = self.levels(before, *first) else { return unknown() };
        let Some(innermost) = levels.first() else { return unknown() };
        let follows = self.parts.get(next).filter(|part| part.document == self.parts[before].document);
        // The metadata follows the last entry of a view.
        let end = follows.map_or(0, |part| column(self.text, part.entry));
        let blocks = self.blocks_of(starts, innermost.column, end, is_value);
        let mut found = unknown();
        for block in &blocks {
            let owner = match block.owner {
                Owner::Previous => self.path_of[innermost.place],
                Owner::Next => self.follower(next, before),
                Owner::From(mark) => match self.ended(&levels, &blocks, mark, end) {
                    Some(place) => self.path_of[place],
                    None => self.follower(next, before),
                },
            };
            block.comments.iter().for_each(|at| found[*at] = owner);
        }
        found
    }

    /// The collection that the content after the comments is in.
    fn follower(&self, next: usize, before: usize) -> Option<PathId> {
        match self.parts.get(next).filter(|part| part.document == self.parts[before].document) {
            Some(part) => part.holder.and_then(|holder| self.path_of[holder]),
            None => Some(self.parts[before].document),
        }
    }

    /// The collections around the content before the comments, innermost first, and whether that content is a key alone.
    fn levels(&self, before: usize, first: usize) -> Option<(Vec<Level>, bool)> {
        let mut here = before;
        // A collection in brackets counts as a whole.
        while self.parts[here].in_flow {
            here = self.parts[here].holder?;
        }
        let part = &self.parts[here];
        let is_empty = match part.content {
            PartContent::Scalar(_, Style::Literal | Style::Folded) | PartContent::Alias => false,
            PartContent::Scalar(..) => part.span.is_empty(),
            PartContent::List(true) | PartContent::Map(true) if self.ends[here] > first => return None,
            PartContent::List(flow) | PartContent::Map(flow) => !flow,
        };
        let mut levels: Vec<Level> = Vec::new();
        while let Some(holder) = self.parts[here].holder {
            let is_map = matches!(self.parts[holder].content, PartContent::Map(_));
            levels.push(Level {
                place: holder,
                column: column(self.text, self.parts[here].entry),
                is_indentless: !is_map,
            });
            here = holder;
        }
        for at in 0..levels.len() {
            let above = levels.get(at + 1).map(|above| (above.column, &self.parts[above.place].content));
            let is_beside = above
                .is_some_and(|(column, content)| column == levels[at].column && matches!(content, PartContent::Map(_)));
            levels[at].is_indentless &= is_beside;
        }
        Some((levels, is_empty && part.key.is_some()))
    }

    /// The comments in blocks; `indent` is the column of the innermost collection, `end` that of the next content.
    fn blocks_of(&self, starts: &[usize], indent: usize, end: usize, is_value: bool) -> Vec<CommentBlock> {
        let mut blocks: Vec<CommentBlock> = Vec::new();
        let mut open: Option<CommentBlock> = None;
        let blanks = self.blank_lines_above(starts[0]);
        let mut is_first = blanks == 0;
        let below = is_first && lines::start(self.text, starts[0]) > lines::next(self.text, 0);
        let mut prior = Owner::Previous;
        for (at, start) in starts.iter().enumerate() {
            let here = column(self.text, *start);
            if at > 0 && self.blank_lines_above(*start) > 0 {
                let ends = open.take_if(|block| {
                    is_first && (below && block.comments[0] == 0 && !is_value || block.column < indent)
                });
                if let Some(mut block) = ends {
                    block.owner = if block.column < indent { Owner::From(block.start) } else { prior };
                    prior = Owner::From(block.start + 1);
                    blocks.push(block);
                }
                is_first = false;
            }
            if let Some(mut block) = open.take_if(|block| here < indent && here != block.column) {
                block.owner = prior;
                prior = Owner::From(*start);
                blocks.push(block);
            }
            let block = open.get_or_insert_with(|| CommentBlock {
                comments: Vec::new(),
                start: *start,
                column: here,
                owner: Owner::Next,
            });
            block.comments.push(at);
        }
        let Some(mut block) = open else { return blocks };
        let last = starts[starts.len() - 1];
        let after = lines::next(self.text, last);
        let is_blank = after < self.text.len() && self.text[after..lines::next(self.text, after)].trim().is_empty();
        if is_blank && is_first && (below && block.comments[0] == 0 && !is_value || block.column < indent) {
            block.owner = if block.column < indent { Owner::From(block.start) } else { prior };
        } else if end < indent && end != block.column {
            block.owner = prior;
        }
        blocks.push(block);
        blocks
    }

    fn blank_lines_above(&self, at: usize) -> usize {
        let above = &self.text[..lines::start(self.text, at)];
        above.lines().rev().take_while(|line| line.trim().is_empty()).count()
    }

    /// The part of the collection that a foot from `mark` on belongs to: the first that ends behind that; `None` if the
    /// content after the comments comes first.
    fn ended(&self, levels: &[Level], blocks: &[CommentBlock], mark: usize, end: usize) -> Option<usize> {
        // A collection ends at the first block in its column, or where an inner one ends.
        let mut ends = 0;
        for level in levels.iter().filter(|level| !level.is_indentless) {
            if level.column <= end {
                return None;
            }
            ends = blocks.iter().find(|block| block.column == level.column).map_or(ends, |block| block.start);
            if ends >= mark {
                let is_map = matches!(self.parts[level.place].content, PartContent::Map(_));
                return if is_map { Some(level.place) } else { self.parts[level.place].holder };
            }
        }
        None
    }
}
