//! Why an evaluation stopped.

use super::source::At;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rules) enum Cause {
    /// The file is no Nix that rnix can read.
    Syntax,
    /// `throw` or a failed `assert`: the two that `tryEval` catches.
    Thrown,
    /// Any other error of the file, as Nix would report it too.
    Error,
    /// A construct that only Nix itself can evaluate; the message names it.
    NeedsNix,
    /// More than an evaluation may take. Nix is not asked instead: it has no limit.
    Limit,
}

/// A stopped evaluation: the cause, its words, and the innermost place known.
#[derive(Debug, Clone)]
pub(in crate::rules) struct Failure {
    pub(in crate::rules) cause: Cause,
    /// What is said of it; for [`Cause::NeedsNix`] the construct alone.
    pub(in crate::rules) message: String,
    pub(in crate::rules) at: Option<At>,
}

/// The result of everything that evaluates; the failure is boxed because evaluation is deeply recursive.
pub(in crate::rules) type EvalResult<T> = Result<T, Box<Failure>>;

impl Failure {
    fn new(cause: Cause, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { cause, message: message.into(), at: None })
    }

    /// An error of the file.
    pub(in crate::rules) fn error(message: impl Into<String>) -> Box<Self> {
        Self::new(Cause::Error, message)
    }

    pub(super) fn syntax(message: impl Into<String>) -> Box<Self> {
        Self::new(Cause::Syntax, message)
    }

    /// What `throw` and `assert` raise.
    pub(super) fn thrown(message: impl Into<String>) -> Box<Self> {
        Self::new(Cause::Thrown, message)
    }

    /// A construct that only Nix can evaluate.
    pub(super) fn needs_nix(construct: impl Into<String>) -> Box<Self> {
        Self::new(Cause::NeedsNix, construct)
    }

    /// More than an evaluation may take.
    pub(super) fn limit(message: impl Into<String>) -> Box<Self> {
        Self::new(Cause::Limit, message)
    }

    /// Names the place, unless a place further in is known already.
    pub(in crate::rules) fn or_at(mut self: Box<Self>, at: At) -> Box<Self> {
        self.at.get_or_insert(at);
        self
    }
}
