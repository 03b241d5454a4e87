//! Finds the place of the metadata in an edited text.

use std::ops::Range;

use super::sheet::{Block, Document, Sheet, SheetEntry};
use crate::document::node::Style;

/// A text to insert.
pub(super) struct Insertion {
    /// The place: empty, unless the text replaces something.
    pub(super) at: Range<usize>,
    pub(super) text: String,
}

/// The fields that change with every edit.
pub(super) struct Renewed<'r> {
    pub(super) mac: &'r str,
    pub(super) last_modified: &'r str,
}

impl Renewed<'_> {
    /// A block's text with the new fields.
    pub(super) fn text(&self, text: &str, block: &Block, range: Range<usize>) -> String {
        let mut fields: Vec<(Range<usize>, String)> = Vec::new();
        for (name, value) in [("mac", self.mac), ("lastmodified", self.last_modified)] {
            for field in block.fields.iter().filter(|field| field.name == name) {
                let written = match field.style {
                    Style::Single => format!("'{value}'"),
                    Style::Double => format!("\"{value}\""),
                    // A time without quotes would not be a string.
                    _ if name == "lastmodified" && text[field.range.clone()].starts_with('"') => format!("\"{value}\""),
                    _ => value.to_owned(),
                };
                fields.push((field.range.clone(), written));
            }
        }
        fields.sort_by_key(|(range, _)| range.start);
        let mut renewed = String::new();
        let mut at = range.start;
        for (field, written) in fields {
            renewed.push_str(&text[at..field.start]);
            renewed.push_str(&written);
            at = field.end;
        }
        renewed.push_str(&text[at..range.end]);
        renewed
    }
}

/// A file and its view before the edit.
pub(super) struct Before<'b> {
    pub(super) text: &'b str,
    pub(super) sheet: &'b Sheet,
    pub(super) view: &'b str,
    pub(super) seen: &'b Sheet,
    /// Where each block was removed from the view.
    pub(super) cuts: &'b [usize],
}

/// Places the blocks of a file in its edited view.
pub(super) fn insertions(
    before: &Before<'_>,
    (view, seen): (&str, &Sheet),
    renewed: &Renewed<'_>,
    ending: &str,
) -> Vec<Insertion> {
    let mut insertions = Vec::new();
    let sheet = before.sheet;
    for (number, document) in seen.documents.iter().enumerate() {
        let all = || sheet.blocks.iter().enumerate();
        let mut own = all().filter(|(_, block)| block.document == number).peekable();
        // A new document gets a copy of the others' metadata.
        let last = all().next_back().filter(|_| own.peek().is_none());
        let blocks: Vec<(usize, &Block)> = own.chain(last).collect();
        for (index, block) in blocks {
            let place = Insertions {
                text: before.text,
                old: &sheet.documents[block.document],
                old_view: before.view,
                seen: before.seen.documents.get(block.document),
                cut: before.cuts.get(index).copied().unwrap_or_default(),
                view,
                document,
            };
            insertions.push(match document.flow {
                Some(_) if place.is_emptied() => place.only(block, renewed, ending),
                Some(open) => place.member(block, open, renewed),
                None => place.lines(block, renewed, ending),
            });
        }
    }
    insertions.sort_by_key(|insertion| insertion.at.start);
    insertions
}

struct Insertions<'p> {
    text: &'p str,
    /// The document in the file.
    old: &'p Document,
    old_view: &'p str,
    /// The document in the view before the edit.
    seen: Option<&'p Document>,
    /// Where the block was in that view.
    cut: usize,
    view: &'p str,
    document: &'p Document,
}

impl Insertions<'_> {
    fn find(&self, key: &str) -> Option<usize> {
        self.document.entries.iter().position(|entry| entry.key == key)
    }

    /// Whether braces without anything in them are all that is left of a document in block style.
    fn is_emptied(&self) -> bool {
        self.old.flow.is_none() && self.braces().is_some()
    }

    /// The braces of a document without entries.
    fn braces(&self) -> Option<Range<usize>> {
        let open = self.document.flow.filter(|_| self.document.entries.is_empty())?;
        let inside = self.view.get(open..self.document.range.end)?;
        let blanks = inside.len() - inside.trim_start().len();
        inside[blanks..].starts_with('}').then(|| open - 1..open + blanks + 1)
    }

    /// The metadata in place of the braces.
    fn only(&self, block: &Block, renewed: &Renewed<'_>, ending: &str) -> Insertion {
        let at = self.braces().unwrap_or_default();
        let mut text = renewed.text(self.text, block, block.range.clone());
        if self.view[at.end..].starts_with(['\n', '\r']) {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
        } else if !text.ends_with('\n') {
            text.push_str(ending);
        }
        Insertion { at, text }
    }

    fn lines(&self, block: &Block, renewed: &Renewed<'_>, ending: &str) -> Insertion {
        let mut text = if self.old.flow.is_some() {
            // The document was in braces before the edit.
            renewed.text(self.text, block, block.entry.clone()) + ending
        } else {
            renewed.text(self.text, block, block.range.clone())
        };
        let at = self.line();
        let before = &self.view[..at];
        if !(before.is_empty() || before.ends_with('\n') || before == "\u{feff}") {
            text.insert_str(0, ending);
        }
        if at < self.view.len() && !text.ends_with('\n') {
            text.push_str(ending);
        }
        Insertion { at: at..at, text }
    }

    /// The line at which a block goes in: before the entry that it was before, or behind the one that it was behind.
    fn line(&self) -> usize {
        let begin = |entry: &SheetEntry| entry.range.start;
        let last = self.document.entries.last().map_or(self.start(), |entry| entry.range.end);
        let Some(old) = self.seen else { return last };
        let next = old.entries.iter().find(|entry| begin(entry) >= self.cut);
        let previous = old.entries.iter().rev().find(|entry| entry.range.end <= self.cut);
        let end = self.document.range.end;
        if let (Some(_), None) = (next, previous)
            && let Some(at) = self.first(old)
        {
            return at;
        }
        if let Some(next) = next {
            // A renamed entry is still at its position.
            let renamed = || {
                let is_next = |entry: &SheetEntry| std::ptr::eq(entry, next);
                old.entries.iter().position(is_next).filter(|_| old.entries.len() == self.document.entries.len())
            };
            if let Some(found) = self.find(&next.key).or_else(renamed) {
                let floor = found.checked_sub(1).map_or(self.start(), |above| self.document.entries[above].range.end);
                let gap = self.old_view.get(self.cut..begin(next)).unwrap_or_default();
                return self
                    .back(floor, begin(&self.document.entries[found]), gap)
                    .unwrap_or_else(|| begin(&self.document.entries[found]));
            }
            if let Some(previous) = previous
                && let Some(found) = self.find(&previous.key)
            {
                let end = self.document.entries[found].range.end;
                let gap = self.old_view.get(previous.range.end..self.cut).unwrap_or_default();
                return if self.view[end..].starts_with(gap) { end + gap.len() } else { end };
            }
            return last;
        }
        let gap = self.old_view.get(self.cut..old.range.end).unwrap_or_default();
        self.back(last, end, gap).unwrap_or(last)
    }

    /// The place of a block before all entries: behind the same text as before.
    fn first(&self, old: &Document) -> Option<usize> {
        let head = self.old_view.get(old.range.start..self.cut)?;
        let view = &self.view[self.document.range.clone()];
        let at = self.document.range.start + view.strip_prefix(head).map(|_| head.len())?;
        let line = at == 0 || self.view[..at].ends_with(['\n', '\u{feff}']);
        let floor = self.document.entries.first().map_or(at, |first| first.range.start);
        (line && at <= floor).then_some(at)
    }

    /// The place so far before `base` as the text between was before.
    fn back(&self, floor: usize, base: usize, gap: &str) -> Option<usize> {
        let between = self.view.get(floor..base)?;
        let at = base - between.strip_suffix(gap).map(|_| gap.len())?;
        let line = at == 0 || self.view[..at].ends_with(['\n', '\u{feff}']);
        (line || gap.is_empty() || at == self.view.len()).then_some(at)
    }

    /// The offset where the content of the document starts.
    fn start(&self) -> usize {
        let begin = self.document.range.start;
        let mark = if self.view[begin..].starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let begin = begin + mark;
        let first = self.view[begin..].split_inclusive('\n').next().unwrap_or_default();
        if first.trim_end() == "---" { begin + first.len() } else { begin }
    }

    /// A member of a document in braces.
    fn member(&self, block: &Block, open: usize, renewed: &Renewed<'_>) -> Insertion {
        let entry = renewed.text(self.text, block, block.entry.clone());
        let entries = &self.document.entries;
        let (before, after) = match self.old.flow {
            Some(_) => (&self.text[block.range.start..block.entry.start], &self.text[block.entry.end..block.range.end]),
            None => ("", ""),
        };
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return Insertion { at: open..open, text: entry };
        };
        if after.is_empty() {
            // In a new file it is separated like the entries of the text.
            let between = [",", &self.view[open..first.range.start]].concat();
            let before = if before.is_empty() { &between } else { before };
            return Insertion { at: last.range.end..last.range.end, text: [before, &entry].concat() };
        }
        let next = self.old.entries.iter().find(|entry| entry.range.start >= block.range.end);
        let next = next.and_then(|next| self.find(&next.key)).map_or(first, |found| &entries[found]);
        Insertion { at: next.range.start..next.range.start, text: [&entry, after].concat() }
    }
}
