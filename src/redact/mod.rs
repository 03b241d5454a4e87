//! Value → [`Shown`](crate::shown::Shown): the only way from a decrypted value to text that a person or a file may see.

mod document;
pub mod excerpt;
pub mod marks;
mod value;

pub use document::{document, marked, with_insets};
pub use excerpt::Excerpts;
pub use marks::Marks;
pub use value::Redactor;
