//! Where a TOML document's lines and sections begin and end.

use std::ops::Range;

use super::bracket::line_end;
use super::editing::Editing;
use super::reader::{Kin, Member, Part, Shape};
use super::{Splice, comments_above, line_start, next_line, write};
use crate::document::pointer::{Pointer, list_index};

impl<'e> Editing<'e> {
    pub(super) fn text(&self) -> &str {
        &self.document.text
    }

    pub(super) fn ending(&self) -> &'static str {
        let feed = self.text().find('\n');
        if feed.is_some_and(|feed| self.text()[..feed].ends_with('\r')) { "\r\n" } else { "\n" }
    }

    pub(super) fn find(&self, path: &Pointer) -> Option<&'e Part> {
        path.tokens().iter().try_fold(&self.document.root, |part, token| match part.members() {
            Some(members) => members.iter().find(|member| member.key == *token).map(|member| &member.part),
            None => part.items()?.get(list_index(token)?),
        })
    }

    /// A line below the one that holds `at`; a missing final line end stays missing.
    pub(super) fn line_after(&self, at: usize, line: &str) -> Splice {
        let (text, ending) = (self.text(), self.ending());
        let next = next_line(text, at);
        if next == 0 || text[..next].ends_with('\n') {
            (next..next, format!("{line}{ending}"))
        } else {
            (next..next, format!("{ending}{line}"))
        }
    }

    /// A section behind what ends at `end`, with a blank line between.
    pub(super) fn section_after(&self, end: usize, section: &str) -> Splice {
        let (text, ending) = (self.text(), self.ending());
        let before = text[..end].trim_end_matches(['\n', '\r']);
        let last = if end == text.len() { "" } else { ending };
        let lead = if before.is_empty() { String::new() } else { format!("{ending}{ending}") };
        let section = section.trim_end_matches(['\n', '\r']);
        let closing = if end == text.len() && !text.is_empty() && !text.ends_with('\n') { "" } else { ending };
        (before.len()..end, format!("{lead}{section}{closing}{last}"))
    }

    /// The keys that a header for `path` names; positions in lists have no name there.
    pub(super) fn header(&self, path: &Pointer) -> String {
        let mut keys = Vec::new();
        let mut here = Pointer::root();
        for token in path.tokens() {
            if self.find(&here).is_none_or(|part| part.items().is_none()) {
                keys.push(write::key(token));
            }
            here = here.child(token.as_str());
        }
        keys.join(".")
    }

    /// How many keys a header for `path` has.
    pub(super) fn depth(&self, path: &Pointer) -> usize {
        let tokens = path.tokens();
        let place = |depth: usize| Pointer::new(tokens[..depth].iter().map(String::as_str));
        let is_list = |depth: &usize| self.find(&place(*depth)).is_some_and(|part| part.items().is_some());
        tokens.len() - (1..tokens.len()).filter(is_list).count()
    }

    /// How many keys a line of a dotted table at `path` begins with.
    pub(super) fn dots(&self, path: &Pointer) -> usize {
        let tokens = path.tokens();
        let dotted = |depth: &usize| {
            let here = Pointer::new(tokens[..*depth].iter().map(String::as_str));
            self.find(&here).and_then(Part::kin) == Some(Kin::Dotted)
        };
        (1..=tokens.len()).rev().take_while(dotted).count()
    }

    /// All headers, in the order of the text.
    pub(super) fn headers(&self) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        collect_headers(&self.document.root, &mut found);
        found.sort_by_key(|header| header.start);
        found
    }

    /// The lines that a part consists of, with the comments directly above: its line, or its sections.
    pub(super) fn extents(&self, part: &Part) -> Vec<Range<usize>> {
        let text = self.text();
        match &part.shape {
            Shape::Tables(items) => items.iter().flat_map(|item| self.extents(item)).collect(),
            Shape::Map(Kin::Section, members) => {
                let begin = |header: &Range<usize>| comments_above(text, line_start(text, header.start));
                let headers = self.headers();
                let next = headers.iter().find(|header| header.start > part.span.start).map_or(text.len(), begin);
                let own = begin(&part.span)..next;
                let below = members.iter().flat_map(|member| self.extents(&member.part));
                std::iter::once(own.clone())
                    .chain(below.filter(|range| range.start >= own.end || range.end <= own.start))
                    .collect()
            }
            Shape::Map(Kin::Implied | Kin::Dotted, members) => {
                members.iter().flat_map(|member| self.extents(&member.part)).collect()
            }
            _ => {
                let from = comments_above(text, line_start(text, part.span.start));
                std::iter::once(from..next_line(text, part.span.end)).collect()
            }
        }
    }

    /// The end of a section and of those below it.
    pub(super) fn end_of(&self, part: &Part) -> usize {
        self.extents(part).iter().map(|range| range.end).max().unwrap_or(self.text().len())
    }

    /// Of two blank separations around lines that go, one goes too; a missing final line end stays missing.
    pub(super) fn separated(&self, range: Range<usize>) -> Range<usize> {
        let text = self.text();
        let blank_above =
            range.start == 0 || text[..range.start].ends_with("\n\n") || text[..range.start].ends_with("\n\r\n");
        if range.end == text.len() {
            let ended = text.ends_with('\n');
            let kept = text[..range.start].trim_end_matches(['\n', '\r']).len();
            let start = if !ended || (blank_above && kept > 0) { kept } else { range.start };
            let start = if ended && start < range.start { next_line(text, start) } else { start };
            return start..range.end;
        }
        let mut end = range.end;
        while blank_above && end < text.len() && text[end..line_end(text, end)].trim().is_empty() {
            end = next_line(text, end);
        }
        range.start..end
    }
}

/// The entries that stand on lines of the map's own: inline values, also below dotted keys.
pub(super) fn leaves(members: &[Member]) -> Vec<&Part> {
    let mut found = Vec::new();
    for member in members {
        match &member.part.shape {
            _ if member.part.is_inline() => found.push(&member.part),
            Shape::Map(Kin::Dotted, below) => found.extend(leaves(below)),
            _ => {}
        }
    }
    found
}

pub(super) fn collect_headers(part: &Part, found: &mut Vec<Range<usize>>) {
    match &part.shape {
        Shape::Tables(items) => items.iter().for_each(|item| collect_headers(item, found)),
        Shape::Map(kin, members) => {
            if *kin == Kin::Section {
                found.push(part.span.clone());
            }
            for member in members {
                collect_headers(&member.part, found);
            }
        }
        _ => {}
    }
}

/// The keys of a dotted name, with the quotes they stand in, up to an equals sign.
pub(super) fn segments(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut quote, mut begin, mut escaped) = (None, 0, false);
    let mut push = |range: Range<usize>| {
        let name = &text[range.clone()];
        let start = range.start + (name.len() - name.trim_start().len());
        found.push(start..start + name.trim().len());
    };
    for (at, character) in text.char_indices() {
        match (quote, character) {
            _ if escaped => escaped = false,
            (Some('"'), '\\') => escaped = true,
            (Some(open), close) if open == close => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, '.') => {
                push(begin..at);
                begin = at + 1;
            }
            (None, '=') => {
                push(begin..at);
                return found;
            }
            _ => {}
        }
    }
    push(begin..text.len());
    found
}
