//! Another text in a block scalar that is there already: the header, the indentation, and the lines that do not change stay.

use std::borrow::Cow;

use super::editing::Editing;
use super::lines;
use super::tree::Tree;
use super::write::{self, Position, ValueText};
use crate::memory::{Buffer, Zeroizing};

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
    /// Whether a block scalar in the place of `node` can hold the text, which need not have several lines.
    fn fits_block(&self, node: usize, text: &str, keeps: bool) -> bool {
        let old = self.tree.text(node).unwrap_or_default();
        let keeps = self.manner.keeps || keeps;
        self.manner.literals && write::fits_block(text, old) && (keeps || !text.ends_with("\n\n"))
    }

    /// The text in the literal block that `node` is, with the lines that do not change as they are.
    pub(super) fn literal_again(&self, node: usize, text: &str, position: Position) -> Option<ValueText> {
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
    pub(super) fn folded_again(&self, node: usize, text: &str, position: Position) -> Option<ValueText> {
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
            if let Some((_, source)) = folded.iter().find(|(text, _)| text.as_str() == line) {
                for line in source {
                    below.push_str(line);
                    below.push_str(ending);
                }
            } else {
                below.push_str(&indent);
                below.push_str(line);
                below.push_str(ending);
            }
            (before, feeds) = (Some(line), 0);
        }
        (1..text.len() - content.len()).for_each(|_| below.push_str(ending));
        Some(ValueText { inline: Zeroizing::new(header.into_owned()), below: below.into_text(), collection: false })
    }
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
