//! The only module that prints. Results go to stdout, everything else to stderr; a closed pipe counts as success.

pub(crate) mod changes;
mod error;
pub mod findings;
mod mode;
mod pager;
mod paint;
mod progress;
mod width;
mod wrap;
mod writer;

pub(crate) use error::ErrorOutput;
#[cfg(feature = "mcp")]
pub(crate) use error::document as error_document;
pub use mode::{Color, Mode};
pub use progress::Progress;
pub use writer::Output;
