//! A string put over another of several lines, in the layout of the old one as far as that can hold it: a block scalar keeps
//! its header and its indentation, a text in quotes its quotes, and lines that do not change keep their bytes.

use std::borrow::Cow;

use super::editing::Editing;
use super::lines;
use super::meaning::Reading;
use super::reader;
use super::tree::Tree;
use super::write::{self, Position, ValueText};
use crate::document::node::Style;
use crate::document::respell::{Notation, Spelling};
use crate::document::value::Value;
use crate::memory::{self, Buffer, Zeroizing};

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

/// What precedes the lines of a block scalar, and where they are.
struct Block<'t> {
    /// The header as it is written: `|2-`.
    header: &'t str,
    /// The column that the header names, counted from that of the key or dash.
    indicator: Option<usize>,
    /// The column of the lines.
    column: usize,
    /// The lines without their line ends.
    lines: Vec<&'t str>,
}

impl<'t> Block<'t> {
    fn of(tree: Tree<'t>, node: usize, position: Position) -> Option<Self> {
        let (begin, end) = (tree.value_begin(node), tree.header_end(node));
        let header = &tree.text[begin..end];
        let indicator = header.chars().find_map(|c| c.to_digit(10)).and_then(|digit| usize::try_from(digit).ok());
        let content = tree.text.get(lines::next(tree.text, end)..tree.value_end(node)).unwrap_or_default();
        let lines: Vec<&str> = content.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
        let column = match indicator {
            Some(columns) => position.parent() + columns,
            None => lines.iter().find(|line| !line.trim().is_empty()).map(|line| lines::spaces(line))?,
        };
        Some(Self { header, indicator, column, lines })
    }

    /// Whether blank lines below belong to it.
    fn keeps(&self) -> bool {
        self.header.contains('+')
    }

    /// The header for another text; the same one where it says the same.
    fn header_for(&self, text: &str, position: Position) -> Option<Cow<'t, str>> {
        let indicator = match self.indicator {
            None if write::starts_with_space(text) => Some(self.column.checked_sub(position.parent())?),
            said => said,
        };
        if self.column == 0 || indicator.is_some_and(|columns| !(1..=9).contains(&columns)) {
            return None;
        }
        let chomping = write::chomping(text, self.keeps());
        let old = self.header.chars().find(|c| matches!(c, '+' | '-')).map(String::from).unwrap_or_default();
        if indicator == self.indicator && chomping == old {
            return Some(Cow::Borrowed(self.header));
        }
        let indicator = indicator.map(|columns| columns.to_string()).unwrap_or_default();
        Some(Cow::Owned(format!("{}{indicator}{chomping}", &self.header[..1])))
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
            Style::Double => Notation::YamlDouble,
            Style::Single => Notation::YamlSingle,
            Style::Plain if source.contains('\n') => Notation::YamlPlain,
            _ => return None,
        };
        let spelling = Spelling::read(source, notation).filter(|spelling| Some(spelling.text()) == tree.text(node))?;
        let inline = spelling.of(text, self.manner.ending, write::is_hidden)?;
        Some(ValueText { inline, ..ValueText::default() })
    }

    /// As [`Self::in_its_layout`], between brackets.
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

    /// Whether a block scalar in the place of `node` can hold the text, which need not have several lines.
    fn fits_block(&self, node: usize, text: &str, keeps: bool) -> bool {
        let old = self.tree.text(node).unwrap_or_default();
        let keeps = self.manner.keeps || keeps;
        self.manner.literals && write::fits_block(text, old) && (keeps || !text.ends_with("\n\n"))
    }

    fn literal_again(&self, node: usize, text: &str, position: Position) -> Option<ValueText> {
        let block = Block::of(self.tree, node, position)?;
        if !self.fits_block(node, text, block.keeps()) {
            return None;
        }
        let header = block.header_for(text, position)?;
        let (old, new) = (content_lines(self.tree.text(node)?), content_lines(text));
        let known = if old.len() == block.lines.len() { &block.lines[..] } else { &[] };
        let most = old.len().min(new.len()).min(known.len());
        let first = (0..most).take_while(|at| old[*at] == new[*at]).count();
        let last = (1..=most - first).take_while(|at| old[old.len() - at] == new[new.len() - at]).count();
        let indent = " ".repeat(block.column);
        let mut below = Buffer::default();
        for (at, line) in new.iter().enumerate() {
            // A blank line may have spaces in the source.
            let source = match new.len() - at {
                _ if at < first => Some(known[at]),
                rest if rest <= last => Some(known[known.len() - rest]),
                _ => None,
            };
            match source {
                Some(source) => below.push_str(source),
                None if line.is_empty() => {}
                None => {
                    below.push_str(&indent);
                    below.push_str(line);
                }
            }
            below.push_str(self.manner.ending);
        }
        Some(ValueText { inline: Zeroizing::new(header.into_owned()), below: below.into_text(), collection: false })
    }

    /// In a folded block a line break is written as a blank line, beside a line that begins with white space as it is.
    fn folded_again(&self, node: usize, text: &str, position: Position) -> Option<ValueText> {
        let block = Block::of(self.tree, node, position)?;
        let solid = |line: &str| line.is_empty() || !line.trim_matches([' ', '\t']).is_empty();
        if !self.fits_block(node, text, block.keeps()) || !text.split('\n').all(solid) {
            return None;
        }
        let header = block.header_for(text, position)?;
        let folded = folded_lines(&block);
        let is_spaced = |line: &str| line.starts_with([' ', '\t']);
        let indent = " ".repeat(block.column);
        let (ending, mut below) = (self.manner.ending, Buffer::default());
        let (mut before, mut feeds) = (None, 0_usize);
        let content = text.trim_end_matches('\n');
        for line in content.split('\n') {
            if line.is_empty() {
                feeds += 1;
                continue;
            }
            // A line feed between two lines that are folded is a blank line more.
            let unfolded = before.is_none_or(|before| is_spaced(before) || is_spaced(line));
            (0..feeds + usize::from(!unfolded)).for_each(|_| below.push_str(ending));
            match folded.iter().find(|(text, _)| text.as_str() == line) {
                Some((_, source)) => source.iter().for_each(|line| {
                    below.push_str(line);
                    below.push_str(ending);
                }),
                None => {
                    below.push_str(&indent);
                    below.push_str(line);
                    below.push_str(ending);
                }
            }
            (before, feeds) = (Some(line), 0);
        }
        (1..text.len() - content.len()).for_each(|_| below.push_str(ending));
        Some(ValueText { inline: Zeroizing::new(header.into_owned()), below: below.into_text(), collection: false })
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

/// The lines of a literal block with this text.
fn content_lines(text: &str) -> Vec<&str> {
    text.strip_suffix('\n').unwrap_or(text).split('\n').collect()
}

/// The lines of a folded block as they are read, each with those of the source that it is folded from.
fn folded_lines<'t>(block: &Block<'t>) -> Vec<(Zeroizing<String>, Vec<&'t str>)> {
    let mut folded: Vec<(Zeroizing<String>, Vec<&str>)> = Vec::new();
    let mut continues = false;
    for source in &block.lines {
        let line = source.get(block.column..).unwrap_or_default();
        let is_folded = !line.is_empty() && !line.starts_with([' ', '\t']);
        match folded.last_mut() {
            Some((text, sources)) if continues && is_folded => {
                *text = Zeroizing::new([text.as_str(), " ", line].concat());
                sources.push(source);
            }
            _ if !line.is_empty() => folded.push((Zeroizing::new(line.to_owned()), vec![source])),
            _ => {}
        }
        continues = is_folded;
    }
    folded
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
