//! Digests of client secrets, as Authelia stores them.

use crate::authelia::digest;
use crate::document::{Text, Value};
use crate::error::Result;

/// A digest of the secret; `current` itself where it is one already.
///
/// # Errors
/// As [`digest::fresh`].
pub(crate) fn digest(secret: &Text, current: Option<&Value>) -> Result<Text> {
    digest::fresh(secret, current.and_then(Value::as_str))
}

/// Whether the text is a digest in one of the notations that Authelia reads, not a secret behind `$plaintext$` or in front
/// of nothing.
pub(crate) fn is_digest(text: &str) -> bool {
    digest::is_plain(text) == Ok(false)
}
