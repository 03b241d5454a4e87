//! Replaces a multi-line string in its layout: a literal block keeps its header and its indentation, and a text in
//! single quotes its quotes, as far as they can hold the new one.

use super::editing::Editing;
use super::lines;
use super::tree::Tree;
use super::write::{self, Position, ValueText};
use crate::document::node::Style;
use crate::memory::{self, Zeroizing};

impl Tree<'_> {
    /// The column of the values of a block map, if they are aligned: two or more after keys of different lengths.
    pub(super) fn aligned(&self, holder: usize) -> Option<usize> {
        let values = (0..self.len(holder)).filter_map(|index| {
            let (key, value) = self.entry(holder, index);
            let (key, begin) = (self.piece(key?), self.value_begin(value));
            let on_line =
                !self.is_absent(value) && lines::start(self.text, begin) == lines::start(self.text, key.entry);
            on_line.then(|| (lines::column(self.text, begin), key.span.len()))
        });
        let values: Vec<(usize, usize)> = values.collect();
        let (column, length) = *values.first()?;
        let is_aligned = values.iter().all(|(other, _)| *other == column);
        (is_aligned && values.iter().any(|(_, other)| *other != length)).then_some(column)
    }
}

impl Editing<'_> {
    /// The new text in the layout of the old one; `None` if that cannot hold it.
    pub(super) fn in_its_layout(&self, node: usize, text: &str, position: Position) -> Option<ValueText> {
        match self.tree.style(node)? {
            Style::Literal => self.literal_again(node, text, position),
            Style::Single => self.single_again(node, text),
            _ => None,
        }
    }

    fn literal_again(&self, node: usize, text: &str, position: Position) -> Option<ValueText> {
        let manner = self.manner;
        let header = &self.tree.text[self.tree.value_begin(node)..self.tree.header_end(node)];
        // A block that keeps the blank lines below it has them already.
        let keeps = manner.keeps || header.contains('+');
        let fits = manner.literals && write::may_be_literal(text) && (keeps || !text.ends_with("\n\n"));
        let said = header.chars().find_map(|c| c.to_digit(10)).and_then(|digit| usize::try_from(digit).ok());
        let column = match said {
            Some(columns) => position.parent() + columns,
            None => self.first_column(node)?,
        };
        let indicator = match said {
            None if write::starts_with_space(text) => Some(column.checked_sub(position.parent())?),
            said => said,
        };
        let written = fits && column > 0 && indicator.is_none_or(|columns| (1..=9).contains(&columns));
        written.then(|| write::literal_at(text, column, indicator, header.contains('+'), manner))
    }

    /// The column of the first line of a literal block that has content.
    fn first_column(&self, node: usize) -> Option<usize> {
        let text = self.tree.text;
        let begin = lines::next(text, self.tree.header_end(node));
        let content = text.get(begin..self.tree.value_end(node))?;
        let line = content.lines().find(|line| !line.trim().is_empty())?;
        Some(line.len() - line.trim_start_matches(' ').len())
    }

    /// In single quotes a line break is written as a blank line, and white space around one is lost.
    fn single_again(&self, node: usize, text: &str) -> Option<ValueText> {
        let tree = self.tree;
        let old = &tree.text[tree.value_begin(node)..tree.value_end(node)];
        let second = old.lines().skip(1).find(|line| !line.trim().is_empty())?;
        let indent = &second[..second.len() - second.trim_start_matches(' ').len()];
        let (first, rest) = text.split_once('\n')?;
        let edge = |c: char| c == ' ' || c == '\t';
        let fits = |line: &str| !line.ends_with(edge) && !line.starts_with(edge);
        let plain = |c: char| c == '\n' || c == '\t' || !(c.is_control() || write::is_hidden(c));
        let first_fits = !first.ends_with(edge) && !first.is_empty();
        if self.manner.json || !first_fits || !rest.split('\n').all(fits) || !text.chars().all(plain) {
            return None;
        }
        let ending = self.manner.ending;
        let mut lines = vec!["'", first, ending];
        let rest: Vec<&str> = rest.split('\n').collect();
        for (at, line) in rest.iter().enumerate() {
            let last = at + 1 == rest.len();
            match line.is_empty() {
                // One blank line is the break itself; the last, empty line contains only the closing quote.
                true if !last => lines.push(ending),
                _ => lines.extend([ending, indent, line, if last { "" } else { ending }]),
            }
        }
        lines.push("'");
        let inner = lines[1..lines.len() - 1].concat();
        let inner = Zeroizing::new(inner);
        let quoted = memory::replaced(&inner, "'", "''");
        Some(ValueText::inline(["'", &quoted, "'"].concat()))
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{Document, Edit, Format, Pointer, Value};

    fn set(text: &str, new: &str) -> String {
        let document = Document::parse(text.as_bytes(), Format::Yaml).expect("it can be read");
        let mut session = document.edit();
        let path = Pointer::new(["a"]);
        session.apply(&Edit::Set { path: path.clone(), value: Value::string(new) }).expect("it can be set");
        let after = session.finish().unwrap_or_else(|error| panic!("{text:?} <- {new:?}: {}", error.message()));
        assert_eq!(path.get(after.value()), Some(&Value::string(new)), "{text:?} <- {new:?}");
        String::from_utf8(after.bytes().to_vec()).expect("text")
    }

    #[test]
    fn a_literal_block_keeps_header_and_indentation() {
        let cases = [
            ("a: |\n    x: 1\n    y: 2\nb: 1\n", "x: 1\ny: 3\n", "a: |\n    x: 1\n    y: 3\nb: 1\n"),
            ("a: |   # why\n      x\n      y\n", "x\nz\n", "a: |   # why\n      x\n      z\n"),
            ("a: |-\n   x\n   y\nb: 1\n", "x\nz", "a: |-\n   x\n   z\nb: 1\n"),
            ("a: |-\n   x\n   y\nb: 1\n", "x\nz\n", "a: |\n   x\n   z\nb: 1\n"),
            ("a: |+\n   x\n   y\n\nb: 1\n", "x\nz\n\n", "a: |+\n   x\n   z\n\nb: 1\n"),
            ("a: |+\n   x\n   y\n\nb: 1\n", "x\nz\n", "a: |+\n   x\n   z\nb: 1\n"),
            ("a: |4\n      x\n    y\nb: 1\n", "  x\nz\n", "a: |4\n      x\n    z\nb: 1\n"),
            ("a: |\n   x\n   y\nb: 1\n", "  x\nz\n", "a: |3\n     x\n   z\nb: 1\n"),
            ("a: |\n\n     x\n\n     y\nb: 1\n", "\nx\n\nz\n", "a: |\n\n     x\n\n     z\nb: 1\n"),
            ("a: |\r\n    x\r\n    y\r\nb: 1\r\n", "x\nz\n", "a: |\r\n    x\r\n    z\r\nb: 1\r\n"),
        ];
        for (text, new, expected) in cases {
            assert_eq!(set(text, new), expected);
        }
    }

    #[test]
    fn a_text_in_single_quotes_keeps_them() {
        let cases = [
            ("a: 'x\n\n    y'\nb: 1\n", "x\nit's", "a: 'x\n\n    it''s'\nb: 1\n"),
            ("a: 'x\n\n  y\n\n  '\nb: 1\n", "x\nz\n", "a: 'x\n\n  z\n\n  '\nb: 1\n"),
            ("a: 'x\n\n\n  y'\n", "x\n\nz\nw", "a: 'x\n\n\n  z\n\n  w'\n"),
            // White space around a line break would be lost.
            ("a: 'x\n\n  y'\n", "x\n  z", "a: |-\n  x\n    z\n"),
        ];
        for (text, new, expected) in cases {
            assert_eq!(set(text, new), expected);
        }
        assert_eq!(set("a: \"x\\ny\"\n", "x\nz\n"), "a: \"x\\nz\\n\"\n");
    }
}
