//! Digests of client secrets, as Authelia stores them.

use crate::authelia::digest;
use crate::document::{Text, Value};
use crate::error::Result;

/// A digest of the secret, or `current` if that is a digest of it.
///
/// # Errors
/// See [`digest::fresh`].
pub(crate) fn digest(secret: &Text, current: Option<&Value>) -> Result<Text> {
    digest::fresh(secret, current.and_then(Value::as_str))
}

/// Whether the text is a digest in a notation that Authelia reads; a secret after `$plaintext$` is not.
pub(crate) fn is_digest(text: &str) -> bool {
    digest::is_plain(text) == Ok(false)
}
