//! Translates Go's syntax into that of the `regex` crate, one construct at a time.

use super::{Refusal, class};

/// The maximum number of repetitions in Go.
const MOST_REPEATS: u32 = 1000;

/// The translated pattern, or the reason why it cannot be translated.
pub(super) fn translate(source: &str) -> Result<String, Refusal> {
    let mut translator =
        Translator { rest: source, out: String::with_capacity(source.len() * 2), repeats: Repeats::default() };
    translator.run()?;
    Ok(translator.out)
}

/// The rest of a pattern, and the translation so far.
pub(super) struct Translator<'a> {
    rest: &'a str,
    pub(super) out: String,
    repeats: Repeats,
}

impl<'a> Translator<'a> {
    fn run(&mut self) -> Result<(), Refusal> {
        let mut repeated = false;
        while let Some(next) = self.peek() {
            let was_repeated = std::mem::take(&mut repeated);
            match next {
                '\\' => self.escape()?,
                '[' => {
                    self.repeats.once();
                    class::bracket(self)?;
                }
                '(' => self.group()?,
                '*' | '+' | '?' => {
                    self.bump();
                    self.out.push(next);
                    repeated = true;
                }
                '{' => match repetition(self.rest)? {
                    Some((length, times)) => {
                        self.repeats.multiply(times)?;
                        let counted = self.take(length);
                        self.out.push_str(counted);
                        repeated = true;
                    }
                    None => self.literal(),
                },
                '|' | ')' | '^' | '$' | '.' => {
                    self.bump();
                    self.out.push(next);
                    if next == ')' {
                        self.repeats.close();
                    } else {
                        self.repeats.once();
                    }
                }
                _ => self.literal(),
            }
            if repeated {
                if was_repeated {
                    return Err(Refusal::Invalid("it repeats a repetition".to_owned()));
                }
                if self.eat("?") {
                    self.out.push('?');
                }
            }
        }
        Ok(())
    }

    /// An escape sequence outside brackets.
    fn escape(&mut self) -> Result<(), Refusal> {
        self.repeats.once();
        if self.eat("\\Q") {
            let end = self.rest.find("\\E").unwrap_or(self.rest.len());
            let quoted = self.take(end);
            quoted.chars().for_each(|next| self.push(next));
            self.eat("\\E");
            return Ok(());
        }
        for (escape, meaning) in [("\\A", "\\A"), ("\\z", "\\z"), ("\\b", "(?-u:\\b)"), ("\\B", "(?-u:\\B)")] {
            if self.eat(escape) {
                self.out.push_str(meaning);
                return Ok(());
            }
        }
        if let Some(members) = class::escaped(self)? {
            self.out.push('[');
            self.out.push_str(&members);
            self.out.push(']');
        } else {
            let next = self.character()?;
            self.push(next);
        }
        Ok(())
    }

    /// A character, possibly escaped.
    pub(super) fn character(&mut self) -> Result<char, Refusal> {
        let missing = || Refusal::Invalid("it ends within a construct".to_owned());
        let next = self.bump().ok_or_else(missing)?;
        if next != '\\' {
            return Ok(next);
        }
        let escaped = self.bump().ok_or_else(missing)?;
        let digits = |text: &'a str, radix: u32, most: usize| {
            let digits = text.find(|next: char| !next.is_digit(radix)).unwrap_or(text.len()).min(most);
            &text[..digits]
        };
        let unknown =
            || Err(Refusal::Invalid(format!("`\\{escaped}` is invalid in Go's patterns, or not supported here")));
        Ok(match escaped {
            'a' => '\x07',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            '0'..='7' => {
                let more = self.take(digits(self.rest, 8, 2).len());
                // A single digit other than zero would be a backreference.
                if escaped != '0' && more.is_empty() {
                    return unknown();
                }
                let octal = format!("{escaped}{more}");
                u32::from_str_radix(&octal, 8).ok().and_then(char::from_u32).ok_or_else(missing)?
            }
            'x' => {
                let hex = if self.eat("{") {
                    let hex = self.take(digits(self.rest, 16, 8).len());
                    if self.eat("}") { hex } else { "" }
                } else {
                    let hex = self.take(digits(self.rest, 16, 2).len());
                    if hex.len() == 2 { hex } else { "" }
                };
                match u32::from_str_radix(hex, 16) {
                    Ok(0xD800..=0xDFFF) => {
                        return Err(Refusal::Unsupported("it contains half of a surrogate pair".to_owned()));
                    }
                    code => code.ok().and_then(char::from_u32).map_or_else(unknown, Ok)?,
                }
            }
            _ if escaped.is_ascii() && !escaped.is_ascii_alphanumeric() => escaped,
            _ => return unknown(),
        })
    }

    fn group(&mut self) -> Result<(), String> {
        if !self.rest.starts_with("(?") {
            self.bump();
            self.open("(");
            return Ok(());
        }
        self.take(2);
        if self.eat("P<")
            || (self.rest.starts_with('<') && !self.rest.starts_with("<=") && !self.rest.starts_with("<!"))
        {
            self.eat("<");
            let name = self.rest.split('>').next().unwrap_or_default();
            let valid = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            self.take(name.len());
            if !valid || !self.eat(">") {
                return Err("a group has an invalid name".to_owned());
            }
            self.open("(");
            return Ok(());
        }
        let end = self.rest.find([':', ')']).unwrap_or(self.rest.len());
        let flags = self.take(end);
        let (on, off) = flags.split_once('-').unwrap_or((flags, "?"));
        let known = |flags: &str| flags.chars().all(|flag| "imsU".contains(flag));
        if !known(on) || off.is_empty() || !(off == "?" || known(off)) {
            return Err("it looks ahead or behind, or has other flags than Go's".to_owned());
        }
        // Go lets a flag be named twice; the last time counts, and that is where it is switched off.
        let off = if off == "?" { "" } else { off };
        let named = |flag: &char, flags: &str| flags.contains(*flag);
        let on: String = "imsU".chars().filter(|flag| named(flag, on) && !named(flag, off)).collect();
        let off: String = "imsU".chars().filter(|flag| named(flag, off)).collect();
        let flags = if off.is_empty() { on } else { format!("{on}-{off}") };
        match self.bump() {
            Some(':') => self.open(&format!("(?{flags}:")),
            Some(_) if flags.is_empty() => {}
            Some(_) => self.out.push_str(&format!("(?{flags})")),
            None => return Err("a group is not closed".to_owned()),
        }
        Ok(())
    }

    /// Begins a group.
    fn open(&mut self, start: &str) {
        self.out.push_str(start);
        self.repeats.open();
    }

    fn literal(&mut self) {
        self.repeats.once();
        if let Some(next) = self.bump() {
            self.push(next);
        }
    }

    /// Appends a literal character.
    pub(super) fn push(&mut self, next: char) {
        self.out.push_str(&itself(next));
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.rest = &self.rest[next.len_utf8()..];
        Some(next)
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    pub(super) fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }
}

/// A character, escaped if necessary.
pub(super) fn itself(next: char) -> String {
    if next.is_ascii_alphanumeric() || !next.is_ascii() {
        next.to_string()
    } else {
        format!("\\x{{{:X}}}", u32::from(next))
    }
}

/// The length of `{2}`, `{2,}`, or `{2,3}` at the start of the text, and how often it repeats at most; other braces are
/// literal.
fn repetition(text: &str) -> Result<Option<(usize, u32)>, String> {
    let Some(inner) = text.strip_prefix('{').and_then(|text| text.split_once('}')).map(|(inner, _)| inner) else {
        return Ok(None);
    };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits && (text.len() == 1 || !text.starts_with('0'))
    };
    let (least, most) = inner.split_once(',').unwrap_or((inner, inner));
    if !number(least) || !(most.is_empty() || number(most)) {
        return Ok(None);
    }
    let count = |text: &str| text.parse().unwrap_or(u32::MAX);
    let most = if most.is_empty() { count(least) } else { count(most) };
    if most > MOST_REPEATS || most < count(least) {
        return Err(format!("it repeats more than {MOST_REPEATS} times, or has a count out of order"));
    }
    Ok(Some((inner.len() + 2, most)))
}

/// How often the innermost part of what was read is repeated: `((a{2}){3}){4}` repeats it 24 times.
#[derive(Default)]
struct Repeats {
    /// The most in the groups that are open.
    groups: Vec<u32>,
    /// The most at the top level or in the innermost open group.
    most: u32,
    /// Those of the last part, which a repetition would be about.
    last: u32,
}

impl Repeats {
    fn once(&mut self) {
        self.last = 1;
    }

    fn open(&mut self) {
        self.groups.push(std::mem::replace(&mut self.most, 1));
        self.last = 1;
    }

    fn close(&mut self) {
        self.last = self.most;
        self.most = self.groups.pop().unwrap_or(1).max(self.last);
    }

    fn multiply(&mut self, times: u32) -> Result<(), String> {
        self.last = self.last.max(1).saturating_mul(times);
        self.most = self.most.max(self.last);
        match self.last > MOST_REPEATS {
            true => Err(format!("nested repetitions repeat a part of it more than {MOST_REPEATS} times")),
            false => Ok(()),
        }
    }
}
