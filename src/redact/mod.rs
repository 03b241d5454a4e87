//! Value → [`Shown`](crate::shown::Shown): the only way from a decrypted value to text that a person or a file may see.

pub mod excerpt;

pub use excerpt::Excerpts;
