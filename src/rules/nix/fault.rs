//! Describes syntax errors in Nix files.

use crate::lines;
use rnix::{ParseError, SyntaxKind};

/// The description of the error, and its byte offset.
pub(super) fn describe(error: &ParseError, text: &str) -> (String, usize) {
    match error {
        ParseError::UnexpectedWanted(found, range, wanted) => {
            let start = usize::from(range.start());
            match wanted.as_ref() {
                // A missing token is reported after the preceding code.
                [one @ (SyntaxKind::TOKEN_SEMICOLON | SyntaxKind::TOKEN_ASSIGN)] => {
                    (format!("missing {}", token(*one)), end_of_code(text, start))
                }
                wanted => (format!("unexpected {}, expected {}", token(*found), listed(wanted)), start),
            }
        }
        ParseError::UnexpectedEOFWanted(wanted) => {
            (format!("unexpected end of file, expected {}", listed(wanted)), text.len())
        }
        ParseError::UnexpectedEOF => ("unexpected end of file".to_owned(), text.len()),
        ParseError::Unexpected(range) => ("syntax error".to_owned(), range.start().into()),
        ParseError::UnexpectedExtra(range) => {
            ("unexpected text after the end of the expression".to_owned(), range.start().into())
        }
        ParseError::UnexpectedDoubleBind(range) => ("the argument is bound twice".to_owned(), range.start().into()),
        ParseError::DuplicatedArgs(range, name) => (format!("duplicate argument `{name}`"), range.start().into()),
        _ => ("the expression is nested too deeply".to_owned(), text.len()),
    }
}

/// The end of the last line of code before `at`, without its comment and white space.
fn end_of_code(text: &str, at: usize) -> usize {
    let mut end = text[..at].trim_end().len();
    loop {
        let start = lines::start(text, end);
        let line = &text[start..end];
        match line.find('#').filter(|hash| line[..*hash].matches('"').count().is_multiple_of(2)) {
            Some(hash) => end = text[..start + hash].trim_end().len(),
            None => return end,
        }
    }
}

fn listed(kinds: &[SyntaxKind]) -> String {
    let mut names: Vec<String> = kinds.iter().map(|kind| token(*kind)).collect();
    match names.pop() {
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} or {last}", names.join(", ")),
        None => "something else".to_owned(),
    }
}

/// A token as it is written.
fn token(kind: SyntaxKind) -> String {
    let written = match kind {
        SyntaxKind::TOKEN_SEMICOLON => ";",
        SyntaxKind::TOKEN_ASSIGN => "=",
        SyntaxKind::TOKEN_COLON => ":",
        SyntaxKind::TOKEN_COMMA => ",",
        SyntaxKind::TOKEN_DOT => ".",
        SyntaxKind::TOKEN_AT => "@",
        SyntaxKind::TOKEN_L_BRACE => "{",
        SyntaxKind::TOKEN_R_BRACE => "}",
        SyntaxKind::TOKEN_L_BRACK => "[",
        SyntaxKind::TOKEN_R_BRACK => "]",
        SyntaxKind::TOKEN_L_PAREN => "(",
        SyntaxKind::TOKEN_R_PAREN => ")",
        SyntaxKind::TOKEN_IN => "in",
        SyntaxKind::TOKEN_LET => "let",
        SyntaxKind::TOKEN_WITH => "with",
        SyntaxKind::TOKEN_THEN => "then",
        SyntaxKind::TOKEN_ELSE => "else",
        SyntaxKind::TOKEN_STRING_START | SyntaxKind::TOKEN_STRING_END => "\"",
        SyntaxKind::TOKEN_IDENT => return "a name".to_owned(),
        other => return format!("{other:?}").trim_start_matches("TOKEN_").to_lowercase().replace('_', " "),
    };
    format!("`{written}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_semicolon_is_reported_where_it_belongs() {
        for (text, expected, line) in [
            ("let\n  a = 1;\n  b = 2 # two\nin a", "missing `;`", 3),
            ("{\n  a = 1;\n  b = [ 2 ]\n}\n", "missing `;`", 3),
            ("{ a = [ 1 ; }", "unexpected `;`", 1),
            ("{ a = 1;", "unexpected end of file", 1),
        ] {
            let parsed = rnix::Root::parse(text);
            let (message, at) = describe(parsed.errors().first().expect("a fault"), text);
            assert!(message.starts_with(expected), "{text}: {message}");
            assert_eq!(text[..at].matches('\n').count() + 1, line, "{text}: {message}");
        }
    }
}
