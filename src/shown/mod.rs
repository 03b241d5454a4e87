//! Text that may leave the program.
//!
//! `output` prints [`Shown`] and nothing else. There are four ways to one: the program's own words ([`Shown::fixed`]),
//! the [`shown!`](crate::shown!) macro, which joins only what is [`Showable`], and [`Shown::vouched`] and
//! [`Shown::document`], by which a caller vouches that the text holds no secret. Text from outside goes through
//! [`visible`] on its way, so that nobody can forget to escape it.

pub mod held_back;
mod json;
mod shell;
pub mod visible;

use std::borrow::Cow;
use std::fmt;

use zeroize::Zeroize;

use crate::memory;

pub use json::Json;
pub use shell::shell_word;

/// Text that holds no secret, or that the user asked for with `--reveal`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Shown {
    text: Cow<'static, str>,
    /// The text before it was escaped, for JSON, which has escapes of its own.
    raw: Option<Box<str>>,
}

impl Shown {
    /// The program's own words.
    pub const fn fixed(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), raw: None }
    }

    /// Text of which the caller knows that it holds no secret: file names, key names, commit ids, public values. It becomes
    /// one line without control characters ([`visible::line`]).
    pub fn vouched(text: impl Into<String>) -> Self {
        let text = printable(text.into());
        match visible::line(&text) {
            Cow::Borrowed(_) => Self::exact(text),
            Cow::Owned(escaped) => Self { text: Cow::Owned(escaped), raw: Some(text.into_boxed_str()) },
        }
    }

    /// As [`Shown::vouched`], for text of several lines, which stay lines ([`visible::lines`]).
    pub fn document(text: impl Into<String>) -> Self {
        let mut text = printable(text.into());
        if let Cow::Owned(escaped) = visible::lines(&text) {
            text.zeroize();
            text = escaped;
        }
        Self::exact(text)
    }

    /// Text as it is, with its control characters: for colours around what was escaped before. A test lists the modules
    /// that may use it.
    pub fn exact(text: impl Into<String>) -> Self {
        Self { text: Cow::Owned(text.into()), raw: None }
    }

    /// What [`shown!`](crate::shown!) joins.
    pub fn written(text: fmt::Arguments<'_>) -> Self {
        Self::exact(memory::taken(memory::written(text)))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text before anything in it was escaped.
    pub fn as_raw(&self) -> &str {
        self.raw.as_deref().unwrap_or(&self.text)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Adds `other` at the end.
    pub fn push(&mut self, other: &Self) {
        self.add(other.as_str());
    }

    /// Adds `other` and a line feed at the end.
    pub fn push_line(&mut self, other: &Self) {
        self.add(other.as_str());
        self.add("\n");
    }

    fn add(&mut self, text: &str) {
        let length = self.text.len() + text.len();
        if self.raw.is_some() || !matches!(&self.text, Cow::Owned(held) if held.capacity() >= length) {
            let mut larger = String::with_capacity(2 * length);
            larger.push_str(&self.text);
            *self = Self::exact(larger);
        }
        self.text.to_mut().push_str(text);
    }

    /// Joins the parts with `separator` between them.
    pub fn join(parts: &[Self], separator: &'static str) -> Self {
        Self::exact(parts.iter().map(Self::as_str).collect::<Vec<_>>().join(separator))
    }
}

/// The text without what is held back.
fn printable(mut text: String) -> String {
    if let Cow::Owned(shorter) = held_back::printable(&text) {
        text.zeroize();
        text = shorter;
    }
    text
}

/// What was revealed goes this way too.
impl Drop for Shown {
    fn drop(&mut self) {
        if let Cow::Owned(text) = &mut self.text {
            text.zeroize();
        }
        if let Some(raw) = self.raw.take() {
            raw.into_string().zeroize();
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// What [`shown!`](crate::shown!) takes as an argument: text known to be safe, and numbers.
pub trait Showable: fmt::Display {}

impl Showable for Shown {}
impl Showable for &'static str {}
impl Showable for char {}
impl Showable for usize {}
impl Showable for u32 {}
impl Showable for u64 {}
impl Showable for i64 {}
impl<T: Showable> Showable for &T {}

/// Passes a [`Showable`] through; the macro calls it on each argument, so that anything else does not compile.
pub fn showable<T: Showable>(value: T) -> T {
    value
}

/// `format!` for [`Shown`]: every argument must be [`Showable`].
#[macro_export]
macro_rules! shown {
    ($format:literal $(, $argument:expr)* $(,)?) => {
        $crate::shown::Shown::written(format_args!($format $(, $crate::shown::showable($argument))*))
    };
}
