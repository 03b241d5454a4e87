//! Value → [`Shown`](crate::shown::Shown): the only way from a decrypted value to text that a person or a file may see.

pub mod excerpt;
mod value;

pub use excerpt::Excerpts;
pub use value::Redactor;
