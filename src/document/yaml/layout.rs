//! Puts a string over another one in the layout of the old one, as far as that can hold it: a block scalar keeps its header and
//! its indentation, a string in quotes its quotes, and lines that do not change keep their bytes.

use super::editing::Editing;
use super::lines;
use super::meaning::Reading;
use super::reader;
use super::tree::Tree;
use super::write::{self, Position, ValueText};
use crate::document::node::Style;
use crate::document::respell::{QuotedNotation, Spelling};
use crate::document::value::Value;
use crate::memory::{self, Zeroizing};

impl Tree<'_> {
    /// The column of the values of a block map, if they are aligned: two or more after keys of different lengths.
    pub(super) fn aligned(&self, holder: usize) -> Option<usize> {
        let values = (0..self.len(holder)).filter_map(|index| {
            let (key, value) = self.entry(holder, index);
            let (key, begin) = (self.piece(key?), self.value_begin(value));
            let on_line =
                !self.is_absent(value) && lines::start(self.text, begin) == lines::start(self.text, key.entry());
            on_line.then(|| (lines::column(self.text, begin), key.span().len()))
        });
        let values: Vec<(usize, usize)> = values.collect();
        let (column, length) = *values.first()?;
        let is_aligned = values.iter().all(|(other, _)| *other == column);
        (is_aligned && values.iter().any(|(_, other)| *other != length)).then_some(column)
    }
}

impl Editing<'_> {
    /// The new text in the layout of the old one; `style` is the one that the new text is to have. `None` where that cannot
    /// hold it.
    pub(super) fn in_its_layout(&self, node: usize, text: &str, position: Position, style: Style) -> Option<ValueText> {
        let old = self.tree.style(node)?;
        let revises = self.manner.revises;
        let candidates = match old {
            // A string that is replaced, and has one line then, needs no block.
            Style::Literal if revises || text.contains('\n') => [self.literal_again(node, text, position), None],
            Style::Folded if revises => [self.folded_again(node, text, position), None],
            Style::Literal | Style::Folded => [None, None],
            _ if old != style => [None, None],
            Style::Double => [self.respelled(node, text), None],
            _ if revises => [self.respelled(node, text), self.single_again(node, text)],
            _ => [None, self.single_again(node, text)],
        };
        candidates.into_iter().flatten().find(|written| self.reads_back(written, text, position))
    }

    /// The new text with the spelling of the old one, where it does not differ: escapes, and line breaks in the source. `None` for
    /// a block scalar, and for what is written on one line without quotes.
    pub(super) fn respelled(&self, node: usize, text: &str) -> Option<ValueText> {
        let tree = self.tree;
        let source = &tree.text[tree.value_begin(node)..tree.value_end(node)];
        let notation = match tree.style(node)? {
            Style::Double => QuotedNotation::YamlDouble,
            Style::Single => QuotedNotation::YamlSingle,
            Style::Plain if source.contains('\n') => QuotedNotation::YamlPlain,
            _ => return None,
        };
        let spelling = Spelling::read(source, notation).filter(|spelling| Some(spelling.text()) == tree.text(node))?;
        let inline = spelling.of(text, self.manner.ending, write::is_hidden)?;
        Some(ValueText { inline, ..ValueText::default() })
    }

    /// Like [`Self::in_its_layout`], between brackets.
    pub(super) fn in_its_flow_layout(&self, node: usize, text: &str, style: Style) -> Option<Zeroizing<String>> {
        let keeps = self.tree.style(node) == Some(style) && (style == Style::Double || self.manner.revises);
        let written = self.respelled(node, text).filter(|_| keeps)?;
        let part = Zeroizing::new(["[", written.inline.as_str(), "]"].concat());
        let reads_back = read(&part)?.as_list().and_then(<[Value]>::first).and_then(Value::as_str) == Some(text);
        reads_back.then_some(written.inline)
    }

    /// Whether the text is what a reader gets.
    fn reads_back(&self, written: &ValueText, text: &str, position: Position) -> bool {
        let lead = match position {
            Position::Root => String::new(),
            Position::Key(column) => format!("{}k: ", " ".repeat(column)),
            Position::Dash(column, gap) => format!("{}-{}", " ".repeat(column), " ".repeat(gap)),
        };
        let part = [&lead, written.inline.as_str(), self.manner.ending, &written.below].concat();
        let part = Zeroizing::new(part);
        let read = read(&part);
        let read = match position {
            Position::Root => read.as_ref(),
            Position::Key(_) => read.as_ref().and_then(|read| read.get("k")),
            Position::Dash(..) => read.as_ref().and_then(Value::as_list).and_then(<[Value]>::first),
        };
        read.and_then(Value::as_str) == Some(text)
    }

    /// In single quotes a line break is written as a blank line, and white space around one is lost.
    fn single_again(&self, node: usize, text: &str) -> Option<ValueText> {
        let tree = self.tree;
        tree.style(node).filter(|style| *style == Style::Single)?;
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

/// What a text is read as.
fn read(text: &str) -> Option<Value> {
    let arena = reader::read_by_parser(text).ok()?;
    Reading::of(Tree { text, arena: &arena }).value().ok()
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
