//! Text that may leave the program.
//!
//! `output` prints [`Shown`] and nothing else. There are three ways to one: the program's own words ([`Shown::fixed`]),
//! the [`shown!`](crate::shown!) macro, which joins only what is [`Showable`], and [`Shown::vouched`], by which a caller
//! vouches that the text holds no secret. A test lists the modules that may vouch.

mod json;

use std::borrow::Cow;
use std::fmt;

pub use json::Json;

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
        self.0.to_mut().push_str(&other.0);
    }

    /// Adds `other` and a line feed at the end.
    pub fn push_line(&mut self, other: &Self) {
        self.push(other);
        self.0.to_mut().push('\n');
    }

    /// Joins the parts with `separator` between them.
    pub fn join(parts: &[Self], separator: &'static str) -> Self {
        Self::vouched(parts.iter().map(Self::as_str).collect::<Vec<_>>().join(separator))
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
        $crate::shown::Shown::vouched(format!($format $(, $crate::shown::showable($argument))*))
    };
}
