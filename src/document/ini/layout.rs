//! Where entries, sections, and their comments are in a text, and how it separates them.

use std::ops::Range;

use super::reader::{Line, LineKind};
use super::{IniText, Occurrence};
use crate::document::comments::heads_several;
use crate::document::pointer::Pointer;
use crate::error::{Error, ErrorKind, Result};
use crate::lines;
use crate::shown::KeyName;

impl IniText {
    /// Whether the empty value at `at` directly follows `=` while other lines have a space.
    pub(super) fn is_spaced_before(&self, at: usize) -> bool {
        self.text[..at].ends_with(['=', ':']) && self.separator(0..self.lines.len()).ends_with(' ')
    }

    /// The text between name and value on the first of these lines, or else on the last line of the text that has both.
    pub(super) fn separator(&self, lines: Range<usize>) -> String {
        let between = |line: &Line| match &line.kind {
            LineKind::Entry { key, value, .. } if !value.is_empty() => Some(&self.text[key.end..value.start]),
            _ => None,
        };
        let near = self.lines.get(lines).unwrap_or_default().iter().find_map(between);
        let found = near.or_else(|| self.lines.iter().rev().find_map(between));
        found.unwrap_or(self.dialect.separator()).to_owned()
    }

    /// Whether blank lines separate the sections.
    pub(super) fn is_spaced(&self) -> bool {
        let headers = (0..self.lines.len()).filter(|line| matches!(self.lines[*line].kind, LineKind::Header { .. }));
        let starts: Vec<usize> = headers.map(|line| self.start(line)).filter(|start| *start > 0).collect();
        starts.is_empty() || starts.iter().any(|start| self.lines[start - 1].kind == LineKind::Blank)
    }

    /// The lines of a section, including one of the two separations around it.
    pub(super) fn section_lines(&self, lines: &Range<usize>) -> (usize, usize) {
        let blank = |line: usize| self.lines.get(line).is_some_and(|line| line.kind == LineKind::Blank);
        let (mut start, mut end) = (self.start(lines.start), self.body_end(lines));
        let above = (0..start).rev().take_while(|line| blank(*line)).count();
        let below = (end..self.lines.len()).take_while(|line| blank(*line)).count();
        if start == above {
            end += below;
        } else if below > 0 || end == self.lines.len() {
            start -= above;
        }
        (start, end)
    }

    /// The lines before the first section.
    pub(super) fn preamble(&self) -> Range<usize> {
        let is_header = |line: &Line| matches!(line.kind, LineKind::Header { .. });
        0..self.lines.iter().position(is_header).unwrap_or(self.lines.len())
    }

    /// The first of the comment lines directly above a line, or the line itself.
    pub(super) fn start(&self, line: usize) -> usize {
        let is_comment = |line: &usize| self.lines[*line].kind == LineKind::Comment;
        let start = line - (0..line.min(self.lines.len())).rev().take_while(is_comment).count();
        let is_header = self.lines.get(line).is_some_and(|line| matches!(line.kind, LineKind::Header { .. }));
        // Below an entry they belong to the section before.
        let is_apart = start == 0 || self.lines[start - 1].kind == LineKind::Blank;
        if is_header && !is_apart { line } else { start }
    }

    /// Like [`Self::start`], without a comment that heads several entries or is a disabled entry.
    pub(super) fn own_start(&self, line: usize) -> usize {
        let start = self.start(line);
        let kind = |line: usize| self.lines.get(line).map(|line| &line.kind);
        let name = |line: usize| match kind(line) {
            Some(LineKind::Entry { .. }) => self.text[self.spans(&Occurrence::Entry(line)).0].trim(),
            _ => "",
        };
        let is_apart = start == 0 || matches!(kind(start - 1), Some(LineKind::Blank | LineKind::Header { .. }));
        let comment = &self.text[self.offset(start)..self.offset(line)];
        let next = name(line + 1);
        let heads = start < line && !next.is_empty() && heads_several(comment, name(line), next, is_apart);
        let disabled = (start..line).rev().find(|at| self.is_disabled(*at));
        if heads { line } else { disabled.map_or(start, |at| at + 1) }
    }

    /// Whether a comment is a disabled entry.
    fn is_disabled(&self, line: usize) -> bool {
        let text = self.text[self.lines[line].span.clone()].trim().trim_start_matches(['#', ';']).trim_start();
        let name = text.split_once('=').map(|(name, _)| name.trim_end());
        name.is_some_and(|name| !name.is_empty() && !name.contains(char::is_whitespace))
    }

    /// The line after the last one of a section, without the comment above the next header.
    pub(super) fn body_end(&self, lines: &Range<usize>) -> usize {
        let end = if lines.end < self.lines.len() { self.start(lines.end) } else { lines.end };
        let is_blank = |line: &usize| self.lines[*line].kind == LineKind::Blank;
        end - (lines.start + 1..end).rev().take_while(is_blank).count()
    }

    /// The line after the last one that is not blank.
    pub(super) fn text_end(&self) -> usize {
        let is_blank = |line: &&Line| line.kind == LineKind::Blank;
        self.lines.len() - self.lines.iter().rev().take_while(is_blank).count()
    }

    pub(super) fn offset(&self, line: usize) -> usize {
        self.lines.get(line).map_or(self.text.len(), |line| line.span.start)
    }

    /// The occurrences at a path.
    pub(super) fn found(&self, path: &Pointer) -> Vec<Occurrence> {
        let mut tokens = path.tokens();
        let mut names = self.root();
        let mut found = Vec::new();
        while let [name, rest @ ..] = tokens {
            found = names.get(name.as_str()).cloned().unwrap_or_default();
            tokens = rest;
            if let ([index, rest @ ..], true) = (tokens, found.len() > 1) {
                let one = index.parse().ok().and_then(|index: usize| found.get(index).cloned());
                found = one.into_iter().collect();
                tokens = rest;
            }
            names = found.first().map(|one| self.below(one)).unwrap_or_default();
        }
        found
    }

    /// Fails if the name is set by a line that cannot be edited.
    pub(super) fn unlocked(&self, name: &str, lines: &Range<usize>) -> Result<()> {
        let sets =
            |line: &&Line| matches!(&line.kind, LineKind::Locked { key: Some(key) } if self.text[key.clone()] == *name);
        let Some(line) = self.lines[lines.clone()].iter().find(sets) else { return Ok(()) };
        let number = lines::number(&self.text, line.span.start);
        Err(Error::new(ErrorKind::Unsupported, "a line that programs read differently sets this name already")
            .at(number, 1)
            .at_path(KeyName::shown(name))
            .hint("change it with `agepatch edit`"))
    }
}
