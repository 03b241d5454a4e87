//! What a search looks for, and what it finds.

/// The places of the groups; `None` for one that did not participate.
pub(in crate::rules::nix) type Groups = Vec<Option<(usize, usize)>>;

/// A match within a text.
pub(in crate::rules::nix) struct Match {
    pub(in crate::rules::nix) start: usize,
    pub(in crate::rules::nix) end: usize,
    pub(in crate::rules::nix) groups: Groups,
}

/// Additional requirements for a match.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Prefix,
    NotEmpty,
    Whole,
}
