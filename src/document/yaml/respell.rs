//! A scalar in quotes, or a plain one of several lines, unit by unit: which bytes of the source are which part of the text. Where the
//! text changes, only the units that differ do; the others keep their escapes and their line breaks in the source.

use std::ops::Range;

use crate::document::node::Style;
use crate::document::quoted;
use crate::memory::{self, Buffer, Zeroizing};

use super::write;

/// A part of the source and what it means: a character, an escape, or line breaks.
struct Unit {
    source: Range<usize>,
    text: Range<usize>,
    /// Whether there is a line break in the source, which takes the white space around it along.
    breaks: bool,
}

/// How a scalar is spelled.
pub(super) struct Spelling<'s> {
    /// The source between the quotes.
    source: &'s str,
    quote: &'static str,
    text: Zeroizing<String>,
    units: Vec<Unit>,
}

impl<'s> Spelling<'s> {
    /// Reads the source of a scalar, with its quotes. `None` for block scalars, for plain ones on one line, and for escapes that are
    /// not known.
    pub(super) fn read(source: &'s str, style: Style) -> Option<Self> {
        let quote = match style {
            Style::Double => "\"",
            Style::Single => "'",
            Style::Plain if source.contains('\n') => "",
            _ => return None,
        };
        let source = source.strip_prefix(quote)?.strip_suffix(quote)?;
        let mut text = Buffer::default();
        let (mut units, mut at, mut length) = (Vec::new(), 0, 0);
        while at < source.len() {
            let (taken, breaks) = read_unit(&source[at..], quote, &mut text)?;
            let end = text.as_slice().len();
            units.push(Unit { source: at..at + taken, text: length..end, breaks });
            (at, length) = (at + taken, end);
        }
        Some(Self { source, quote, text: text.into_text(), units })
    }

    /// Whether this is what it means, as the parser has it.
    pub(super) fn means(&self, text: Option<&str>) -> bool {
        text == Some(self.text.as_str())
    }

    /// The source for another text. `None` where the part that differs cannot be written in it; whether the white space beside line
    /// breaks survives is for the caller to find out.
    pub(super) fn of(&self, new: &str, ending: &str) -> Option<Zeroizing<String>> {
        let of = |unit: &Unit| &self.text[unit.text.clone()];
        let (mut first, mut begin) = (0, 0);
        while let Some(unit) = self.units.get(first).filter(|unit| new[begin..].starts_with(of(unit))) {
            (first, begin) = (first + 1, begin + unit.text.len());
        }
        let (mut last, mut end) = (self.units.len(), new.len());
        while let Some(unit) = self.units[first..last].last().filter(|unit| new[begin..end].ends_with(of(unit))) {
            (last, end) = (last - 1, end - unit.text.len());
        }
        let head = self.units[..first].last();
        let tail = self.units.get(last);
        let part = match self.quote {
            "\"" => in_double(&new[begin..end], [head, tail].map(|unit| unit.is_some_and(|unit| unit.breaks))),
            quote => in_lines(&new[begin..end], quote, self.indentation(), ending)?,
        };
        let head = &self.source[..head.map_or(0, |unit| unit.source.end)];
        let tail = &self.source[tail.map_or(self.source.len(), |unit| unit.source.start)..];
        Some(Zeroizing::new([self.quote, head, &part, tail, self.quote].concat()))
    }

    /// What the lines of the source begin with, behind the first.
    fn indentation(&self) -> Option<&'s str> {
        let second = self.source.lines().skip(1).find(|line| !line.trim().is_empty())?;
        Some(&second[..second.len() - second.trim_start_matches(' ').len()])
    }
}

/// Reads one unit of what is between the quotes: how many bytes it takes, and whether it has a line break.
fn read_unit(rest: &str, quote: &str, text: &mut Buffer) -> Option<(usize, bool)> {
    if let Some((taken, breaks)) = folded(rest) {
        // One line break is a space, each one more a line feed.
        text.push_str(if breaks == 1 { " " } else { "" });
        (1..breaks).for_each(|_| text.push_str("\n"));
        return Some((taken, true));
    }
    let mut characters = rest.chars();
    let first = characters.next()?;
    if quote == "'" && first == '\'' {
        text.push_str("'");
        return rest.starts_with("''").then_some((2, false));
    }
    if quote != "\"" || first != '\\' {
        text.push_str(&rest[..first.len_utf8()]);
        return Some((first.len_utf8(), false));
    }
    if let Some((taken, breaks)) = folded(&rest[1..]).filter(|_| rest[1..].starts_with(['\n', '\r'])) {
        (1..breaks).for_each(|_| text.push_str("\n"));
        return Some((1 + taken, true));
    }
    let (character, taken) = escaped(&rest[1..])?;
    text.push_str(character.encode_utf8(&mut [0; 4]));
    Some((1 + taken, false))
}

/// White space with line breaks in it: its length, and how many there are.
fn folded(rest: &str) -> Option<(usize, usize)> {
    let white = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    let breaks = rest[..white].matches('\n').count();
    (breaks > 0).then_some((white, breaks))
}

/// The character of an escape behind its backslash, and its length.
fn escaped(rest: &str) -> Option<(char, usize)> {
    let first = rest.chars().next()?;
    let code = |digits: usize, from: usize| {
        let digits = rest.get(from..from + digits).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok()
    };
    let simple = match first {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        ' ' | '"' | '/' | '\\' => first,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return Some((char::from_u32(code(2, 1)?)?, 3)),
        'U' => return Some((char::from_u32(code(8, 1)?)?, 9)),
        'u' => {
            let high = code(4, 1)?;
            // JSON has characters beyond the first plane as two escapes.
            let pair = (0xD800..0xDC00).contains(&high) && rest.get(5..7) == Some("\\u");
            let low = if pair { code(4, 7)? } else { 0 };
            return match pair && (0xDC00..0xE000).contains(&low) {
                true => Some((char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))?, 11)),
                false => Some((char::from_u32(high)?, 5)),
            };
        }
        _ => return None,
    };
    Some((simple, first.len_utf8()))
}

/// A part of a text between double quotes; beside a line break in the source the outermost space needs an escape.
fn in_double(part: &str, [after_break, before_break]: [bool; 2]) -> Zeroizing<String> {
    const SPACE: &str = "\\x20";
    let (begins, ends) = (after_break && part.starts_with(' '), before_break && part.ends_with(' '));
    let inner = &part[usize::from(begins)..];
    let inner = &inner[..inner.len() - usize::from(ends && !inner.is_empty())];
    let quoted = quoted::double(inner, write::is_hidden);
    let text = &quoted[1..quoted.len() - 1];
    let end = if ends && part.len() > usize::from(begins) { SPACE } else { "" };
    Zeroizing::new([if begins { SPACE } else { "" }, text, end].concat())
}

/// A part of a text between single quotes or in a plain scalar, where a line feed is a blank line.
fn in_lines(part: &str, quote: &str, indentation: Option<&str>, ending: &str) -> Option<Zeroizing<String>> {
    let fits = |c: char| c == '\n' || c == '\t' || !(c.is_control() || write::is_hidden(c));
    if !part.chars().all(fits) {
        return None;
    }
    let mut text = Buffer::default();
    for (at, line) in part.split('\n').enumerate() {
        match (at, indentation) {
            (0, _) => {}
            (_, Some(indentation)) if !line.is_empty() || at == part.matches('\n').count() => {
                [ending, ending, indentation].iter().for_each(|part| text.push_str(part));
            }
            (_, Some(_)) => text.push_str(ending),
            (_, None) => return None,
        }
        text.push_str(&memory::replaced(line, if quote.is_empty() { "\n" } else { "'" }, "''"));
    }
    Some(text.into_text())
}
