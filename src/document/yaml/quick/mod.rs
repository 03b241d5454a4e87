//! A quick reader for the syntax that most files consist of, so that large files open fast.
//!
//! It knows block maps and lists, scalars on one line, literal blocks, and flow collections on one line. At anything
//! else, and at anything that might be an error, it gives up, and the parser reads the complete text, so that all
//! errors come from the parser. What it accepts it parses like the parser, node by node and place by place; with
//! assertions enabled (in every test) each text is parsed both ways and compared. An edited text is always verified by
//! the parser, so two readers must agree before anything is written.

mod flow;
mod keys;
mod scalar;

use std::ops::Range;

use super::arena::{Arena, Places};
use super::lines;
use crate::characters::beyond_ascii;
use crate::document::node::Style;

use keys::Keys;
use scalar::Token;

/// The maximum nesting of collections here.
const MAX_DEPTH: usize = 64;

/// The maximum length of a key here; YAML allows 1,024 characters without a `?` (YAML 1.2.2, section 7.4.2).
const MAX_KEY: usize = 1_000;

/// Parses `text`, if it only uses the supported syntax.
pub(super) fn read(text: &str) -> Option<Arena> {
    // In pieces, each examined at once: that takes the processor a fraction of the time.
    let are_expected = |bytes: &[u8]| bytes.iter().fold(true, |so_far, byte| so_far & is_expected(*byte));
    if !text.as_bytes().chunks(256).all(are_expected) || !beyond_ascii(text).all(is_printable) {
        return None;
    }
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        arena: Arena::default(),
        items: Vec::new(),
        entries: Vec::new(),
        keys: Keys::default(),
        at: 0,
        column: None,
        depth: 0,
    };
    scanner.go_to_content(0);
    if scanner.bytes[scanner.at..].starts_with(b"---\n") && scanner.column == Some(0) {
        scanner.go_to_content(scanner.at + 4);
    }
    let begin = lines::prolog(text);
    let root = (scanner.column == Some(0)).then(|| scanner.block(0, Owner { entry: begin, after: begin }))??;
    scanner.arena.root = Some(root);
    let is_whole = scanner.column.is_none() && scanner.keys.are_distinct(text, &scanner.arena);
    is_whole.then_some(scanner.arena)
}

/// No tab, no carriage return, no control character, which have special rules.
fn is_expected(byte: u8) -> bool {
    byte == b'\n' || byte >= b' ' && byte != 0x7f
}

/// No control character beyond ASCII, no line end of other readers, no byte order mark.
fn is_printable(c: char) -> bool {
    !matches!(c, '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// What a node needs to know about its entry.
#[derive(Clone, Copy)]
struct Owner {
    entry: usize,
    /// The end of the indicator before the node.
    after: usize,
}

impl Owner {
    /// For a node with nothing before it.
    fn itself(begin: usize) -> Self {
        Self { entry: begin, after: begin }
    }

    /// The places of a node with these bytes.
    fn places(self, span: Range<usize>) -> Places {
        Places { span, entry: self.entry, after: self.after, bare: self.after }
    }
}

/// The parent of a block entry: a list may be in its key's column, and only a dash may be followed by one on its line.
#[derive(Clone, Copy, PartialEq)]
enum Holder {
    Map,
    List,
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    arena: Arena,
    /// The items of the open lists, and the keys and values of the open maps, so far.
    items: Vec<usize>,
    entries: Vec<(usize, usize)>,
    keys: Keys<'t>,
    at: usize,
    /// The column of the content at `at`, if it is the first on its line; `None` at the text's end.
    column: Option<usize>,
    depth: usize,
}

impl Scanner<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// Whether there is a space, a line end, or the text's end.
    fn is_blank(&self, at: usize) -> bool {
        matches!(self.byte(at), None | Some(b' ' | b'\n'))
    }

    fn is_dash(&self) -> bool {
        self.byte(self.at) == Some(b'-') && self.is_blank(self.at + 1)
    }

    fn is_colon(&self) -> bool {
        self.byte(self.at) == Some(b':') && self.is_blank(self.at + 1)
    }

    fn spaces(&self, at: usize) -> usize {
        self.bytes[at..].iter().take_while(|byte| **byte == b' ').count()
    }

    /// Goes to the first content at or below the line that starts at `line`.
    fn go_to_content(&mut self, mut line: usize) {
        loop {
            let content = line + self.spaces(line);
            match self.byte(content) {
                None => (self.at, self.column) = (self.bytes.len(), None),
                Some(b'\n' | b'#') => {
                    line = lines::next(self.text, content);
                    continue;
                }
                Some(_) => (self.at, self.column) = (content, Some(content - line)),
            }
            return;
        }
    }

    /// Ends a line after an entry, which only a comment may follow, and goes to the next content.
    fn end_line(&mut self) -> Option<()> {
        let next = self.at + self.spaces(self.at);
        match self.byte(next) {
            None | Some(b'\n') => {}
            Some(b'#') if next > self.at => {}
            Some(_) => return None,
        }
        self.go_to_content(lines::next(self.text, next));
        Some(())
    }

    fn push_token(&mut self, token: Token, owner: Owner) -> usize {
        self.arena.push_scalar(token.style, token.text, &owner.places(token.begin..token.end))
    }

    fn push_key(&mut self, token: Token) -> usize {
        self.keys.add(self.text, &token);
        let begin = token.begin;
        self.push_token(token, Owner::itself(begin))
    }

    /// Reads a list or a map at the start of a line's content. Content that is indented further than what it follows is
    /// left over, and makes the reader give up.
    fn block(&mut self, column: usize, owner: Owner) -> Option<usize> {
        if self.is_dash() {
            return self.list(column, owner);
        }
        let key = self.token(false)?;
        self.map(column, owner, key)
    }

    fn list(&mut self, column: usize, owner: Owner) -> Option<usize> {
        self.deeper()?;
        let node = self.arena.push_list(&owner.places(0..0), false);
        let open = self.items.len();
        loop {
            let dash = self.at;
            self.at += 1;
            let item = self.value(column, Owner { entry: dash, after: self.at }, Holder::List)?;
            self.items.push(item);
            match self.column {
                Some(next) if next == column && self.is_dash() => {}
                _ => break,
            }
        }
        self.depth -= 1;
        let items = &self.items[open..];
        let end = self.end_of(items.last().copied());
        let first = self.arena.pieces.at(*items.first()?).entry();
        self.arena.pieces.at_mut(node).set_span(first..end.max(first));
        self.arena.set_items(node, items);
        self.items.truncate(open);
        Some(node)
    }

    /// Reads a map whose first key was read.
    fn map(&mut self, column: usize, owner: Owner, first: Token) -> Option<usize> {
        self.deeper()?;
        let begin = first.begin;
        let node = self.arena.push_map(&owner.places(0..0), false);
        let open = self.entries.len();
        let mut token = first;
        loop {
            let entry = token.begin;
            if !self.is_colon() || token.end - token.begin > MAX_KEY {
                return None;
            }
            let key = self.push_key(token);
            self.at += 1;
            let value = self.value(column, Owner { entry, after: self.at }, Holder::Map)?;
            self.entries.push((key, value));
            match self.column {
                Some(next) if next == column && !self.is_dash() => token = self.token(false)?,
                _ => break,
            }
        }
        self.depth -= 1;
        let entries = &self.entries[open..];
        let end = self.end_of(entries.last().map(|(_, value)| *value));
        self.arena.pieces.at_mut(node).set_span(begin..end.max(begin));
        self.arena.set_entries(node, entries);
        let count = entries.len();
        self.entries.truncate(open);
        self.keys.end(count)?;
        Some(node)
    }

    fn end_of(&self, node: Option<usize>) -> usize {
        node.map_or(0, |node| self.arena.pieces.at(node).span().end)
    }

    fn deeper(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= MAX_DEPTH).then_some(())
    }

    /// Reads what follows a colon or a dash whose entry is in `column`, and goes to the content below it.
    fn value(&mut self, column: usize, owner: Owner, holder: Holder) -> Option<usize> {
        let begin = self.at + self.spaces(self.at);
        match self.byte(begin) {
            None | Some(b'\n' | b'#') => {
                self.end_line()?;
                return match self.column {
                    Some(below) if below > column => self.block(below, owner),
                    Some(below) if below == column && holder == Holder::Map && self.is_dash() => {
                        self.list(below, owner)
                    }
                    _ => {
                        let nothing = owner.places(owner.after..owner.after);
                        Some(self.arena.push_scalar(Style::Plain, None, &nothing))
                    }
                };
            }
            Some(b'|') => {
                self.at = begin;
                return self.literal(column, owner);
            }
            Some(_) => {}
        }
        // Between dash and content there are only dashes and spaces, so bytes equal columns.
        let inner = column + (begin - owner.entry);
        self.at = begin;
        if self.is_dash() {
            return if holder == Holder::List { self.list(inner, owner) } else { None };
        }
        let node = if let Some(b'[' | b'{') = self.byte(begin) {
            self.flow(owner)?
        } else {
            let token = self.token(false)?;
            if holder == Holder::List && self.is_colon() {
                return self.map(inner, owner, token);
            }
            self.push_token(token, owner)
        };
        self.end_line()?;
        Some(node)
    }
}

#[cfg(test)]
mod generated;
#[cfg(test)]
mod tests;
