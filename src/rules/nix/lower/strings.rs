//! Strings: escapes, and the indentation removed from `''` strings, exactly like Nix's lexer and parser (`lexer.l`,
//! `stripIndentation`).

use std::rc::Rc;

use rnix::ast::{self, AstToken, InterpolPart};
use rowan::ast::AstNode;

use super::Lowering;
use crate::rules::nix::failure::EvalResult;
use crate::rules::nix::syntax::{Expr, ExprKind};

/// A part of a string, as tokenized by Nix's lexer.
enum StringToken {
    Text {
        text: String,
        /// Whether its white space counts as indentation, which escaped text does not.
        indents: bool,
    },
    Inner(ast::Interpol),
}

impl Lowering<'_> {
    pub(super) fn text(&mut self, string: &ast::Str) -> EvalResult<ExprKind> {
        let at = self.at(string);
        let mut parts: Vec<Rc<Expr>> = Vec::new();
        for token in tokens(string) {
            parts.push(match token {
                StringToken::Text { text, .. } => Rc::new(Expr { kind: ExprKind::Text(text.into()), at }),
                StringToken::Inner(inner) => self.child(&inner, inner.expr())?,
            });
        }
        let texts: Option<String> = parts.iter().map(|part| part.text()).collect();
        Ok(match texts.filter(|_| !string.parts().any(|part| matches!(part, InterpolPart::Interpolation(_)))) {
            Some(text) => ExprKind::Text(text.into()),
            None => ExprKind::Interpolated(parts),
        })
    }
}

/// The text of a string without `${}`.
pub(super) fn constant(string: &ast::Str) -> Option<String> {
    let text = |token| match token {
        StringToken::Text { text, .. } => Some(text),
        StringToken::Inner(_) => None,
    };
    tokens(string).into_iter().map(text).collect()
}

fn tokens(string: &ast::Str) -> Vec<StringToken> {
    let indented = string.syntax().first_token().is_some_and(|token| token.text() == "''");
    let mut tokens = Vec::new();
    for (index, part) in string.parts().enumerate() {
        match part {
            InterpolPart::Interpolation(inner) => tokens.push(StringToken::Inner(inner)),
            InterpolPart::Literal(literal) if indented => {
                let raw = literal.syntax().text();
                // The rest of the first line is dropped if it is blank.
                let after_blank = raw.trim_start_matches(' ').strip_prefix('\n').filter(|_| index == 0);
                indented_tokens(after_blank.unwrap_or(raw), &mut tokens);
            }
            InterpolPart::Literal(literal) => {
                tokens.push(StringToken::Text { text: unescaped(literal.syntax().text()), indents: false });
            }
        }
    }
    if indented { stripped(tokens) } else { tokens }
}

/// Resolves `\n`, `\r`, and `\t`; any other character after a backslash is kept; line ends become `\n`.
fn unescaped(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            '\\' => text.extend(rest.next().map(escape)),
            '\r' => {
                rest.next_if_eq(&'\n');
                text.push('\n');
            }
            other => text.push(other),
        }
    }
    text
}

fn escape(letter: char) -> char {
    match letter {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other => other,
    }
}

/// Splits the literal text of an indented string at its escapes.
fn indented_tokens(raw: &str, tokens: &mut Vec<StringToken>) {
    let mut plain = String::new();
    let mut rest = raw;
    let mut flush = |plain: &mut String, escaped: Option<String>| {
        if !plain.is_empty() {
            tokens.push(StringToken::Text { text: std::mem::take(plain), indents: true });
        }
        tokens.extend(escaped.map(|text| StringToken::Text { text, indents: false }));
    };
    while let Some(next) = rest.chars().next() {
        let (length, escaped) = if let Some(after) = rest.strip_prefix("''\\") {
            let letter = after.chars().next().unwrap_or('\\');
            (3 + letter.len_utf8(), Some(unescaped(&format!("\\{letter}"))))
        } else if rest.starts_with("''$") {
            (3, Some("$".to_owned()))
        } else if rest.starts_with("'''") {
            (3, Some("''".to_owned()))
        } else {
            plain.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        };
        flush(&mut plain, escaped);
        rest = rest.get(length..).unwrap_or_default();
    }
    flush(&mut plain, None);
}

/// Removes the common indentation, and a blank last line.
fn stripped(tokens: Vec<StringToken>) -> Vec<StringToken> {
    let indentation = indentation(&tokens);
    let count = tokens.len();
    let (mut at_start, mut dropped) = (true, 0);
    let strip = |(index, token)| match token {
        StringToken::Inner(inner) => {
            (at_start, dropped) = (false, 0);
            StringToken::Inner(inner)
        }
        StringToken::Text { text, indents } => {
            let mut kept = String::with_capacity(text.len());
            for next in text.chars() {
                match next {
                    ' ' if at_start => {
                        if dropped >= indentation {
                            kept.push(' ');
                        }
                        dropped += 1;
                    }
                    '\n' => {
                        (at_start, dropped) = (true, 0);
                        kept.push('\n');
                    }
                    other => {
                        (at_start, dropped) = (false, 0);
                        kept.push(other);
                    }
                }
            }
            if index + 1 == count
                && let Some(line) = kept.rfind('\n')
                && kept[line + 1..].chars().all(|next| next == ' ')
            {
                kept.truncate(line + 1);
            }
            StringToken::Text { text: kept, indents }
        }
    };
    tokens.into_iter().enumerate().map(strip).collect()
}

/// The smallest indentation of lines that are not blank.
fn indentation(tokens: &[StringToken]) -> usize {
    let (mut least, mut current, mut at_start) = (usize::MAX, 0, true);
    for token in tokens {
        let StringToken::Text { text, indents: true } = token else {
            if std::mem::take(&mut at_start) {
                least = least.min(current);
            }
            continue;
        };
        for next in text.chars() {
            match next {
                '\n' => (at_start, current) = (true, 0),
                ' ' if at_start => current += 1,
                _ if at_start => {
                    at_start = false;
                    least = least.min(current);
                }
                _ => {}
            }
        }
    }
    least
}
