//! Measures the nesting of a file before parsing it, since the parser and everything after it are recursive.

use rnix::SyntaxKind as Kind;

use super::failure::{EvalResult, Failure};
use super::source::At;

/// The maximum nesting of a file.
const DEEPEST: usize = 5_000;
/// How many characters several tokens may have without a space between them. At each the tokenizer looks ahead to the end,
/// for it may be a path or an address: its time grows with the square of the length.
const LONGEST: usize = 4_096;

/// A part of the text that contains expressions.
#[derive(Default)]
struct Level {
    /// Whether it is a list, whose items are separate expressions.
    list: bool,
    /// Whether it is the part between `let` and `in`.
    bindings: bool,
    /// The number of tokens of the expression so far. Each may nest what follows: an operator, an argument, a `:`.
    tokens: usize,
    /// The number of semicolons that belong to a `with` or an `assert`, and end nothing.
    pending: usize,
}

/// Rejects a file that nests too deeply; overestimates rather than underestimates.
///
/// # Errors
/// With the place of the deepest allowed nesting.
pub(super) fn refuse_deep(text: &str, file: usize) -> EvalResult<()> {
    let mut levels = vec![Level::default()];
    let (mut depth, mut offset, mut joined) = (0, 0, 0);
    for (kind, token) in rnix::tokenize(text) {
        let at = At { file, offset };
        offset += token.len();
        // What follows these is the content of a string, one token however long.
        let begins_content =
            matches!(kind, Kind::TOKEN_STRING_START | Kind::TOKEN_STRING_CONTENT | Kind::TOKEN_INTERPOL_END);
        if offset > joined && !begins_content {
            joined = offset + text[offset..].bytes().take_while(|byte| is_joined(*byte)).count();
            if joined - offset > LONGEST {
                let message = format!("this has more than {LONGEST} characters without a space");
                return Err(Failure::limit(message).or_at(at));
            }
        }
        if matches!(kind, Kind::TOKEN_WHITESPACE | Kind::TOKEN_COMMENT | Kind::TOKEN_STRING_CONTENT) {
            continue;
        }
        match kind {
            Kind::TOKEN_L_BRACE
            | Kind::TOKEN_L_BRACK
            | Kind::TOKEN_L_PAREN
            | Kind::TOKEN_INTERPOL_START
            | Kind::TOKEN_LET => {
                depth += count(&mut levels);
                let (list, bindings) = (kind == Kind::TOKEN_L_BRACK, kind == Kind::TOKEN_LET);
                levels.push(Level { list, bindings, ..Level::default() });
            }
            Kind::TOKEN_R_BRACE | Kind::TOKEN_R_BRACK | Kind::TOKEN_R_PAREN | Kind::TOKEN_INTERPOL_END => {
                depth -= close(&mut levels);
            }
            Kind::TOKEN_IN if levels.last().is_some_and(|level| level.bindings) => {
                depth -= close(&mut levels);
            }
            Kind::TOKEN_SEMICOLON | Kind::TOKEN_COMMA => {
                if let Some(level) = levels.last_mut() {
                    if level.pending > 0 && kind == Kind::TOKEN_SEMICOLON {
                        level.pending -= 1;
                    } else {
                        depth -= std::mem::take(&mut level.tokens);
                    }
                }
            }
            kind => {
                if matches!(kind, Kind::TOKEN_WITH | Kind::TOKEN_ASSERT)
                    && let Some(level) = levels.last_mut()
                {
                    level.pending += 1;
                }
                depth += count(&mut levels);
            }
        }
        if depth > DEEPEST {
            return Err(Failure::limit(format!("this nests deeper than {DEEPEST} levels")).or_at(at));
        }
    }
    Ok(())
}

/// Whether the tokenizer looks beyond this character for the end of a path.
fn is_joined(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/_.+-<".contains(&byte)
}

/// Counts a token; in a list only the current item nests.
fn count(levels: &mut [Level]) -> usize {
    let Some(level) = levels.last_mut() else { return 0 };
    let counts = usize::from(!level.list || level.tokens == 0);
    level.tokens += counts;
    counts
}

/// Leaves a level; returns its depth.
fn close(levels: &mut Vec<Level>) -> usize {
    match levels.pop() {
        Some(level) if !levels.is_empty() => level.tokens,
        // More closing brackets than opening ones; the parser reports that.
        closed => {
            levels.extend(closed);
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_nesting_is_refused_and_length_is_not() {
        let deep = [
            "(".repeat(100_000),
            "[".repeat(100_000),
            "{a=".repeat(60_000),
            "\"${".repeat(60_000),
            "let a = 1; in ".repeat(70_000),
            "let a = let a = ".repeat(60_000),
            "with a; ".repeat(100_000),
            "assert a; ".repeat(100_000),
            "if a then b else ".repeat(60_000),
            "a: ".repeat(60_000),
            "!".repeat(100_000),
            format!("1{}", "+1".repeat(60_000)),
            format!("f{}", " a".repeat(60_000)),
            "[ (f ".repeat(60_000),
            "{ a ? ".repeat(100_000),
            format!("[ {} ]", "1+1.a/b".repeat(60_000)),
            format!("[ {} ]", "<".repeat(60_000)),
        ];
        for text in deep {
            let failure = refuse_deep(&text, 0).expect_err(&text[..20]);
            assert!(failure.at.is_some(), "{}", &text[..20]);
        }
        let long = [
            format!("[{}]", " a".repeat(60_000)),
            format!("{{{}}}", "a = x: y: [ 1 2 ];".repeat(50_000)),
            format!("let {} in {{ }}", "a.b.c = with d; e;".repeat(50_000)),
            format!("[{}]", " (f x) { a = 1; }".repeat(50_000)),
            format!("{{{}}}: 1", " a ? 1,".repeat(100_000)),
            format!("\"{}\"", "x".repeat(100_000)),
            format!("# {}\n1", "(".repeat(100_000)),
            "a".repeat(100_000),
            format!("./{}", "a+b".repeat(1_000)),
            ")".repeat(100_000),
        ];
        for text in long {
            assert!(refuse_deep(&text, 0).is_ok(), "{}", &text[..20]);
        }
    }
}
