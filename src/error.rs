//! The error type: what happened, where, what to do next, and the exit code for scripts.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;

use crate::shown;
use crate::shown::{Part, Showable, Shown};

mod kind;

pub use kind::ErrorKind;

/// A failure: text that may be printed, and what caused it. The message never holds a value out of a decrypted file: name
/// the path instead.
///
/// ```
/// use agepatch::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Path, "no value at this path").at_path("clients[media]").in_file("authelia.age");
/// assert_eq!((error.kind().name(), error.kind().exit_code()), ("path", 5));
/// assert_eq!((error.path(), error.file()), (Some("clients[media]"), Some("authelia.age")));
/// ```
#[derive(Debug, Clone, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
struct Inner {
    kind: ErrorKind,
    message: Shown,
    path: Option<Shown>,
    file: Option<Shown>,
    line: Option<usize>,
    column: Option<usize>,
    hints: Vec<Shown>,
    /// The hints, a line each.
    hint: Option<Shown>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A failure of `kind`; `message` says what happened, in one sentence without a final full stop.
    pub fn new(kind: ErrorKind, message: impl Showable) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into_shown(),
            path: None,
            file: None,
            line: None,
            column: None,
            hints: Vec::new(),
            hint: None,
            source: None,
        }))
    }

    /// An I/O failure while doing `what` (for example "cannot read secrets.nix").
    pub fn io(what: impl Showable, source: &io::Error) -> Self {
        let mut error = Self::new(ErrorKind::Io, shown!("{}: {}", what, source));
        error.0.source = Some(match source.raw_os_error() {
            Some(code) => Arc::new(io::Error::from_raw_os_error(code)),
            None => Arc::new(io::Error::from(source.kind())),
        });
        let is_loop = source.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error());
        match next_step(source.kind()) {
            Some(hint) => error.hint(hint),
            None if is_loop => error.hint("the symbolic link leads to itself"),
            None => error,
        }
    }

    /// Names the place in the document, as the user wrote or would write it.
    #[must_use]
    pub fn at_path(mut self, path: impl Showable) -> Self {
        self.0.path = Some(path.into_shown());
        self
    }

    /// Names the file concerned; the innermost one named stays.
    #[must_use]
    pub fn in_file(mut self, file: impl Showable) -> Self {
        self.0.file.get_or_insert_with(|| file.into_shown());
        self
    }

    /// Replaces the name of the file concerned, for one that is written better in another way.
    #[must_use]
    pub(crate) fn renamed_file(mut self, name: impl Showable) -> Self {
        self.0.file = Some(name.into_shown());
        self
    }

    /// Adds line and column, both one-based.
    #[must_use]
    pub fn at(mut self, line: usize, column: usize) -> Self {
        self.0.line = Some(line);
        self.0.column = Some(column);
        self
    }

    /// Says what to do next, in one line.
    #[must_use]
    pub fn hint(self, hint: impl Showable) -> Self {
        self.hints([hint])
    }

    /// Says what to do next, one line for each way.
    #[must_use]
    pub fn hints<T: Showable>(mut self, hints: impl IntoIterator<Item = T>) -> Self {
        self.0.hints = hints.into_iter().map(Showable::into_shown).collect();
        self.0.hint = Some(Shown::join(&self.0.hints, "\n"));
        self
    }

    /// Puts `prefix` and a colon before the message.
    #[must_use]
    pub fn context(mut self, prefix: impl Showable) -> Self {
        self.0.message = shown!("{}: {}", prefix, self.0.message);
        self
    }

    /// Replaces the message.
    #[must_use]
    pub(crate) fn with_message(mut self, message: impl Showable) -> Self {
        self.0.message = message.into_shown();
        self
    }

    /// The ways to go on, each as it may be printed.
    pub fn shown_hints(&self) -> &[Shown] {
        &self.0.hints
    }

    /// What to do next, as it may be printed: the ways to go on, a line each.
    pub fn shown_hint(&self) -> Option<&Shown> {
        self.0.hint.as_ref()
    }

    /// The same error with another kind.
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened, before anything in it was escaped.
    pub fn message(&self) -> &str {
        self.0.message.as_raw()
    }

    /// What happened, in printable form.
    pub fn shown(&self) -> &Shown {
        &self.0.message
    }

    /// The place in the document.
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_ref().map(Shown::as_raw)
    }

    /// The place in the document, as it may be printed.
    pub fn shown_path(&self) -> Option<&Shown> {
        self.0.path.as_ref()
    }

    /// The file concerned, as it may be printed.
    pub fn shown_file(&self) -> Option<&Shown> {
        self.0.file.as_ref()
    }

    /// The file concerned.
    pub fn file(&self) -> Option<&str> {
        self.0.file.as_ref().map(Shown::as_raw)
    }

    /// Line and column, one-based.
    pub fn line_column(&self) -> Option<(usize, usize)> {
        self.0.line.zip(self.0.column)
    }

    /// What to do next.
    pub fn hint_text(&self) -> Option<&str> {
        self.0.hint.as_ref().map(Shown::as_raw)
    }
}

/// What to do about a failure of the file system.
fn next_step(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::NotFound => Some("check the name; a relative one starts in the current folder"),
        io::ErrorKind::PermissionDenied => Some("check the permissions of the file and its folder"),
        io::ErrorKind::IsADirectory => Some("name a file in it"),
        io::ErrorKind::NotADirectory => Some("a part of the path is a file, not a folder"),
        io::ErrorKind::InvalidInput => Some("name a regular file, or pass the content on stdin"),
        io::ErrorKind::InvalidFilename => Some("the name of a file has at most 255 bytes"),
        io::ErrorKind::ReadOnlyFilesystem => Some("the file system is mounted read-only"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some("free some space, then run the command again")
        }
        _ => None,
    }
}

/// What happened.
impl Showable for Error {
    fn part(&self) -> Part<'_> {
        self.0.message.part()
    }
}
