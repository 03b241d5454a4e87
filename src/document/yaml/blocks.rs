//! Nodes in blocks that copies share.
//!
//! An edit moves all nodes behind it by the same distance, and leaves those before it alone. So an edited copy of a large
//! document shares most blocks with the one that was read. Each block has its own distance, which is added to the places of
//! its nodes when they are read.

use std::sync::Arc;

use super::piece::{Kind, Piece, Places};
use super::splice::{self, Splice};

/// How many nodes are in a block: enough that the memory of each is a mapping of its own, which the system gets back when the
/// block is freed.
const SIZE: usize = if cfg!(test) { 4 } else { 1 << 12 };

/// The nodes of a document.
#[derive(Debug, Clone, Default)]
pub(super) struct Blocks {
    full: Vec<Block>,
    /// The last nodes, fewer than fill a block.
    last: Vec<Piece>,
}

#[derive(Debug, Clone)]
struct Block {
    pieces: Arc<Vec<Piece>>,
    /// By how much its nodes were moved since.
    moved: i64,
    /// The first and the last position that one of its nodes has, without `moved`; `None` if that is not known.
    bounds: Option<(u32, u32)>,
}

impl PartialEq for Blocks {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other.iter()).all(|(one, other)| one == other)
    }
}

impl Block {
    /// The nodes for modification, no longer shared with copies, and with their places as they are now.
    fn own(&mut self) -> &mut Vec<Piece> {
        self.bounds = None;
        let pieces = Arc::make_mut(&mut self.pieces);
        let moved = std::mem::take(&mut self.moved);
        if moved != 0 {
            for piece in pieces.iter_mut() {
                *piece = piece.moved(moved);
            }
        }
        pieces
    }

    /// The first and the last position that one of its nodes has now.
    fn bounds(&mut self) -> (i64, i64) {
        let known = || {
            let all = self.pieces.iter().map(Piece::bounds);
            all.fold((u32::MAX, 0), |so_far, (first, last)| (so_far.0.min(first), so_far.1.max(last)))
        };
        let (first, last) = *self.bounds.get_or_insert_with(known);
        (i64::from(first) + self.moved, i64::from(last) + self.moved)
    }
}

impl Blocks {
    pub(super) fn len(&self) -> usize {
        self.full.len() * SIZE + self.last.len()
    }

    /// The node with this index, which must exist.
    pub(super) fn at(&self, index: usize) -> Piece {
        match self.full.get(index / SIZE) {
            None => self.last[index - self.full.len() * SIZE],
            Some(block) if block.moved == 0 => block.pieces[index % SIZE],
            Some(block) => block.pieces[index % SIZE].moved(block.moved),
        }
    }

    /// What the node with this index is, wherever it is.
    pub(super) fn kind(&self, index: usize) -> &Kind {
        match self.full.get(index / SIZE) {
            None => &self.last[index - self.full.len() * SIZE].kind,
            Some(block) => &block.pieces[index % SIZE].kind,
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<Piece> {
        (index < self.len()).then(|| self.at(index))
    }

    /// The node with this index, which must exist, for modification.
    pub(super) fn at_mut(&mut self, index: usize) -> &mut Piece {
        let before = self.full.len() * SIZE;
        match self.full.get_mut(index / SIZE) {
            None => &mut self.last[index - before],
            Some(block) => &mut block.own()[index % SIZE],
        }
    }

    pub(super) fn push(&mut self, piece: Piece) {
        if self.last.len() == SIZE {
            let pieces = Arc::new(std::mem::replace(&mut self.last, Vec::with_capacity(SIZE)));
            self.full.push(Block { pieces, moved: 0, bounds: None });
        }
        self.last.push(piece);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Piece> {
        (0..self.len()).map(|index| self.at(index))
    }

    /// Moves the places of the nodes by the splices.
    pub(super) fn shift(&mut self, splices: &[Splice]) {
        let (Some(first), Some(last)) = (splices.first(), splices.last()) else { return };
        let (first, end) = (first.range.start, last.range.end);
        let wide = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
        let grown: i64 = splices.iter().map(|splice| wide(splice.text.len()) - wide(splice.range.len())).sum();
        for block in &mut self.full {
            let bounds = block.bounds();
            if bounds.1 < wide(first) {
                continue;
            }
            if bounds.0 > wide(end) {
                block.moved += grown;
            } else {
                block.own().iter_mut().for_each(|piece| shift(piece, first, splices));
            }
        }
        self.last.iter_mut().for_each(|piece| shift(piece, first, splices));
    }
}

fn shift(piece: &mut Piece, first: usize, splices: &[Splice]) {
    if piece.entry() < first && piece.span().end < first {
        return;
    }
    let old = piece.places();
    // The end of an indicator, a tag, or an anchor stays with it; without one it is the node's start.
    let behind = |at: usize| if at > old.entry { splice::end(at, splices) } else { splice::begin(at, splices) };
    let start = if old.span.is_empty() { behind(old.span.start) } else { splice::begin(old.span.start, splices) };
    piece.set_places(&Places {
        span: start..splice::end(old.span.end, splices).max(start),
        entry: splice::begin(old.entry, splices),
        after: behind(old.after),
        bare: behind(old.bare),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::node::Style;
    use crate::document::yaml::piece::IN_PLACE;

    /// Nodes of ten bytes each, the first of which has all others in it.
    fn nodes(count: usize) -> Blocks {
        let mut blocks = Blocks::default();
        for number in 0..count {
            let entry = 10 * number;
            let span = if number == 0 { 0..10 * count } else { entry + 4..entry + 9 };
            let places = Places { span, entry, after: entry + 2, bare: entry + 3 };
            blocks.push(Piece::new(Kind::Scalar { style: Style::Plain, text: IN_PLACE }, &places, false));
        }
        blocks
    }

    #[test]
    fn a_node_in_a_moved_block_is_where_it_would_be_alone() {
        for count in [1, SIZE - 1, SIZE, SIZE + 1, 5 * SIZE + 2] {
            let nodes = nodes(count);
            for at in 0..10 * count {
                for splices in [
                    vec![Splice::insert(at, "abc")],
                    vec![Splice::delete(at..at + 4)],
                    vec![Splice::replace(at..at + 2, "x"), Splice::insert(at + 13, "y")],
                ] {
                    let mut moved = nodes.clone();
                    moved.shift(&splices);
                    moved.shift(&splices);
                    for index in 0..count {
                        let mut alone = nodes.at(index);
                        shift(&mut alone, splices[0].range.start, &splices);
                        shift(&mut alone, splices[0].range.start, &splices);
                        assert_eq!(moved.at(index), alone, "node {index} of {count}, edited at {at}");
                        assert_eq!(*moved.at_mut(index), alone, "node {index} of {count}, edited at {at}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_copy_shares_the_blocks_that_an_edit_did_not_touch() {
        let nodes = nodes(5 * SIZE);
        let mut edited = nodes.clone();
        edited.shift(&[Splice::insert(10 * 2 * SIZE + 5, "abc")]);
        let shared = nodes.full.iter().zip(&edited.full).map(|(one, other)| Arc::ptr_eq(&one.pieces, &other.pieces));
        // The first has the node that contains all others.
        assert_eq!(shared.collect::<Vec<_>>(), [false, true, false, true]);
        assert_eq!(edited.full[3].moved, 3);
    }
}
