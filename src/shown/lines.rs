//! Redacted text of several lines, put together line by line.

use super::{Shown, held_back, visible};
use crate::memory::{self, Buffer};

/// Redacted lines. Each is made printable by itself; together they become one [`Shown`], without a copy for each line.
#[derive(Default)]
pub(crate) struct Lines {
    text: Buffer,
    has_line: bool,
}

impl Lines {
    /// No line yet, with capacity for a text of this many bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { text: Buffer::with_capacity(bytes), has_line: false }
    }

    /// Adds a line that the redactor made.
    pub(crate) fn push(&mut self, line: &str) {
        if self.has_line {
            self.text.push_str("\n");
        }
        self.has_line = true;
        self.text.push_str(&held_back::printable(line));
    }

    /// Adds a text that can be shown already.
    pub(crate) fn push_shown(&mut self, text: &Shown) {
        self.push(text.as_str());
    }

    /// The text, with its control characters escaped.
    pub(crate) fn finish(self) -> Shown {
        let text = self.text.into_text();
        match visible::lines(&text) {
            std::borrow::Cow::Owned(escaped) => Shown::unescaped(escaped),
            std::borrow::Cow::Borrowed(_) => Shown::unescaped(memory::into_string(text)),
        }
    }
}
