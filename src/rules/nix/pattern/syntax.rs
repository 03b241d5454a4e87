//! The syntax of POSIX extended regular expressions. Patterns are bytes, as in Nix.

use crate::rules::nix::failure::{EvalResult, Failure};

pub(super) type Set = [bool; 256];

/// A part of a pattern.
pub(super) enum Node {
    /// A sequence; an empty one matches the empty text.
    Sequence(Vec<Node>),
    Byte(Box<Set>),
    /// `^`.
    Begin,
    /// `$`.
    End,
    /// `( )`, by its number from zero.
    Group(usize, Box<Node>),
    /// `|`.
    Either(Box<Node>, Box<Node>),
    /// `+`.
    More(Box<Node>),
    /// `*`, `?`, `{2,3}`: minimum and maximum.
    Times(Box<Node>, u16, Option<u16>),
}

/// Characters that a backslash may precede.
const SPECIAL: &[u8] = br".[\()*+?{|^$";

/// Parses a pattern, and counts its groups.
///
/// # Errors
/// If it is invalid; needs Nix if implementations interpret it differently.
pub(super) fn parse(pattern: &str) -> EvalResult<(Node, usize)> {
    let mut parser = RegexParser { pattern, bytes: pattern.as_bytes(), at: 0, groups: 0, depth: 0 };
    if !pattern.is_ascii() {
        return Err(unclear());
    }
    let node = parser.alternatives()?;
    if parser.at < parser.bytes.len() {
        return Err(invalid());
    }
    Ok((node, parser.groups))
}

struct RegexParser<'p> {
    pattern: &'p str,
    bytes: &'p [u8],
    at: usize,
    groups: usize,
    depth: usize,
}

/// The maximum nesting of groups and repetitions.
const DEEPEST: usize = 500;

fn invalid() -> Box<Failure> {
    Failure::error("invalid regular expression")
}

fn unclear() -> Box<Failure> {
    Failure::needs_nix("a regular expression of this form")
}

impl RegexParser<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn alternatives(&mut self) -> EvalResult<Node> {
        let mut node = self.sequence()?;
        let mut count = 0;
        while self.eat(b'|') {
            count += 1;
            if count > 10 * DEEPEST {
                return Err(Failure::limit(format!(
                    "this regular expression has more than {} alternatives",
                    10 * DEEPEST
                )));
            }
            node = Node::Either(Box::new(node), Box::new(self.sequence()?));
        }
        Ok(node)
    }

    fn sequence(&mut self) -> EvalResult<Node> {
        let mut nodes = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| !matches!(byte, b'|' | b')')) {
            nodes.push(match byte {
                b'^' | b'$' => {
                    self.at += 1;
                    if byte == b'^' { Node::Begin } else { Node::End }
                }
                _ => self.quantified()?,
            });
        }
        Ok(Node::Sequence(nodes))
    }

    fn quantified(&mut self) -> EvalResult<Node> {
        let mut node = self.atom()?;
        let mut repeated = 0;
        while let Some(byte @ (b'*' | b'+' | b'?' | b'{')) = self.peek() {
            self.at += 1;
            repeated += 1;
            if repeated > DEEPEST {
                return Err(Failure::limit(format!(
                    "this regular expression repeats a part more than {DEEPEST} times"
                )));
            }
            let inner = Box::new(node);
            node = match byte {
                b'*' => Node::Times(inner, 0, None),
                b'+' => Node::More(inner),
                b'?' => Node::Times(inner, 0, Some(1)),
                _ => {
                    let (least, most) = self.bounds()?;
                    Node::Times(inner, least, most)
                }
            };
        }
        Ok(node)
    }

    /// `2}`, `2,}`, `2,3}`.
    fn bounds(&mut self) -> EvalResult<(u16, Option<u16>)> {
        let least = self.number()?.ok_or_else(invalid)?;
        let most = if self.eat(b',') { self.number()? } else { Some(least) };
        match most {
            Some(most) if most < least => Err(invalid()),
            _ if self.eat(b'}') => Ok((least, most)),
            _ => Err(invalid()),
        }
    }

    fn number(&mut self) -> EvalResult<Option<u16>> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        let digits = &self.pattern[start..self.at];
        if digits.is_empty() {
            return Ok(None);
        }
        digits.parse::<u16>().ok().filter(|number| *number <= 1000).map(Some).ok_or_else(unclear)
    }

    fn atom(&mut self) -> EvalResult<Node> {
        let byte = self.peek().ok_or_else(invalid)?;
        self.at += 1;
        Ok(match byte {
            b'(' => {
                let group = self.groups;
                self.groups += 1;
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(Failure::limit(format!("this regular expression nests deeper than {DEEPEST} levels")));
                }
                let inner = self.alternatives()?;
                self.depth -= 1;
                if !self.eat(b')') {
                    return Err(invalid());
                }
                Node::Group(group, Box::new(inner))
            }
            b'[' => Node::Byte(self.bracket()?),
            b'.' => Node::Byte(Box::new([true; 256])),
            b'*' | b'+' | b'?' | b'{' => return Err(invalid()),
            b'\\' => {
                let escaped = self.peek().filter(|byte| SPECIAL.contains(byte)).ok_or_else(invalid)?;
                self.at += 1;
                literal(escaped)
            }
            byte => literal(byte),
        })
    }

    /// `[…]` after the bracket. A backslash is literal in it.
    fn bracket(&mut self) -> EvalResult<Box<Set>> {
        let negated = self.eat(b'^');
        let mut set = [false; 256];
        let mut first = true;
        loop {
            let byte = self.peek().ok_or_else(invalid)?;
            self.at += 1;
            match (byte, self.peek()) {
                (b']', _) if !first => break,
                (b'[', Some(b':')) => self.class(&mut set)?,
                (b'[', Some(b'.' | b'=')) => return Err(unclear()),
                (low, Some(b'-')) if self.bytes.get(self.at + 1).is_some_and(|next| *next != b']') => {
                    let high = self.bytes[self.at + 1];
                    if high == b'[' || low == b'-' {
                        return Err(unclear());
                    }
                    if high < low {
                        return Err(invalid());
                    }
                    self.at += 2;
                    set[usize::from(low)..=usize::from(high)].fill(true);
                }
                (single, _) => set[usize::from(single)] = true,
            }
            first = false;
        }
        Ok(Box::new(set.map(|member| member != negated)))
    }

    /// `[:name:]` after its bracket.
    fn class(&mut self, set: &mut Set) -> EvalResult<()> {
        let rest = &self.pattern[self.at + 1..];
        let (name, _) = rest.split_once(":]").ok_or_else(invalid)?;
        let holds: fn(&u8) -> bool = match name {
            "alpha" => u8::is_ascii_alphabetic,
            "digit" => u8::is_ascii_digit,
            "alnum" => u8::is_ascii_alphanumeric,
            "upper" => u8::is_ascii_uppercase,
            "lower" => u8::is_ascii_lowercase,
            "space" => |byte| byte.is_ascii_whitespace() || *byte == 0x0b,
            "blank" => |byte| matches!(byte, b' ' | b'\t'),
            "punct" => u8::is_ascii_punctuation,
            "print" => |byte| byte.is_ascii_graphic() || *byte == b' ',
            "graph" => u8::is_ascii_graphic,
            "cntrl" => u8::is_ascii_control,
            "xdigit" => u8::is_ascii_hexdigit,
            _ => return Err(unclear()),
        };
        (0..=u8::MAX).filter(holds).for_each(|byte| set[usize::from(byte)] = true);
        self.at += name.len() + 3;
        Ok(())
    }
}

fn literal(byte: u8) -> Node {
    let mut set = [false; 256];
    set[usize::from(byte)] = true;
    Node::Byte(Box::new(set))
}
