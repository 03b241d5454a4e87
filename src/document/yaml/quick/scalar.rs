//! Scalars for the quick reader: on one line, or a literal block.

use crate::memory::Zeroizing;

use super::{Owner, Scanner};
use crate::document::node::Style;
use crate::document::value::Text;
use crate::document::yaml::lines;
use crate::memory;

/// What ends a plain scalar in a flow collection, or has a meaning there that is left to the parser.
const FLOW: [u8; 8] = *b",[]{}\"'?";

/// A scalar on one line.
pub(super) struct Token {
    pub(super) style: Style,
    /// Its text, if that differs from the document's.
    pub(super) text: Option<Text>,
    pub(super) begin: usize,
    pub(super) end: usize,
}

impl Scanner<'_> {
    /// Reads a scalar on one line.
    pub(super) fn token(&mut self, in_flow: bool) -> Option<Token> {
        match self.byte(self.at)? {
            b'\'' => self.single(),
            b'"' => self.double(),
            _ => self.plain(in_flow),
        }
    }

    fn single(&mut self) -> Option<Token> {
        let begin = self.at;
        let mut at = begin + 1;
        let mut doubled = false;
        loop {
            // A search passes over many bytes at once.
            at += self.text[at..].find('\'')?;
            if self.byte(at + 1) != Some(b'\'') {
                break;
            }
            doubled = true;
            at += 2;
        }
        if self.text[begin..at].contains('\n') {
            return None;
        }
        let text = doubled.then(|| Text::from(memory::replaced(&self.text[begin + 1..at], "''", "'")));
        Some(self.ended(Style::Single, text, begin, at + 1))
    }

    fn double(&mut self) -> Option<Token> {
        let begin = self.at;
        let mut at = begin + 1;
        let mut escaped = false;
        loop {
            match self.byte(at)? {
                b'\n' => return None,
                b'\\' => {
                    escaped = true;
                    at += 2;
                }
                b'"' => break,
                _ => at += 1,
            }
        }
        let text = if escaped { Some(unescaped(&self.text[begin + 1..at])?) } else { None };
        Some(self.ended(Style::Double, text, begin, at + 1))
    }

    /// A scalar that starts with a letter, a digit, or a character without a meaning in YAML.
    fn plain(&mut self, in_flow: bool) -> Option<Token> {
        let begin = self.at;
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80;
        match self.byte(begin)? {
            b'_' | b'/' | b'$' | b'~' | b'(' => {}
            b'.' | b'-' | b'+' if self.byte(begin + 1).is_some_and(is_word) => {}
            first if is_word(first) => {}
            _ => return None,
        }
        let mut at = begin;
        let mut end = begin;
        let is_special = |byte: &u8| matches!(byte, b'\n' | b':' | b' ') || in_flow && FLOW.contains(byte);
        loop {
            let ordinary = self.bytes[at..].iter().take_while(|byte| !is_special(byte)).count();
            if ordinary > 0 {
                at += ordinary;
                end = at;
            }
            match self.byte(at) {
                None | Some(b'\n') => break,
                Some(b':') if self.is_blank(at + 1) => break,
                Some(b' ') if self.byte(at + 1) == Some(b'#') => break,
                Some(b' ') => {
                    at += 1;
                    continue;
                }
                Some(b',' | b']' | b'}') if in_flow => break,
                Some(b'[' | b'{' | b'"' | b'\'' | b'?') if in_flow => return None,
                Some(b':') if in_flow && matches!(self.byte(at + 1), Some(b',' | b'[' | b']' | b'{' | b'}')) => {
                    return None;
                }
                Some(_) => at += 1,
            }
            end = at;
        }
        Some(self.ended(Style::Plain, None, begin, end))
    }

    fn ended(&mut self, style: Style, text: Option<Text>, begin: usize, end: usize) -> Token {
        self.at = end;
        Token { style, text, begin, end }
    }

    /// Reads a literal block below an entry in `column`, and goes to the content below it.
    pub(super) fn literal(&mut self, column: usize, owner: Owner) -> Option<usize> {
        let strips = self.byte(self.at + 1) == Some(b'-');
        let first = self.at + 1 + usize::from(strips);
        if self.byte(first) != Some(b'\n') {
            return None;
        }
        let indent = self.spaces(first + 1);
        if indent <= column || self.byte(first + 1 + indent).is_none_or(|byte| byte == b'\n') {
            return None;
        }
        let (mut line, mut end) = (first + 1, first + 1);
        let below = loop {
            let spaces = self.spaces(line);
            let next = lines::next(self.text, line);
            match self.byte(line + spaces) {
                None if spaces == 0 => break None,
                Some(b'\n') if spaces <= indent => {}
                None | Some(b'\n') => return None,
                Some(_) if spaces >= indent => end = next,
                Some(_) => break Some(spaces),
            }
            line = next;
        };
        if below.is_some_and(|below| below > column) || self.bytes[end - 1] != b'\n' {
            return None;
        }
        let mut text = Zeroizing::new(String::with_capacity(end - first));
        for line in self.text[first + 1..end].split_inclusive('\n') {
            // A line of spaces may be shorter.
            text.push_str(line.get(indent..).filter(|content| !content.is_empty()).unwrap_or("\n"));
        }
        if strips {
            text.pop();
        }
        let places = owner.places(first + 1 + indent..end);
        let node = self.arena.push_scalar(Style::Literal, Some(Text::from(text)), &places);
        self.go_to_content(end);
        Some(node)
    }
}

/// Resolves the escapes that YAML shares with other languages.
fn unescaped(written: &str) -> Option<Text> {
    let mut text = Zeroizing::new(String::with_capacity(written.len()));
    let mut rest = written;
    while let Some((before, behind)) = rest.split_once('\\') {
        text.push_str(before);
        let escape = behind.chars().next()?;
        text.push_str(match escape {
            '"' => "\"",
            '\\' => "\\",
            '/' => "/",
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            _ => return None,
        });
        rest = &behind[1..];
    }
    text.push_str(rest);
    Some(Text::from(text))
}
