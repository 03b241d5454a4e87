//! A string in quotes, or a plain YAML scalar of several lines, unit by unit: which bytes of the source are which part of the
//! text. Where the text changes, only the units that differ do; the others keep their escapes and their line breaks.

use std::ops::Range;

use super::quoted;
use crate::memory::{self, Buffer, Zeroizing};

/// How a string is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QuotedNotation {
    /// `"…"` in YAML and JSON, where a line break is a space.
    YamlDouble,
    /// `'…'` in YAML.
    YamlSingle,
    /// Without quotes, in YAML.
    YamlPlain,
    /// `"…"` and `"""…"""` in TOML.
    TomlBasic,
    /// `'…'` and `'''…'''` in TOML.
    TomlLiteral,
}

impl QuotedNotation {
    /// The quotes before and after the content of `source`.
    fn quotes(self, source: &str) -> Option<(&str, &'static str)> {
        let long = |quotes: &'static str| {
            let rest = source.strip_prefix(quotes)?;
            // A line feed right behind the quotes belongs to them.
            let open = quotes.len() + usize::from(rest.starts_with('\n'));
            (source.len() >= open + quotes.len()).then(|| (&source[..open], quotes))
        };
        match self {
            Self::YamlPlain => Some(("", "")),
            Self::TomlBasic => long("\"\"\"").or(Some((&source[..1], "\""))),
            Self::TomlLiteral => long("'''").or(Some((&source[..1], "'"))),
            Self::YamlDouble => Some(("\"", "\"")),
            Self::YamlSingle => Some(("'", "'")),
        }
    }

    fn has_escapes(self) -> bool {
        matches!(self, Self::YamlDouble | Self::TomlBasic)
    }

    /// Whether a line break and the white space around it are a space, as in the flow styles of YAML.
    fn folds(self) -> bool {
        matches!(self, Self::YamlDouble | Self::YamlSingle | Self::YamlPlain)
    }
}

/// A part of the source and its meaning: a character, an escape, or line breaks.
struct Unit {
    source: Range<usize>,
    text: Range<usize>,
    /// Whether it has a line break in the source, which swallows the white space around it.
    breaks: bool,
}

/// How a string is spelled.
pub(super) struct Spelling<'s> {
    notation: QuotedNotation,
    open: &'s str,
    close: &'static str,
    /// The source between the quotes.
    source: &'s str,
    text: Zeroizing<String>,
    units: Vec<Unit>,
}

impl<'s> Spelling<'s> {
    /// Reads the source of a string, with its quotes. `None` for an unknown escape.
    pub(super) fn read(source: &'s str, notation: QuotedNotation) -> Option<Self> {
        let (open, close) = notation.quotes(source)?;
        let content = source.strip_prefix(open)?.strip_suffix(close)?;
        let mut text = Buffer::default();
        let (mut units, mut at, mut length) = (Vec::new(), 0, 0);
        while at < content.len() {
            let (taken, breaks) = read_unit(&content[at..], notation, &mut text)?;
            let end = text.as_slice().len();
            units.push(Unit { source: at..at + taken, text: length..end, breaks });
            (at, length) = (at + taken, end);
        }
        Some(Self { notation, open: &source[..open.len()], close, source: content, text: text.into_text(), units })
    }

    /// The string.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The source for another string; `hidden` characters are escaped. `None` if the part that differs cannot be written in
    /// this notation. The caller has to read the result back, since white space beside line breaks may be lost.
    pub(super) fn of(&self, new: &str, ending: &str, hidden: fn(char) -> bool) -> Option<Zeroizing<String>> {
        let of = |unit: &Unit| &self.text[unit.text.clone()];
        let (mut first, mut begin) = (0, 0);
        while let Some(unit) = self.units.get(first).filter(|unit| new[begin..].starts_with(of(unit))) {
            (first, begin) = (first + 1, begin + unit.text.len());
        }
        let (mut last, mut end) = (self.units.len(), new.len());
        while let Some(unit) = self.units[first..last].last().filter(|unit| new[begin..end].ends_with(of(unit))) {
            (last, end) = (last - 1, end - unit.text.len());
        }
        let (head, tail) = (self.units[..first].last(), self.units.get(last));
        let part = &new[begin..end];
        let part = match self.notation {
            QuotedNotation::YamlDouble => {
                let beside_break = [head, tail].map(|unit| unit.is_some_and(|unit| unit.breaks));
                Some(in_double(part, beside_break, hidden))
            }
            QuotedNotation::YamlSingle | QuotedNotation::YamlPlain => in_folded_lines(part, self, ending, hidden),
            QuotedNotation::TomlBasic => Some(in_basic(part, self.close.len() > 1)),
            QuotedNotation::TomlLiteral => in_literal(part, self.close),
        }?;
        let head = &self.source[..head.map_or(0, |unit| unit.source.end)];
        let tail = &self.source[tail.map_or(self.source.len(), |unit| unit.source.start)..];
        Some(Zeroizing::new([self.open, head, &part, tail, self.close].concat()))
    }

    /// The indentation of the lines of the source after the first.
    fn indentation(&self) -> Option<&'s str> {
        let second = self.source.lines().skip(1).find(|line| !line.trim().is_empty())?;
        Some(&second[..second.len() - second.trim_start_matches(' ').len()])
    }
}

/// Reads one unit of the content. Returns its length, and whether it has a line break.
fn read_unit(rest: &str, notation: QuotedNotation, text: &mut Buffer) -> Option<(usize, bool)> {
    if let Some((taken, breaks)) = line_breaks(rest).filter(|_| notation.folds()) {
        // One line break is a space, and each further one a line feed.
        text.push_str(if breaks == 1 { " " } else { "" });
        (1..breaks).for_each(|_| text.push_str("\n"));
        return Some((taken, true));
    }
    let first = rest.chars().next()?;
    if notation == QuotedNotation::YamlSingle && first == '\'' {
        text.push_str("'");
        return rest.starts_with("''").then_some((2, false));
    }
    if !notation.has_escapes() || first != '\\' {
        text.push_str(&rest[..first.len_utf8()]);
        return Some((first.len_utf8(), false));
    }
    let behind = &rest[1..];
    let ends_line = match notation {
        QuotedNotation::TomlBasic => behind.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']),
        _ => behind.starts_with(['\n', '\r']),
    };
    if let Some((taken, breaks)) = line_breaks(behind).filter(|_| ends_line) {
        // An escaped line break is nothing. In TOML, neither are those that follow it.
        (1..breaks).filter(|_| notation.folds()).for_each(|_| text.push_str("\n"));
        return Some((1 + taken, true));
    }
    let (character, taken) = escaped(behind)?;
    text.push_str(character.encode_utf8(&mut [0; 4]));
    Some((1 + taken, false))
}

/// The length of white space with line breaks in it, and their number.
fn line_breaks(rest: &str) -> Option<(usize, usize)> {
    let white = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    let breaks = rest[..white].matches('\n').count();
    (breaks > 0).then_some((white, breaks))
}

/// The character of an escape sequence after its backslash, and the length of the rest of the sequence.
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
            // JSON writes characters beyond the first plane as two escapes.
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

/// A part between double quotes in YAML. Beside a line break in the source, the outermost space needs an escape.
fn in_double(part: &str, [after_break, before_break]: [bool; 2], hidden: fn(char) -> bool) -> Zeroizing<String> {
    const SPACE: &str = "\\x20";
    let begins = after_break && part.starts_with(' ');
    let inner = &part[usize::from(begins)..];
    let ends = before_break && inner.ends_with(' ');
    let quoted = quoted::double(&inner[..inner.len() - usize::from(ends)], hidden);
    let edge = |escaped: bool| if escaped { SPACE } else { "" };
    Zeroizing::new([edge(begins), &quoted[1..quoted.len() - 1], edge(ends)].concat())
}

/// A part between single quotes or in a plain scalar in YAML, where a line feed is a blank line.
fn in_folded_lines(
    part: &str,
    spelling: &Spelling<'_>,
    ending: &str,
    hidden: fn(char) -> bool,
) -> Option<Zeroizing<String>> {
    let fits = |c: char| c == '\n' || c == '\t' || !(c.is_control() || hidden(c));
    if !part.chars().all(fits) {
        return None;
    }
    let mut text = Buffer::default();
    let last = part.matches('\n').count();
    for (at, line) in part.split('\n').enumerate() {
        if at > 0 {
            let indentation = spelling.indentation()?;
            text.push_str(ending);
            if !line.is_empty() || at == last {
                text.push_str(ending);
                text.push_str(indentation);
            }
        }
        match spelling.notation {
            QuotedNotation::YamlSingle => text.push_str(&memory::replaced(line, "'", "''")),
            _ => text.push_str(line),
        }
    }
    Some(text.into_text())
}

/// A part between double quotes in TOML; between three of them, line feeds stay.
fn in_basic(part: &str, long: bool) -> Zeroizing<String> {
    let mut text = Buffer::default();
    for (at, line) in part.split('\n').enumerate() {
        let quoted = quoted::double(line, |_| false);
        let feed = if long { "\n" } else { "\\n" };
        text.push_str(if at > 0 { feed } else { "" });
        text.push_str(&quoted[1..quoted.len() - 1]);
    }
    text.into_text()
}

/// A part between single quotes in TOML, where nothing can be escaped.
fn in_literal(part: &str, close: &str) -> Option<Zeroizing<String>> {
    let long = close.len() > 1;
    let fits = |c: char| c == '\t' || c == '\n' && long || !c.is_control();
    (part.chars().all(fits) && !part.contains('\'')).then(|| Zeroizing::new(part.to_owned()))
}
