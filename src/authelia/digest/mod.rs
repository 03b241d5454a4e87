//! Digests of client secrets in the notations that Authelia reads: what they are, whether they fit, and new ones.

mod compute;
mod notation;

pub use compute::{Fit, fit, fresh};
pub use notation::{Refusal, is_plain};
