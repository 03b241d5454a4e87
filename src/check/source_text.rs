//! The text of a file that findings are placed in.

use std::cell::{Cell, OnceCell};

use super::Filters;
use crate::document::LineIndex;

/// A text, and what is known of its lines. There can be many findings, and the text can be a single long line, so both are
/// computed once.
pub(super) struct SourceText<'t> {
    text: &'t str,
    lines: OnceCell<LineIndex>,
    /// The line that was last asked about, and what a filter would change there.
    cause: Cell<Option<(usize, Option<&'static str>)>>,
}

impl<'t> SourceText<'t> {
    /// Wraps the text of a file.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, lines: OnceCell::new(), cause: Cell::new(None) }
    }

    /// Line and column of `offset`, both one-based.
    pub(super) fn line_column(&self, offset: usize) -> (usize, usize) {
        self.lines().line_column(self.text, offset)
    }

    /// Why Authelia may read the line at `offset` differently.
    pub(super) fn cause(&self, offset: usize, filters: Filters) -> Option<&'static str> {
        let line = self.lines().line_number(self.text, offset);
        if let Some((_, cause)) = self.cause.get().filter(|(known, _)| *known == line) {
            return cause;
        }
        let written = self.text.get(self.lines().line(self.text, line)).unwrap_or_default();
        let cause = filters.cause(written);
        self.cause.set(Some((line, cause)));
        cause
    }

    fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.text.as_bytes()))
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
    }
}
