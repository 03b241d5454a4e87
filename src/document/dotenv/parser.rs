//! Finds the variables in a text.

use std::ops::Range;

use crate::memory::Zeroizing;

use super::variable::Variable;
use crate::document::node::Style;
use crate::document::value::Text;
use crate::error::{Error, ErrorKind, Result};
use crate::lines;

/// Iterates over the variables of a text.
pub(super) struct DotenvParser<'t> {
    text: &'t str,
    at: usize,
    /// Whether a variable was found.
    found: bool,
    /// The first line that sets no variable.
    foreign: Option<usize>,
}

/// The bytes of the variable's name on a line.
fn name_on(line: &str) -> Option<Range<usize>> {
    let before = line[..line.find('=')?].trim_start().trim_start_matches('\u{feff}');
    let name =
        before.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).unwrap_or(before).trim_start();
    let start = line.find('=')? - name.len();
    let name = name.trim_end();
    (!name.is_empty() && !name.contains(char::is_whitespace)).then_some(start..start + name.len())
}

impl<'t> DotenvParser<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        #[cfg(test)]
        crate::document::readings::count(text.len());
        // A byte order mark is not part of the first line.
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at, found: false, foreign: None }
    }

    /// An error on the line of `at`.
    pub(super) fn wrong(&self, kind: ErrorKind, at: usize, message: &'static str) -> Error {
        Error::new(kind, message).at(lines::number(self.text, at), 1)
    }

    /// The next variable; skips blank lines, comments, and lines that set none.
    pub(super) fn next(&mut self) -> Result<Option<Variable>> {
        while self.at < self.text.len() {
            let start = self.at;
            let rest = &self.text[start..];
            let line = &rest[..rest.find('\n').map_or(rest.len(), |end| end + 1)];
            let content = line.trim();
            if content.is_empty() || content.starts_with(['#', ';']) {
                self.at += line.len();
                continue;
            }
            let Some(key) = name_on(line) else {
                self.foreign.get_or_insert(start);
                self.at += line.len();
                continue;
            };
            let key = start + key.start..start + key.end;
            let equals = key.end + self.text[key.end..].find('=').unwrap_or_default();
            self.at = equals + 1;
            self.found = true;
            let read = self.value()?;
            let locked = read.is_none();
            let (value, style, content) = read.unwrap_or_else(|| self.as_written());
            let mut end = lines::next(self.text, value.end);
            // systemd joins lines that end with a backslash.
            while locked && end < self.text.len() && self.text[..end].trim_end_matches(['\n', '\r']).ends_with('\\') {
                end = self.text[end..].find('\n').map_or(self.text.len(), |length| end + length + 1);
            }
            self.at = end;
            return Ok(Some(Variable { key, value, lines: start..end, style, content, locked }));
        }
        match self.foreign {
            Some(at) if !self.found => Err(self.wrong(ErrorKind::Syntax, at, "this line sets no variable")),
            _ => Ok(None),
        }
    }

    /// The rest of the line as written.
    fn as_written(&self) -> (Range<usize>, Style, Text) {
        let line = self.text[self.at..].split('\n').next().unwrap_or_default();
        let content = line.trim();
        let start = self.at + line.len() - line.trim_start().len();
        (start..start + content.len(), Style::Plain, Text::new(content))
    }

    /// The value that starts here: its place, its notation, and its content. `None` if programs differ.
    fn value(&self) -> Result<Option<(Range<usize>, Style, Text)>> {
        let line_end = self.text[self.at..].find('\n').map_or(self.text.len(), |end| self.at + end);
        let line = &self.text[self.at..line_end];
        let start = self.at + line.len() - line.trim_start_matches([' ', '\t']).len();
        let rest = &self.text[start..];
        if let Some(quote) = rest.chars().next().filter(|c| ['"', '\''].contains(c)) {
            let (length, content) = quoted(rest, quote)
                .ok_or_else(|| self.wrong(ErrorKind::Syntax, start, "the quote that starts here does not end"))?;
            let end = start + length;
            let after = self.text[end..].split('\n').next().unwrap_or_default();
            let style = if quote == '"' { Style::Double } else { Style::Single };
            return Ok(after.trim().is_empty().then_some((start..end, style, content)));
        }
        let content = self.text[start..line_end.max(start)].trim_end();
        let read = || (start..start + content.len(), Style::Plain, Text::new(content));
        Ok((!content.contains('\\')).then(read))
    }
}

/// The length of the quoted text, with its quotes, and its content.
fn quoted(text: &str, quote: char) -> Option<(usize, Text)> {
    let length = closing(text, quote)?;
    // The buffer never grows, since that would leave copies in memory.
    let mut content = Zeroizing::new(String::with_capacity(length));
    let mut characters = text[1..length - 1].chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek().copied()) {
            ('\\', Some('\n')) if quote == '"' => drop(characters.next()),
            ('\\', Some(next)) if quote == '"' && "\"\\`$".contains(next) => {
                content.push(next);
                characters.next();
            }
            (other, _) => content.push(other),
        }
    }
    Some((length, Text::new(std::mem::take(&mut *content))))
}

/// The length of the quoted text that starts here, including both quotes.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            _ if character == quote => return Some(at + 1),
            '\\' if quote == '"' => drop(characters.next()),
            _ => {}
        }
    }
    None
}
