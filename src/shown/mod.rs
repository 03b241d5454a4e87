//! Text that may leave the program.
//!
//! `output` prints [`Shown`] and nothing else, and [`Error`](crate::Error) is made of it. A text becomes one in three ways: it
//! is part of the program (`&'static str`), the [`shown!`](crate::shown!) macro joins it from what is [`Showable`], or a
//! constructor says what it is ([`FileName`], [`KeyName`], …) and escapes control characters. A `String` or a `&str` that is
//! read at run time is not [`Showable`], so that a value of a document in an error or a line of output does not compile.
//! `redact` decides about values by their schema. The exceptions, such as [`Shown::exact`], are disallowed by `clippy.toml`;
//! each use states its reason. What other programs and libraries say goes through [`ProgramOutput`] and [`DataError`]; a test
//! lists where.

pub mod held_back;
mod json;
mod kind;
mod lines;
mod output;
mod printable;
mod shell;
mod showable;
pub mod suspect;
mod texts;
pub mod visible;

use std::borrow::Cow;
use std::fmt;

use crate::memory::Wipe;

pub use json::Json;
pub use kind::{
    Address, ClientName, CommandLine, CommitId, CommitText, DataError, Digest, FileName, KeyName, LogText,
    PluginMessage, ProgramOutput, RecipientName, Setting, TaskId, TypeName,
};
pub(crate) use lines::Lines;
pub use printable::Printable;
pub use shell::shell_word;
pub use showable::{Part, Rendering, Showable, assert_positional};

/// Text without secrets, except for those that the user revealed with `--reveal`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Shown {
    text: Cow<'static, str>,
    /// The text before escaping, for JSON, which has its own escapes.
    raw: Option<Box<str>>,
}

impl Shown {
    /// A literal.
    pub const fn fixed(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), raw: None }
    }

    /// Redacted text of several lines; control characters are escaped ([`visible::lines`]).
    pub fn document(text: impl Into<String>) -> Self {
        let mut text = printable(text.into());
        if let Cow::Owned(escaped) = visible::lines(&text) {
            text.wipe();
            text = escaped;
        }
        Self::unescaped(text)
    }

    /// Unescaped text, with its control characters: for colours around escaped text, and for revealed values.
    pub fn exact(text: impl Into<String>) -> Self {
        Self::unescaped(text)
    }

    fn unescaped(text: impl Into<String>) -> Self {
        Self { text: Cow::Owned(text.into()), raw: None }
    }

    /// The text as errors print it: without what was held back since it was made, and without arguments that may be a
    /// secret.
    #[must_use]
    pub fn in_error(&self) -> Self {
        let printable = |text: &str| held_back::in_error(text).into_owned();
        Self { text: Cow::Owned(printable(&self.text)), raw: self.raw.as_deref().map(|raw| boxed(printable(raw))) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text before any escaping.
    pub fn as_raw(&self) -> &str {
        self.raw.as_deref().unwrap_or(&self.text)
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Adds `other` at the end.
    pub fn push(&mut self, other: &Self) {
        self.add(other.as_str());
    }

    /// Appends `other` and a line feed.
    pub fn push_line(&mut self, other: &Self) {
        self.add(other.as_str());
        self.add("\n");
    }

    fn add(&mut self, text: &str) {
        let length = self.text.len() + text.len();
        if self.raw.is_some() || !matches!(&self.text, Cow::Owned(held) if held.capacity() >= length) {
            let mut larger = String::with_capacity(2 * length);
            larger.push_str(&self.text);
            *self = Self::unescaped(larger);
        }
        self.text.to_mut().push_str(text);
    }

    /// Joins the parts with `separator` between them.
    pub fn join<T: Showable>(parts: impl IntoIterator<Item = T>, separator: &'static str) -> Self {
        let parts: Vec<T> = parts.into_iter().collect();
        let parts: Vec<Part<'_>> = parts.iter().map(Showable::part).collect();
        let joined = |raw: bool| {
            let texts: Vec<Cow<'_, str>> =
                parts.iter().map(|part| if raw { part.as_raw() } else { part.as_str() }).collect();
            texts.join(separator)
        };
        let differs = parts.iter().any(Part::is_escaped);
        Self { text: Cow::Owned(joined(false)), raw: differs.then(|| boxed(joined(true))) }
    }
}

/// The text without what must not be printed.
fn printable(mut text: String) -> String {
    if let Cow::Owned(shorter) = held_back::printable(&text) {
        text.wipe();
        text = shorter;
    }
    text
}

/// The text in a block of its exact size. Shrinking in place could leave a copy behind.
fn boxed(mut text: String) -> Box<str> {
    let exact = Box::from(text.as_str());
    text.wipe();
    exact
}

/// It may contain a revealed secret, which must be wiped.
impl Drop for Shown {
    fn drop(&mut self) {
        if let Cow::Owned(text) = &mut self.text {
            text.wipe();
        }
        if let Some(raw) = self.raw.take() {
            raw.into_string().wipe();
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_outside_text_is_one_visible_line() {
        let hostile = "a\u{1b}[2K\n::error::x\u{202e}";
        let all = [
            FileName::shown(hostile),
            KeyName::shown(hostile),
            CommitId::shown(hostile),
            CommitText::shown(hostile),
            TaskId::shown(hostile),
            RecipientName::shown(hostile),
            ClientName::shown(hostile),
            Address::shown(hostile),
            Digest::shown(hostile),
            PluginMessage::shown(hostile),
            Setting::shown(hostile),
            TypeName::shown(hostile),
            CommandLine::shown(hostile),
            LogText::shown(hostile),
        ];
        for text in all {
            assert!(!text.as_str().contains(|c: char| c == '\n' || visible::is_hidden(c)), "{text}");
            assert_eq!(text.as_raw(), hostile, "JSON escapes it by itself");
        }
        let output = ProgramOutput::shown(hostile);
        assert!(output.as_str().contains('\n') && !output.as_str().contains('\u{1b}'), "{output}");
    }
}
