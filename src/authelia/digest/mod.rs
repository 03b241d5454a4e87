//! Digests of client secrets in the notations that Authelia reads: parsing, verifying, and creating them.

mod compute;
mod notation;

pub use compute::{Fit, fit, fresh};
pub use notation::{DigestError, is_plain};
