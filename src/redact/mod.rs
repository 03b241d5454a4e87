//! The only way from a decrypted value to text that may be printed or stored ([`Shown`](crate::shown::Shown)).

mod document;
pub mod excerpt;
mod held_back;
pub mod marks;
mod spans;
mod swallowed;
mod value;

pub use document::{document, marked, with_insets};
pub use excerpt::Excerpts;
pub use held_back::{hold_back_of, hold_back_of_edited, schema_of};
pub use marks::Marks;
pub use value::Redactor;
