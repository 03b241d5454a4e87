//! The text of a file that findings are placed in.

use std::cell::{Cell, OnceCell};

use super::Filters;
use crate::document::LineIndex;

/// A text, and what is known of its lines. There can be many findings, and the text can be a single long line, so both are
/// computed once, except for the first few: of a large file an edit may have touched a single client.
pub(super) struct SourceText<'t> {
    text: &'t str,
    lines: OnceCell<LineIndex>,
    /// How many places were asked for so far.
    asked: Cell<usize>,
    /// The begin of the line that was last asked about, and what a filter would change there.
    cause: Cell<Option<(usize, Option<&'static str>)>>,
}

/// Up to this number of places, an index of the lines costs more than it saves.
const FEW: usize = 8;

impl<'t> SourceText<'t> {
    /// Wraps the text of a file.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, lines: OnceCell::new(), asked: Cell::new(0), cause: Cell::new(None) }
    }

    /// Line and column of `offset`, both one-based.
    pub(super) fn line_column(&self, offset: usize) -> (usize, usize) {
        match self.index() {
            Some(index) => index.line_column(self.text, offset),
            None => LineIndex::line_column_of(self.text, offset),
        }
    }

    /// Why Authelia may read the line at `offset` differently.
    pub(super) fn cause(&self, offset: usize, filters: Filters) -> Option<&'static str> {
        let line = match self.index() {
            Some(index) => index.line(self.text, index.line_number(self.text, offset)),
            None => LineIndex::line_at(self.text, offset),
        };
        if let Some((_, cause)) = self.cause.get().filter(|(known, _)| *known == line.start) {
            return cause;
        }
        let begin = line.start;
        let cause = filters.cause(self.text.get(line).unwrap_or_default());
        self.cause.set(Some((begin, cause)));
        cause
    }

    /// The index of the lines; `None` until more than [`FEW`] places were located.
    fn index(&self) -> Option<&LineIndex> {
        let asked = self.asked.get();
        if asked < FEW {
            self.asked.set(asked + 1);
            return None;
        }
        Some(self.lines.get_or_init(|| LineIndex::new(self.text.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_that_of_the_line() {
        let text = SourceText::new("a: '{{ b }}'\nc: d\ne: '${F}'\n");
        let found = |offset| text.cause(offset, Filters::default()).map(|cause| cause.split('`').nth(1));
        for _ in 0..2 {
            assert_eq!(found(0), Some(Some("{{ … }}")));
            assert_eq!(found(12), Some(Some("{{ … }}")));
            assert_eq!(found(14), None);
            assert_eq!(found(19), Some(Some("${…}")));
        }
        assert_eq!(text.line_column(19), (3, 2));
        let unindexed = SourceText::new("a: b\nc: d\n");
        for _ in 0..FEW + 2 {
            assert_eq!(unindexed.line_column(8), (2, 4));
        }
    }
}
