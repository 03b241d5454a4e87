//! Value → [`Shown`](crate::shown::Shown): the only way from a decrypted value to text that a person or a file may see.

mod document;
pub mod excerpt;
mod value;

pub use document::document;
pub use excerpt::Excerpts;
pub use value::Redactor;
