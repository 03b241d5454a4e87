//! The sides of a merge.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The side that receives the result.
    Ours,
    Theirs,
}
