//! Why an evaluation stopped.

use super::source::At;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rules) enum Cause {
    /// The file cannot be parsed by rnix.
    Syntax,
    /// `throw` or a failed `assert`, the only two that `tryEval` catches.
    Thrown,
    /// Any other error in the file, which Nix would report as well.
    Error,
    /// A construct that only Nix can evaluate, named in the message.
    NeedsNix,
    /// The budget is exhausted. Nix is not used instead, since it has no limit.
    Limit,
}

/// A stopped evaluation: the cause, the message, and the innermost known place.
#[derive(Debug, Clone)]
pub(in crate::rules) struct Failure {
    pub(in crate::rules) cause: Cause,
    /// The message; for [`Cause::NeedsNix`] only the construct.
    pub(in crate::rules) message: String,
    pub(in crate::rules) at: Option<At>,
}

/// The result of every evaluation; the failure is boxed because evaluation is deeply recursive.
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

    /// An error from `throw` or `assert`.
    pub(super) fn thrown(message: impl Into<String>) -> Box<Self> {
        Self::new(Cause::Thrown, message)
    }

    /// A construct that only Nix can evaluate.
    pub(super) fn needs_nix(construct: impl Into<String>) -> Box<Self> {
        Self::new(Cause::NeedsNix, construct)
    }

    /// An error for an exhausted budget.
    pub(super) fn limit(message: impl Into<String>) -> Box<Self> {
        Self::new(Cause::Limit, message)
    }

    /// Adds the place, unless a more specific one is already known.
    pub(in crate::rules) fn or_at(mut self: Box<Self>, at: At) -> Box<Self> {
        self.at.get_or_insert(at);
        self
    }
}
