//! The lines and sections of a TOML document.

use std::ops::Range;

use super::bracket;
use super::comments::comments_above;
use super::node::{Kin, Shape, TomlNode, leaves};
use super::write;
use crate::document::comments::{heads_several, is_about_file};
use crate::document::pointer::Pointer;
use crate::lines::{end as line_end, next as next_line, start as line_start};

/// A text and its parts.
#[derive(Clone, Copy)]
pub(super) struct Editing<'e> {
    pub(super) text: &'e str,
    pub(super) root: &'e TomlNode,
}

impl<'e> Editing<'e> {
    pub(super) fn find(&self, path: &Pointer) -> Option<&'e TomlNode> {
        self.root.find(path)
    }

    pub(super) fn ending(&self) -> &'static str {
        let feed = self.text.find('\n');
        if feed.is_some_and(|feed| self.text[..feed].ends_with('\r')) { "\r\n" } else { "\n" }
    }

    /// The part at the first `depth` tokens of `path`.
    fn above(&self, path: &Pointer, depth: usize) -> Option<&'e TomlNode> {
        self.root.find(&prefix(path, depth))
    }

    /// The keys in a header for `path`, which contain no list positions.
    pub(super) fn names(&self, path: &Pointer) -> Vec<String> {
        let is_list = |depth: usize| self.above(path, depth).is_some_and(|part| part.items().is_some());
        let tokens = path.tokens().iter().enumerate();
        tokens.filter(|(depth, _)| !is_list(*depth)).map(|(_, token)| token.clone()).collect()
    }

    /// The text in the brackets of a header for `path`.
    pub(super) fn header(&self, path: &Pointer) -> String {
        self.names(path).iter().map(|name| write::key(name)).collect::<Vec<_>>().join(".")
    }

    /// The number of keys that a line of a dotted table at `path` starts with.
    pub(super) fn dots(&self, path: &Pointer) -> usize {
        let dotted = |depth: &usize| self.above(path, *depth).and_then(TomlNode::kin) == Some(Kin::Dotted);
        (1..=path.tokens().len()).rev().take_while(dotted).count()
    }

    /// The `{…}` that contains the entries of a map at `path`.
    pub(super) fn braces(&self, path: &Pointer) -> Option<&'e TomlNode> {
        let outer = self.above(path, path.tokens().len() - self.dots(path));
        outer.filter(|part| part.kin() == Some(Kin::Inline))
    }

    /// The start of the line, or of the entry in `braces`, of a value.
    pub(super) fn entry_start(&self, braces: Option<&TomlNode>, value: &TomlNode) -> usize {
        let entries = braces.map(|braces| bracket::entries(self.text, braces)).unwrap_or_default();
        let own = entries.into_iter().find(|entry| entry.end == value.span.end);
        own.map_or_else(|| line_start(self.text, value.span.start), |entry| entry.start)
    }

    /// The first place of the name of the part at `path`, unless it is a value on a line.
    fn named(&self, path: &Pointer) -> Option<Range<usize>> {
        let first = self.root.find(path).filter(|part| !part.is_inline())?.first();
        if first.is_inline() {
            let start = self.entry_start(self.braces(path), first);
            return nth_key(self.text, start..first.span.start, self.dots(path).checked_sub(1)?);
        }
        nth_key(self.text, first.span.clone(), self.names(path).len().checked_sub(1)?)
    }

    /// The lines of a part, with the comments directly above: its line, or its sections.
    pub(super) fn extents(&self, part: &TomlNode) -> Vec<Range<usize>> {
        let mut headers = Vec::new();
        collect_headers(self.root, &mut headers);
        let mut begins: Vec<usize> = headers.into_iter().map(|header| header.start).collect();
        begins.sort_unstable();
        self.extents_between(&begins, part)
    }

    /// The same, given the places where headers start.
    fn extents_between(&self, headers: &[usize], part: &TomlNode) -> Vec<Range<usize>> {
        let begin = |at: usize| comments_above(self.text, line_start(self.text, at));
        match &part.shape {
            Shape::Tables(items) => items.iter().flat_map(|item| self.extents_between(headers, item)).collect(),
            Shape::Map(Kin::Section, members) => {
                let next = headers.partition_point(|header| *header <= part.span.start);
                let own = begin(part.span.start)..headers.get(next).map_or(self.text.len(), |next| begin(*next));
                let below = members.iter().flat_map(|member| self.extents_between(headers, &member.part));
                let below = below.filter(|range| range.start >= own.end || range.end <= own.start);
                std::iter::once(own.clone()).chain(below).collect()
            }
            Shape::Map(Kin::Implied | Kin::Dotted, members) => {
                members.iter().flat_map(|member| self.extents_between(headers, &member.part)).collect()
            }
            _ => {
                let end = next_line(self.text, part.span.end);
                std::iter::once(self.own_comments(line_start(self.text, part.span.start), end)..end).collect()
            }
        }
    }

    /// The start of the comment lines above an entry that are about it, without a comment that heads the file or
    /// several entries, and without disabled entries and what is above them. The entry's lines start at `line` and end
    /// before `next`.
    pub(super) fn own_comments(&self, line: usize, next: usize) -> usize {
        let text = self.text;
        let first = comments_above(text, line);
        if first == line {
            return line;
        }
        let name = |line: &str| -> Option<String> {
            let (name, _) = line.split_once('=')?;
            let name = name.trim().trim_matches(['"', '\'']);
            (!name.is_empty() && !name.contains([' ', '#', '['])).then(|| name.to_owned())
        };
        let own = name(&text[line..next]).unwrap_or_default();
        let below = name(text[next..].lines().next().unwrap_or_default());
        let comment = &text[first..line];
        let is_head = text[..first].trim_matches(['\u{feff}', ' ', '\n', '\r']).is_empty();
        let is_apart = is_head || text[..first].ends_with("\n\n") || text[..first].ends_with("\n\r\n");
        if is_head && is_about_file(comment, &own)
            || below.is_some_and(|below| heads_several(comment, &own, &below, is_apart))
        {
            return line;
        }
        let mut begin = first;
        let mut at = first;
        for comment in comment.split_inclusive('\n') {
            at += comment.len();
            let is_entry = name(comment.trim().trim_start_matches('#').trim_start()).is_some();
            begin = if is_entry { at } else { begin };
        }
        begin
    }

    /// The end of a section and of its subsections.
    pub(super) fn end_of(&self, part: &TomlNode) -> usize {
        self.extents(part).iter().map(|range| range.end).max().unwrap_or(self.text.len())
    }

    /// The start of the first header's lines.
    pub(super) fn first_section(&self) -> Option<usize> {
        let mut headers = Vec::new();
        collect_headers(self.root, &mut headers);
        let first = headers.into_iter().map(|header| header.start).min();
        first.map(|at| comments_above(self.text, line_start(self.text, at)))
    }

    /// Extends the range by one of two blank separations around it; a missing final line end stays missing.
    pub(super) fn separated(&self, range: Range<usize>) -> Range<usize> {
        let text = self.text;
        let blank = |end: usize| text[..end].ends_with("\n\n") || text[..end].ends_with("\n\r\n");
        let blank_above = range.start == 0 || blank(range.start);
        if range.end == text.len() {
            let ended = text.ends_with('\n');
            let kept = text[..range.start].trim_end_matches(['\n', '\r']).len();
            let start = if !ended || (blank_above && kept > 0) { kept } else { range.start };
            let start = if ended && start < range.start { next_line(text, start) } else { start };
            return start..range.end;
        }
        let mut end = range.end;
        if blank_above {
            while end < text.len() && text[end..line_end(text, end)].trim().is_empty() {
                end = next_line(text, end);
            }
        } else {
            // The only separation stays.
            while blank(end) {
                end = line_start(text, end - 1);
            }
        }
        range.start..end
    }
}

pub(super) fn collect_headers(part: &TomlNode, found: &mut Vec<Range<usize>>) {
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

/// Updates parts that are defined by several lines or headers, for everything on `path`: the first name of a table
/// without a header, and the order of entries, which is that of the text.
pub(super) fn settle(root: &mut TomlNode, text: &str, path: &Pointer) {
    for depth in 1..=path.tokens().len() {
        let place = prefix(path, depth);
        if let Some((named, member)) = (Editing { text, root }).named(&place).zip(root.member_mut(&place)) {
            match &mut member.part.shape {
                Shape::Map(kin @ (Kin::Dotted | Kin::Implied), members) => {
                    if leaves(members).is_empty() {
                        *kin = Kin::Implied;
                    }
                    member.part.span = named.clone();
                }
                Shape::Tables(items) => {
                    let ends = items.first().zip(items.last()).map(|(first, last)| first.span.start..last.span.end);
                    member.part.span = ends.unwrap_or_default();
                }
                _ => {}
            }
            member.key_span = named;
        }
        if let Some(Shape::Map(_, members)) = root.find_mut(&prefix(path, depth - 1)).map(|part| &mut part.shape) {
            members.sort_by_cached_key(|member| member.part.first().span.start);
        }
    }
}

/// The first tokens of a path.
pub(super) fn prefix(path: &Pointer, depth: usize) -> Pointer {
    Pointer::new(path.tokens()[..depth].iter().map(String::as_str))
}

/// The place of a key in a header, or before an equals sign.
pub(super) fn nth_key(text: &str, written: Range<usize>, index: usize) -> Option<Range<usize>> {
    let whole = &text[written.clone()];
    let keys = whole.trim_start_matches('[');
    let start = written.end - keys.len();
    let key = segments(keys.trim_end_matches(']')).into_iter().nth(index)?;
    Some(start + key.start..start + key.end)
}

/// The keys of a dotted name, including their quotes.
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
            _ => {}
        }
    }
    push(begin..text.len());
    found
}
