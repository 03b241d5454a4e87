//! Expressions at the edges of the language, one a line.

/// What each is worth is asked of Nix.
pub(super) const EXPRESSIONS: &str = include_str!("expressions.nix");
