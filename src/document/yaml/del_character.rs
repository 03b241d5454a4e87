//! The control character DEL (`U+007F`), which JSON allows in strings and YAML in quoted scalars, but the parser
//! nowhere.
//!
//! The parser gets the text with another character instead, and the scalars get DEL back.

use std::borrow::Cow;

use crate::memory::Zeroizing;
use granit_parser::{Event, ScalarStyle};

use super::events::{Events, bytes};
use crate::document::line_index::LineIndex;
use crate::error::{Error, ErrorKind, Result};

/// The character and its replacement, which also has one byte and no meaning in YAML.
const DELETE: char = '\u{7f}';
const STAND_IN: &str = "x";

/// The text for the parser, if it contains the character.
pub(super) fn masked(text: &str) -> Option<Zeroizing<String>> {
    text.contains(DELETE).then(|| Zeroizing::new(text.replace(DELETE, STAND_IN)))
}

/// Rejects the character anywhere except in quotes on one line.
pub(super) fn refuse_outside(text: &str, masked: &str, events: Events<'_>) -> Result<()> {
    let mut found = text.match_indices(DELETE).map(|(at, _)| at).peekable();
    let wrong = |at: usize| {
        let (line, column) = LineIndex::new(text.as_bytes()).line_column(text, at);
        Err(Error::new(ErrorKind::Syntax, "a control character is outside quotes").at(line, column))
    };
    events(masked, &mut |event, span| {
        let range = bytes(span);
        if let Event::Scalar(_, style, ..) = event
            && restored(&text[range.clone()], style).is_some()
        {
            while let Some(at) = found.next_if(|at| *at < range.end) {
                if at < range.start {
                    return wrong(at);
                }
            }
        }
        Ok(())
    })?;
    found.next().map_or(Ok(()), wrong)
}

/// The event with the character restored in its scalar.
pub(super) fn unmasked<'e>(event: Event<'e>, text: &str, range: std::ops::Range<usize>) -> Event<'e> {
    match event {
        Event::Scalar(content, style, anchor, tag) => {
            let written = text.get(range).filter(|written| written.contains(DELETE));
            let content = written.and_then(|written| restored(written, style)).map_or(content, Cow::Owned);
            Event::Scalar(content, style, anchor, tag)
        }
        other => other,
    }
}

/// The content of a quoted scalar on one line.
fn restored(written: &str, style: ScalarStyle) -> Option<String> {
    match style {
        ScalarStyle::DoubleQuoted => serde_json::from_str(written).ok(),
        ScalarStyle::SingleQuoted if !written.contains('\n') => {
            Some(written.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{Document, Edit, Format, Pointer, Value};
    use crate::error::{ErrorKind, Result};

    fn edited(text: &str, format: Format) -> Result<String> {
        let mut session = Document::parse(text.as_bytes(), format)?.edit();
        session.apply(&Edit::Set { path: Pointer::new(["new"]), value: Value::string("a\u{7f}") })?;
        Ok(String::from_utf8(session.finish()?.bytes().to_vec()).expect("UTF-8"))
    }

    #[test]
    fn the_character_stays_in_quotes() {
        let json = "{\"a\u{7f}\": \"\u{7f}x\\\"\u{7f}\\u00e4\"}";
        let document = Document::parse(json.as_bytes(), Format::Json).expect("JSON allows it");
        assert_eq!(document.value().get("a\u{7f}"), Some(&Value::string("\u{7f}x\"\u{7f}ä")));
        let expected = json.replace('}', ", \"new\": \"a\\u007f\"}");
        assert_eq!(edited(json, Format::Json).expect("it can be edited"), expected);
        let yaml = "a: '\u{7f}''x'  # c\nb: \"\u{7f}\"\n";
        let document = Document::parse(yaml.as_bytes(), Format::Yaml).expect("YAML allows it");
        assert_eq!(document.value().get("a"), Some(&Value::string("\u{7f}'x")));
        assert_eq!(edited(yaml, Format::Yaml).expect("it can be edited"), format!("{yaml}new: \"a\\u007f\"\n"));
    }

    #[test]
    fn it_is_refused_anywhere_else() {
        for (text, place) in [
            ("a: 1\nb: x\u{7f}\n", (2, 5)),
            ("a: '\u{7f}'  # \u{7f}\n", (1, 11)),
            ("\u{7f}: 'x'\n", (1, 1)),
            ("a: |\n  \u{7f}\nb: 'x'\n", (2, 3)),
            ("a: 'x\n  \u{7f}'\n", (2, 3)),
        ] {
            let error = Document::parse(text.as_bytes(), Format::Yaml).err().expect(text);
            assert_eq!((error.kind(), error.line_column()), (ErrorKind::Syntax, Some(place)), "{text:?}");
        }
    }
}
