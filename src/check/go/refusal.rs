//! Where Go's yaml library stops reading.

/// The place, and the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) struct Refusal {
    /// The byte offset in the text.
    pub(in crate::check) offset: usize,
    /// The reason, without any part of the text.
    pub(in crate::check) reason: &'static str,
}
