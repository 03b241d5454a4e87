//! Edge cases of the language, one expression per line.

/// Nix provides the expected values.
pub(super) const EXPRESSIONS: &str = include_str!("expressions.nix");
