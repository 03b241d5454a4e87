//! What can be wrong with a file whose readers can be listed.

use crate::document::Pointer;

/// Something that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What it is.
    pub kind: FaultKind,
    /// The message; it repeats no value and no comment.
    pub message: String,
    /// The value it concerns.
    pub pointer: Option<Pointer>,
    /// The line in the file, counted from one.
    pub line: Option<usize>,
}

/// The kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// A value that should be encrypted is in plaintext.
    PlaintextValue,
    /// A comment that should be encrypted is in plaintext.
    PlaintextComment,
    /// None of the keys of a group is an age key.
    NoAgeRecipient,
    /// The recipients do not hold the same data key.
    DataKey,
}
