//! Formats errors as text and JSON.

use anstyle::{AnsiColor, Style};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::mode::Mode;
use crate::error::{Error, ErrorKind};
use crate::shown::{Json, Shown, held_back, visible};

/// Formats an error: as one line of JSON, or as the message with its place and what to do next.
pub(crate) fn render(error: &Error, mode: Mode, color: bool) -> String {
    match mode {
        Mode::Json => document(error).text().as_str().to_owned(),
        Mode::Text => as_text(error, color),
    }
}

crate::output! {
    #[schemars(title = "An error, as one line on stderr")]
    pub(crate) struct ErrorOutput {
        error: Failure,
    }
}

crate::output! {
    pub(crate) struct Failure {
        /// What class of failure it is; it decides the exit code
        #[schemars(schema_with = "kinds")]
        kind: &'static str,
        /// What happened
        message: Shown,
        /// The place in the document
        path: Option<Shown>,
        /// The file concerned
        file: Option<Shown>,
        /// Counted from one
        #[schemars(range(min = 1))]
        line: Option<usize>,
        /// Counted from one
        #[schemars(range(min = 1))]
        column: Option<usize>,
        /// What to do next
        hint: Option<Shown>,
    }
}

fn kinds(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": ErrorKind::ALL.map(ErrorKind::name) })
}

/// The error as JSON, in the form of the contract: an object with the single member `error`.
pub(crate) fn document(error: &Error) -> Json {
    let position = error.line_column();
    Json::of(&ErrorOutput {
        error: Failure {
            kind: error.kind().name(),
            message: error.shown().in_error(),
            path: error.shown_path().map(Shown::in_error),
            file: error.shown_file().map(Shown::in_error),
            line: position.map(|(line, _)| line),
            column: position.map(|(_, column)| column),
            hint: error.shown_hint().map(Shown::in_error),
        },
    })
}

/// Continues a multi-line message, such as a hook's output, so that outside text never starts a line.
const CONTINUED: &str = "\n  | ";

/// What was held back after the error was made is left out too, and so are arguments that may be a secret.
fn visible(text: &str) -> String {
    lines(text).replace('\n', CONTINUED)
}

fn lines(text: &str) -> String {
    visible::lines(&held_back::in_error(text)).replace('\r', "\\r")
}

fn as_text(error: &Error, color: bool) -> String {
    let paint = |style: Style, text: &str| match color {
        true => format!("{style}{text}{style:#}"),
        false => text.to_owned(),
    };
    let red = AnsiColor::Red.on_default().bold();
    let blue = AnsiColor::Blue.on_default().bold();
    let mut text = format!("{}: {}", paint(red, "error"), visible(error.shown().as_str()));
    if let Some(place) = place(error) {
        text += &format!("\n  {} {}", paint(blue, "-->"), visible::line(&held_back::in_error(&place)));
    }
    if let Some(path) = error.path().filter(|path| !path.is_empty()) {
        text += &format!("\n  {} {}", paint(blue, "at"), visible::line(&held_back::in_error(path)));
    }
    if let Some(hint) = error.shown_hint() {
        text += &format!("\n{}: {}", paint(AnsiColor::Cyan.on_default().bold(), "help"), lines(hint.as_str()));
    }
    text
}

fn place(error: &Error) -> Option<String> {
    match (error.file(), error.line_column()) {
        (Some(file), Some((line, column))) => Some(format!("{file}:{line}:{column}")),
        (Some(file), None) => Some(file.to_owned()),
        (None, Some((line, column))) => Some(format!("line {line}, column {column}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use crate::shown::{FileName, KeyName, ProgramOutput};

    fn render_json(error: &Error) -> String {
        render(error, Mode::Json, false)
    }

    #[test]
    fn json_has_every_member_of_the_contract() {
        let error = Error::new(ErrorKind::Path, "no such key")
            .at_path("a.b")
            .in_file("x.age")
            .at(3, 4)
            .hint("did you mean `c`?");
        insta::assert_snapshot!(render_json(&error), @r#"{"error":{"kind":"path","message":"no such key","path":"a.b","file":"x.age","line":3,"column":4,"hint":"did you mean `c`?"}}"#);
        insta::assert_snapshot!(render_json(&Error::new(ErrorKind::Io, "full")), @r#"{"error":{"kind":"io","message":"full","path":null,"file":null,"line":null,"column":null,"hint":null}}"#);
    }

    #[test]
    fn outside_text_starts_no_line() {
        let said = ProgramOutput::shown("no key `a\n::error::x\n\u{1b}[2Kb`");
        let error = Error::new(ErrorKind::Path, said)
            .at_path(KeyName::shown("a\nhelp: run this"))
            .in_file(FileName::shown("x\u{202e}.age\n"))
            .hint(shown!("did you mean `{}`?", KeyName::shown("c\u{9b}\nd")));
        insta::assert_snapshot!(as_text(&error, false), @r"
        error: no key `a
          | \u{3a}:error::x
          | \u{1b}[2Kb`
          --> x\u{202e}.age\n
          at a\nhelp: run this
        help: did you mean `c\u{9b}\nd`?
        ");
        assert!(!render_json(&error).contains(visible::is_hidden));
        let raw: serde_json::Value = serde_json::from_str(&render_json(&error)).expect("it is JSON");
        assert_eq!(raw["error"]["hint"], "did you mean `c\u{9b}\nd`?", "JSON has escapes of its own");
    }

    #[test]
    fn text_contains_what_where_and_what_next() {
        let error = Error::new(ErrorKind::Path, "no such key")
            .at_path("a.b")
            .in_file("x.age")
            .at(3, 4)
            .hint("did you mean `c`?");
        insta::assert_snapshot!(as_text(&error, false), @r"
        error: no such key
          --> x.age:3:4
          at a.b
        help: did you mean `c`?
        ");
    }
}
