//! Text that may leave the program.
//!
//! `output` prints [`Shown`] and nothing else. There are three ways to one: the program's own words ([`Shown::fixed`]),
//! the [`shown!`](crate::shown!) macro, which joins only what is [`Showable`], and [`Shown::vouched`], by which a caller
//! vouches that the text holds no secret. A test lists the modules that may vouch.

mod json;
mod shell;

use std::borrow::Cow;
use std::fmt;

use zeroize::Zeroize;

use crate::memory;

pub use json::Json;
pub use shell::shell_word;

/// Text that holds no secret, or that the user asked for with `--reveal`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Shown(Cow<'static, str>);

impl Shown {
    /// The program's own words.
    pub const fn fixed(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// Text of which the caller knows that it holds no secret: file names, key names, commit ids, public values.
    pub fn vouched(text: impl Into<String>) -> Self {
        Self(Cow::Owned(text.into()))
    }

    /// What [`shown!`](crate::shown!) joins.
    pub fn written(text: fmt::Arguments<'_>) -> Self {
        Self::vouched(memory::taken(memory::written(text)))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
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
        let length = self.0.len() + text.len();
        if !matches!(&self.0, Cow::Owned(held) if held.capacity() >= length) {
            let mut larger = String::with_capacity(2 * length);
            larger.push_str(&self.0);
            *self = Self(Cow::Owned(larger));
        }
        self.0.to_mut().push_str(text);
    }

    /// Joins the parts with `separator` between them.
    pub fn join(parts: &[Self], separator: &'static str) -> Self {
        Self::vouched(parts.iter().map(Self::as_str).collect::<Vec<_>>().join(separator))
    }
}

/// What was revealed goes this way too.
impl Drop for Shown {
    fn drop(&mut self) {
        if let Cow::Owned(text) = &mut self.0 {
            text.zeroize();
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
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
impl Showable for crate::document::Pointer {}
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
