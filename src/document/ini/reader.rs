//! Finds the sections and entries in a text.

use std::ops::Range;
use std::sync::OnceLock;

use super::dialect::{self, Dialect};
use crate::document::value::Text;
use crate::error::{Error, ErrorKind, Result};
use crate::lines;

/// A line, or several for a value that spans them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) span: Range<usize>,
    pub(super) kind: LineKind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum LineKind {
    Blank,
    Comment,
    /// `[name]`
    Header {
        name: Range<usize>,
    },
    /// `key = value`
    Entry {
        key: Range<usize>,
        value: Range<usize>,
        content: Text,
    },
    /// A line that readers parse differently; the name that it may set.
    Locked {
        key: Option<Range<usize>>,
    },
}

/// An empty text with a static lifetime.
pub(super) fn nothing() -> &'static Text {
    static NOTHING: OnceLock<Text> = OnceLock::new();
    NOTHING.get_or_init(|| Text::new(""))
}

pub(super) fn read(text: &str, dialect: Dialect) -> Result<Vec<Line>> {
    #[cfg(test)]
    crate::document::readings::count(text.len());
    let mut parser = IniParser { text, dialect, lines: Vec::new(), indent: None };
    // A byte order mark is not part of the first line.
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while at < text.len() {
        at = parser.line(at)?;
    }
    parser.finish()
}

struct IniParser<'t> {
    text: &'t str,
    dialect: Dialect,
    lines: Vec<Line>,
    /// The indentation of the last entry, as long as only continuations follow it.
    indent: Option<usize>,
}

impl IniParser<'_> {
    /// Reads the line at `start`, and returns the start of the next one.
    fn line(&mut self, start: usize) -> Result<usize> {
        let end = self.next(start);
        if self.dialect == Dialect::SopsDotenv {
            let kind = self.variable(start, end)?;
            self.lines.push(Line { span: start..end, kind });
            return Ok(end);
        }
        let line = &self.text[start..end];
        let content = line.trim();
        let indent = line.len() - line.trim_start().len();
        if content.is_empty() || content.starts_with(['#', ';']) {
            let kind = if content.is_empty() { LineKind::Blank } else { LineKind::Comment };
            self.lines.push(Line { span: start..end, kind });
            return Ok(end);
        }
        if self.dialect == Dialect::Ini && self.indent.is_some_and(|above| indent > above) {
            self.lock();
            self.lines.push(Line { span: start..end, kind: LineKind::Locked { key: None } });
            return Ok(end);
        }
        if content.starts_with('[') {
            self.indent = None;
            let kind = Self::header(start + indent, content)
                .map_or(LineKind::Locked { key: None }, |name| LineKind::Header { name });
            self.lines.push(Line { span: start..end, kind });
            return Ok(end);
        }
        self.indent = Some(indent);
        let (end, kind) = self.entry(start + indent, end);
        self.lines.push(Line { span: start..end, kind });
        Ok(end)
    }

    fn next(&self, at: usize) -> usize {
        lines::next(self.text, at)
    }

    /// The following line continues the last entry.
    fn lock(&mut self) {
        let last = self.lines.iter_mut().rev().find(|line| !matches!(line.kind, LineKind::Blank | LineKind::Comment));
        if let Some(line) = last
            && let LineKind::Entry { key, .. } = &line.kind
        {
            line.kind = LineKind::Locked { key: Some(key.clone()) };
        }
    }

    /// The name in `[name]`, which may be followed by a comment.
    fn header(at: usize, line: &str) -> Option<Range<usize>> {
        let is_end = |close: &usize| {
            let rest = line[close + 1..].trim_start();
            rest.is_empty() || rest.starts_with(['#', ';'])
        };
        let close = line.match_indices(']').map(|(close, _)| close).find(is_end)?;
        (close > 1).then_some(at + 1..at + close)
    }

    /// The entry whose name starts at `start`, on the line that ends at `end`.
    fn entry(&self, start: usize, end: usize) -> (usize, LineKind) {
        let line = &self.text[start..end];
        let Some(separator) = self.separator(line) else { return (end, LineKind::Locked { key: None }) };
        let key = start..start + line[..separator].trim_end().len();
        if key.is_empty() || (self.dialect == Dialect::SopsIni && line.starts_with(['`', '"'])) {
            return (end, LineKind::Locked { key: None });
        }
        let rest = &line[separator + 1..];
        let value = end - rest.trim_start_matches([' ', '\t']).len();
        if self.dialect == Dialect::SopsIni {
            return self.quoted(key, value, end);
        }
        let mut content = &self.text[value..end];
        if self.dialect == Dialect::WireGuard {
            content = content.split('#').next().unwrap_or_default();
        }
        let content = content.trim_end();
        if content.ends_with('\\') {
            return (self.continued(end), LineKind::Locked { key: Some(key) });
        }
        (end, LineKind::Entry { key, value: value..value + content.len(), content: Text::new(content) })
    }

    /// The end of the name: at `=`, or else at a colon.
    fn separator(&self, line: &str) -> Option<usize> {
        let (equals, colon) = (line.find('='), line.find(':'));
        match (equals, colon) {
            (Some(equals), Some(colon)) if colon < equals => {
                // `fe80::1=…` is a single name; `url: http://a?b=c` is not.
                let is_spaced = line[colon + 1..].starts_with([' ', '\t']);
                Some(if is_spaced || self.dialect == Dialect::SopsIni { colon } else { equals })
            }
            (found, other) => found.or(other),
        }
    }

    /// The end of the lines that a backslash joins to this one.
    fn continued(&self, mut end: usize) -> usize {
        while end < self.text.len() {
            let next = self.next(end);
            let goes_on = self.text[end..next].trim_end().ends_with('\\');
            end = next;
            if !goes_on {
                break;
            }
        }
        end
    }

    /// A value by ini.v1's rules.
    fn quoted(&self, key: Range<usize>, start: usize, end: usize) -> (usize, LineKind) {
        if let Some((length, content)) = dialect::unquoted(&self.text[start..end]) {
            let content = Text::new(content);
            return (end, LineKind::Entry { key, value: start..start + length, content });
        }
        let opened = ["\"\"\"", "`"].into_iter().find(|quote| self.text[start..].starts_with(quote));
        let Some(quote) = opened else { return (self.continued(end), LineKind::Locked { key: Some(key) }) };
        let begin = start + quote.len();
        let mut line = end;
        while line < self.text.len() {
            let next = self.next(line);
            if let Some(close) = self.text[line..next].rfind(quote) {
                let value = start..line + close + quote.len();
                let content = Text::new(&self.text[begin..line + close]);
                return (next, LineKind::Entry { key, value, content });
            }
            line = next;
        }
        (line, LineKind::Locked { key: Some(key) })
    }

    /// A line of sops' dotenv store, whose only notation is `\n`.
    fn variable(&self, start: usize, end: usize) -> Result<LineKind> {
        let line = self.text[start..end].strip_suffix('\n').unwrap_or(&self.text[start..end]);
        if line.is_empty() || line.starts_with('#') {
            return Ok(if line.is_empty() { LineKind::Blank } else { LineKind::Comment });
        }
        let Some(equals) = line.find('=') else { return Err(self.wrong(start)) };
        let value = start + equals + 1..start + line.len();
        let content = Text::new(self.text[value.clone()].replace("\\n", "\n"));
        Ok(LineKind::Entry { key: start..start + equals, value, content })
    }

    fn wrong(&self, at: usize) -> Error {
        let line = lines::number(self.text, at);
        Error::new(ErrorKind::Syntax, "this line is not `key = value`").at(line, 1)
    }

    /// A text without any recognised line is not an ini file.
    fn finish(self) -> Result<Vec<Line>> {
        let is_understood = |line: &Line| matches!(line.kind, LineKind::Header { .. } | LineKind::Entry { .. });
        let locked = self.lines.iter().find(|line| matches!(line.kind, LineKind::Locked { .. }));
        match locked {
            Some(line) if !self.lines.iter().any(is_understood) => Err(self.wrong(line.span.start)),
            _ => Ok(self.lines),
        }
    }
}
