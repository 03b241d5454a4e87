//! What printable text consists of: the program's own words, numbers, and types that say what they are.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::io;
use std::path;
use std::process::ExitStatus;

use super::{Address, FileName, ProgramOutput, Shown, boxed};
use crate::memory;

/// What [`shown!`](crate::shown!) and [`Error`](crate::Error) take: text known to be safe, and what names itself. It is not
/// implemented for `String`, and for `&str` only where the text is part of the program.
///
/// ```
/// use agepatch::{Error, ErrorKind};
///
/// Error::new(ErrorKind::Io, "the program's own words");
/// ```
///
/// ```compile_fail,E0277
/// use agepatch::{Error, ErrorKind};
///
/// let value = String::from("text from somewhere");
/// Error::new(ErrorKind::Io, value);
/// ```
///
/// ```compile_fail,E0597
/// use agepatch::{Error, ErrorKind};
///
/// let value = String::from("text from somewhere");
/// Error::new(ErrorKind::Io, value.as_str());
/// ```
pub trait Showable {
    /// It as part of a text.
    fn part(&self) -> Part<'_>;

    /// It as a text of its own.
    fn into_shown(self) -> Shown
    where
        Self: Sized,
    {
        match self.part() {
            Part::Text(text) => text.into_owned(),
            Part::Number(number) => Shown::unescaped(number.to_string()),
        }
    }
}

/// Part of a text.
#[derive(Debug)]
pub enum Part<'a> {
    /// Text.
    Text(Cow<'a, Shown>),
    /// A number, which a format may pad.
    Number(i128),
}

impl Part<'_> {
    /// The text, or the number's digits.
    pub(super) fn as_str(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text.as_str()),
            Self::Number(number) => Cow::Owned(number.to_string()),
        }
    }

    /// As [`Self::as_str`], before anything in it was escaped.
    pub(super) fn as_raw(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text.as_raw()),
            Self::Number(_) => self.as_str(),
        }
    }

    /// Whether the two differ.
    pub(super) fn is_escaped(&self) -> bool {
        matches!(self, Self::Text(text) if text.raw.is_some())
    }
}

impl From<Shown> for Part<'_> {
    fn from(text: Shown) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl Showable for Shown {
    fn part(&self) -> Part<'_> {
        Part::Text(Cow::Borrowed(self))
    }

    fn into_shown(self) -> Shown {
        self
    }
}

impl Showable for &'static str {
    fn part(&self) -> Part<'_> {
        Shown::fixed(self).into()
    }
}

/// A path of the system names a file.
impl Showable for path::Display<'_> {
    fn part(&self) -> Part<'_> {
        FileName::shown(self.to_string()).into()
    }
}

/// What the system says, or what a library or this program made an error of. None of them is made from a file's plaintext.
impl Showable for io::Error {
    fn part(&self) -> Part<'_> {
        ProgramOutput::shown(self.to_string()).into()
    }
}

/// An address, without its credentials.
impl Showable for url::Url {
    fn part(&self) -> Part<'_> {
        Address::shown(self.as_str()).into()
    }
}

/// Why the system gives no random numbers.
impl Showable for getrandom::Error {
    fn part(&self) -> Part<'_> {
        ProgramOutput::shown(self.to_string()).into()
    }
}

/// A number, or the name of a signal.
impl Showable for ExitStatus {
    fn part(&self) -> Part<'_> {
        ProgramOutput::shown(self.to_string()).into()
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Showable for $number {
            fn part(&self) -> Part<'_> {
                // Every one of these types fits.
                Part::Number(i128::try_from(*self).unwrap_or_default())
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64, usize, i32, i64);

impl<T: Showable + ?Sized> Showable for &T {
    fn part(&self) -> Part<'_> {
        (**self).part()
    }
}

/// How the parts of a text are written: for people, or as they were before anything in them was escaped.
#[derive(Debug, Default)]
pub struct Rendering {
    raw: Cell<bool>,
    differs: Cell<bool>,
}

impl Rendering {
    /// One argument of a format.
    pub fn part<'a>(&'a self, value: &'a impl Showable) -> impl fmt::Display + 'a {
        Rendered { part: value.part(), rendering: self }
    }
}

struct Rendered<'a> {
    part: Part<'a>,
    rendering: &'a Rendering,
}

impl fmt::Display for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.part {
            Part::Number(number) => number.fmt(f),
            Part::Text(text) if self.rendering.raw.get() => f.pad(text.as_raw()),
            Part::Text(text) => {
                if text.raw.is_some() {
                    self.rendering.differs.set(true);
                }
                f.pad(text.as_str())
            }
        }
    }
}

impl Shown {
    /// What [`shown!`](crate::shown!) joins.
    #[doc(hidden)]
    pub fn written((): (), rendering: &Rendering, text: fmt::Arguments<'_>) -> Self {
        let written = || memory::into_string(memory::written(text));
        let shown = written();
        rendering.raw.set(true);
        let raw = rendering.differs.get().then(|| boxed(written()));
        Self { text: Cow::Owned(shown), raw }
    }
}

/// Refuses a format that names variables (`{name}`): they would be printed without being [`Showable`].
///
/// # Panics
/// At compile time, where `shown!` is used.
pub const fn assert_positional(format: &str) {
    let bytes = format.as_bytes();
    let mut at = 0;
    while at + 1 < bytes.len() {
        if bytes[at] == b'{' && bytes[at + 1] == b'{' {
            at += 1;
        } else if bytes[at] == b'{' {
            let next = bytes[at + 1];
            assert!(next == b'}' || next == b':' || next.is_ascii_digit(), "shown! takes its values as arguments");
            let mut inside = at + 1;
            while inside < bytes.len() && bytes[inside] != b'}' {
                assert!(bytes[inside] != b'$', "shown! takes no named widths");
                inside += 1;
            }
        }
        at += 1;
    }
}

/// `format!` for [`Shown`]: every value must be an argument, and [`Showable`].
#[macro_export]
macro_rules! shown {
    ($format:literal $(, $argument:expr)* $(,)?) => {
        match $crate::shown::Rendering::default() {
            rendering => $crate::shown::Shown::written(
                const { $crate::shown::assert_positional($format) },
                &rendering,
                format_args!($format $(, rendering.part(&$argument))*),
            ),
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown::KeyName;

    #[test]
    fn a_text_keeps_its_unescaped_form() {
        let hostile = KeyName::shown("a\n\u{1b}b");
        let text = shown!("no `{}` in {:>3} of {:<4}|", hostile, 7usize, "x");
        assert_eq!(text.as_str(), r"no `a\n\u{1b}b` in   7 of x   |");
        assert_eq!(text.as_raw(), "no `a\n\u{1b}b` in   7 of x   |");
        let outer = shown!("{}!", text);
        assert_eq!(
            (outer.as_str(), outer.as_raw()),
            (&*format!("{}!", text.as_str()), &*format!("{}!", text.as_raw()))
        );
        assert_eq!(shown!("{}", path::Path::new("a\tb").display()).as_str(), r"a\tb");
    }

    #[test]
    fn shown_takes_arguments_and_no_captured_variables() {
        assert_positional("{} {:>5} {{literal}} {0}");
        for capturing in ["{secret}", "{{}} {secret:?}", "{:width$}"] {
            assert!(std::panic::catch_unwind(|| assert_positional(capturing)).is_err(), "{capturing}");
        }
    }
}
