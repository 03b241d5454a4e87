//! Problems of a file whose readers can still be listed.

use crate::document::Pointer;
use crate::shown::Shown;

/// A problem with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    /// The message, without any value or comment.
    pub message: Shown,
    /// The value that it concerns.
    pub pointer: Option<Pointer>,
    /// The one-based line in the file.
    pub line: Option<usize>,
}

/// The kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// A value that should be encrypted is in plaintext.
    PlaintextValue,
    /// A comment that should be encrypted is in plaintext.
    PlaintextComment,
    /// A group without an age key.
    NoAgeRecipient,
    /// Recipients with different data keys.
    DataKey,
}
